use heddle_timeline::{
    Arrow, Axis, DrawList, FlagKind, HitPart, Recording, RowKind, Style, View, arrows, draw, hit,
};
use heddle_trace::{ObjectId, ObjectKind, Op, OpKind, TaskId, Trace};
use proptest::prelude::*;

use crate::script::{Script, op, race, two_locks};

fn picture(recording: &Recording, view: &View) -> DrawList {
    let mut list = DrawList::default();
    draw(recording, view, &[], &mut list);
    list
}

fn fitted(recording: &Recording, axis: Axis) -> View {
    View::fitted(recording, axis, 800.0, 600.0, 100.0)
}

/// Tasks that read in turn.
fn long(events: usize, tasks: u16) -> Trace {
    let names = vec!["t"; usize::from(tasks)];
    let read = op(OpKind::Read, 0);
    let objects = [(ObjectKind::Variable, "x")];
    let script = Script::free(&names, &objects);
    let script = (0..events).fold(script, |s, i| s.done(i as u16 % tasks, read));
    script.trace
}

#[test]
fn the_deadlock_is_drawn_with_its_waits_and_signs() {
    let recording = Recording::new(two_locks(), Vec::new());
    let list = picture(&recording, &fitted(&recording, Axis::Steps));
    assert_eq!(list.rects_of(Style::Flag(FlagKind::Stuck)).len(), 4);
    // The waiting tasks' own lanes, and those of the locks they wait for.
    assert_eq!(list.rects_of(Style::StuckOutline).len(), 4);
    let colours = [0, 1].map(|o| recording.colour(ObjectId(o)));
    for colour in colours {
        assert_eq!(list.rects_of(Style::Hold(colour)).len(), 1);
    }
    let texts: Vec<&str> = list.texts.iter().map(|t| t.text.as_str()).collect();
    for wanted in ["main", "t1", "t2", "a", "b", "acquire", "holds"] {
        assert!(texts.contains(&wanted), "{wanted} in {texts:?}");
    }
}

#[test]
fn an_arrow_goes_down_its_own_column_and_ends_at_the_edge_of_the_other_box() {
    let recording = Recording::new(two_locks(), Vec::new());
    let view = fitted(&recording, Axis::Steps);
    let mut list = DrawList::default();
    let events = 0..recording.trace().events.len();
    let mut seen = 0;
    for event in events {
        draw(&recording, &view, &arrows(&recording, event), &mut list);
        for line in &list.lines {
            assert_eq!(line.from.0, line.turn.0, "straight down first");
            assert_eq!(line.turn.1, line.to.1, "then along the lane");
            assert!(line.to.0 >= line.turn.0, "onward");
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn a_picture_is_bounded_by_its_pixels() {
    let recording = Recording::new(long(60_000, 8), Vec::new());
    for axis in [Axis::Steps, Axis::Time] {
        let list = picture(&recording, &fitted(&recording, axis));
        assert!(list.rect_count() < 8 * 3 * 350 + 100);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_level_of_detail_hides_a_failure(
        events in 1usize..4000,
        tasks in 1u16..4,
        bad in prop::collection::vec(any::<prop::sample::Index>(), 1..20),
        zoom in 1.0..2000.0f64,
        at in 0.0..700.0f64,
        time in any::<bool>(),
    ) {
        let of = |i: &prop::sample::Index| i.index(events) as u32;
        let site = |e: u32| ((e % u32::from(tasks)) as u16, e);
        let bad: Vec<u32> = bad.iter().map(of).collect();
        let findings = bad.iter().map(|e| race(site(*e), site(*e))).collect();
        let recording = Recording::new(long(events, tasks), findings);
        let axis = if time { Axis::Time } else { Axis::Steps };
        let mut view = fitted(&recording, axis);
        view.across.zoom(zoom, at);
        let list = picture(&recording, &view);
        let signs = list.rects_of(Style::Flag(FlagKind::Race));
        for event in bad {
            let unit = view.unit_of(&recording, event as usize).unwrap();
            let px = view.across.to_px(unit);
            let on_screen = (0.0..=view.across.width()).contains(&px);
            let shown = signs.iter().any(|r| {
                let middle = f64::from(r.x + r.w / 2.0) - view.gutter;
                (middle - px).abs() <= 3.01
            });
            prop_assert!(shown || !on_screen, "event {event} at {px}");
        }
    }

    #[test]
    fn nothing_is_drawn_outside_of_the_lanes(
        events in 0usize..3000, zoom in 1.0..5000.0f64, at in 0.0..700.0f64, time in any::<bool>(),
    ) {
        let recording = Recording::new(long(events, 3), Vec::new());
        let axis = if time { Axis::Time } else { Axis::Steps };
        let mut view = fitted(&recording, axis);
        view.across.zoom(zoom, at);
        let list = picture(&recording, &view);
        for style in [Style::Run, Style::Ready, Style::Wait, Style::MarkRead] {
            for rect in list.rects_of(style) {
                prop_assert!(rect.x >= 99.9 && rect.x + rect.w <= 802.1, "{rect:?}");
                prop_assert!(rect.w >= 0.0);
            }
        }
    }

    #[test]
    fn every_event_can_be_clicked(event in 0usize..40, time in any::<bool>()) {
        let recording = Recording::new(long(40, 3), Vec::new());
        let axis = if time { Axis::Time } else { Axis::Steps };
        let view = fitted(&recording, axis);
        let unit = view.unit_of(&recording, event).unwrap();
        let x = view.gutter + view.across.to_px(unit);
        let row = (event % 3) as f64;
        // Ruler 24, then rows of 28 with 6 between them.
        let y = 24.0 + row * 34.0 + 20.0;
        let found = hit(&recording, &view, x, y).unwrap();
        prop_assert_eq!(found.row, RowKind::Task(TaskId(event as u16 % 3)));
        prop_assert_eq!(found.part, HitPart::Event(event));
    }
}

#[test]
fn an_empty_recording_can_be_drawn_and_clicked() {
    let recording = Recording::default();
    for axis in [Axis::Steps, Axis::Time] {
        let view = fitted(&recording, axis);
        picture(&recording, &view);
        assert_eq!(hit(&recording, &view, 200.0, 100.0), None);
    }
}

#[test]
fn a_click_on_a_wait_says_for_what() {
    let recording = Recording::new(two_locks(), Vec::new());
    let view = fitted(&recording, Axis::Steps);
    let x = 100.0 + view.across.to_px(6.5);
    let lane = |y: f64| hit(&recording, &view, x, y).map(|h| (h.row, h.part));
    let rows: Vec<_> = (24..220).filter_map(|y| lane(f64::from(y))).collect();
    let t1_waits_for_b = rows.iter().any(|(row, part)| {
        *row == RowKind::Object(TaskId(1), ObjectId(1))
            && matches!(
                part,
                HitPart::Wait {
                    object: Some(ObjectId(1)),
                    until: None,
                    ..
                }
            )
    });
    assert!(t1_waits_for_b, "{rows:?}");
    let t2_takes_b = recording.reason_of_wait(TaskId(1), None);
    assert_eq!(t2_takes_b, Some(5));
    let t1_goes_last = recording.reason_of_wait(TaskId(0), None);
    assert_eq!(t1_goes_last, Some(4));
}

#[test]
fn arrows_lead_from_what_made_an_event_possible() {
    let (take, give) = (op(OpKind::Acquire, 0), op(OpKind::Release, 0));
    let (put, get) = (op(OpKind::QueuePut, 1), op(OpKind::QueueGet, 1));
    let task = |kind, target| Op {
        target,
        object: None,
        ..op(kind, 0)
    };
    let objects = [(ObjectKind::Lock, "a"), (ObjectKind::Queue, "q")];
    let trace = Script::free(&["main", "t1"], &objects)
        .done(0, task(OpKind::Start, Some(TaskId(1)))) // 0
        .done(1, task(OpKind::TaskBegin, None)) // 1
        .done(0, take) // 2
        .done(0, put) // 3
        .done(0, put) // 4
        .done(0, give) // 5
        .done(1, take) // 6
        .done(1, get) // 7
        .done(1, give) // 8
        .done(1, take) // 9
        .done(1, task(OpKind::TaskEnd, None)) // 10
        .done(0, task(OpKind::Join, Some(TaskId(1)))) // 11
        .trace;
    let recording = Recording::new(trace, vec![race((0, 3), (1, 7))]);
    let arrow = |from, to| Arrow {
        from,
        to,
        conflict: false,
    };
    assert_eq!(arrows(&recording, 0), [arrow(0, 1)]);
    assert_eq!(arrows(&recording, 1), [arrow(0, 1)]);
    assert_eq!(arrows(&recording, 5), [arrow(5, 6)]);
    assert_eq!(arrows(&recording, 6), [arrow(5, 6)]);
    assert_eq!(arrows(&recording, 9), [], "its own release needs no arrow");
    assert_eq!(arrows(&recording, 11), [arrow(10, 11)]);
    let conflict = Arrow {
        conflict: true,
        ..arrow(3, 7)
    };
    assert_eq!(arrows(&recording, 7), [arrow(3, 7), conflict]);
    assert_eq!(arrows(&recording, 4000), []);
}
