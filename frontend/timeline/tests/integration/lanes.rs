use heddle_timeline::{FlagKind, Mask, Recording, Span, Track, waits_at};
use heddle_trace::{ObjectId, ObjectKind, Op, OpKind, TaskId, TraceChunk};

use crate::script::{Script, op, two_locks};

/// What, from which column, to which.
type Bar = (Mask, u32, Option<u32>);

fn bars(track: &Track) -> Vec<Bar> {
    let bar = |s: Span| (s.what, s.from_column, s.to_column);
    track.spans().map(bar).collect()
}

fn object(recording: &Recording, task: usize, object: u32) -> Vec<Bar> {
    let lane = &recording.lanes()[task];
    lane.object(ObjectId(object)).map(bars).unwrap_or_default()
}

const STUCK: Mask = Mask::WAIT.with(Mask::STUCK);

#[test]
fn in_the_classic_deadlock_each_holds_what_the_other_waits_for() {
    let recording = Recording::new(two_locks(), Vec::new());
    assert_eq!(object(&recording, 1, 0), [(Mask::HOLD, 4, None)]);
    assert_eq!(object(&recording, 1, 1), [(STUCK, 5, None)]);
    assert_eq!(object(&recording, 2, 1), [(Mask::HOLD, 5, None)]);
    assert_eq!(object(&recording, 2, 0), [(STUCK, 6, None)]);
    let main = bars(&recording.lanes()[0].state);
    assert_eq!(main, [(Mask::RUN, 0, Some(2)), (Mask::WAIT, 2, None)]);
    for task in [1, 2] {
        let flags: Vec<FlagKind> = recording.lanes()[task]
            .flags
            .iter()
            .map(|f| f.kind)
            .collect();
        assert_eq!(flags, [FlagKind::Stuck]);
    }
}

#[test]
fn an_rlock_is_held_from_the_first_acquire_to_the_last_release() {
    let (take, give) = (op(OpKind::Acquire, 0), op(OpKind::Release, 0));
    let trace = Script::controlled(&["main"], &[(ObjectKind::RLock, "r")])
        .step(0, take, &[0])
        .step(0, take, &[0])
        .step(0, give, &[0])
        .step(0, give, &[0])
        .step(0, take, &[0])
        .trace;
    let recording = Recording::new(trace, Vec::new());
    let wanted = [(Mask::HOLD, 0, Some(4)), (Mask::HOLD, 4, None)];
    assert_eq!(object(&recording, 0, 0), wanted);
}

#[test]
fn in_a_controlled_execution_a_wait_ends_at_its_acquire() {
    let (take, give) = (op(OpKind::Acquire, 0), op(OpKind::Release, 0));
    let read = op(OpKind::Read, 1);
    let objects = [(ObjectKind::Lock, "a"), (ObjectKind::Variable, "x")];
    let trace = Script::controlled(&["main", "t1"], &objects)
        .step(1, read, &[0, 1])
        .step(0, take, &[0, 1])
        .step(0, read, &[0])
        .step(0, give, &[0])
        .step(1, take, &[0, 1])
        .trace;
    let recording = Recording::new(trace, Vec::new());
    let wanted = [(Mask::WAIT, 1, Some(4)), (Mask::HOLD, 4, None)];
    assert_eq!(object(&recording, 1, 0), wanted);
    assert_eq!(object(&recording, 0, 0), [(Mask::HOLD, 1, Some(4))]);
}

#[test]
fn a_task_that_could_go_and_did_not_was_ready_and_did_not_wait() {
    let read = op(OpKind::Read, 0);
    let trace = Script::controlled(&["main", "t1"], &[(ObjectKind::Variable, "x")])
        .step(1, read, &[0, 1])
        .step(0, read, &[0, 1])
        .step(1, read, &[0, 1])
        .trace;
    let recording = Recording::new(trace, Vec::new());
    let wanted = [
        (Mask::RUN, 0, Some(1)),
        (Mask::READY, 1, Some(2)),
        (Mask::RUN, 2, Some(3)),
    ];
    assert_eq!(bars(&recording.lanes()[1].state), wanted);
}

#[test]
fn in_a_free_run_a_wait_goes_from_its_beginning_to_its_acquire() {
    let (take, give) = (op(OpKind::Acquire, 0), op(OpKind::Release, 0));
    let trace = Script::free(&["main", "t1"], &[(ObjectKind::Lock, "a")])
        .done(0, take)
        .wait(1, take)
        .done(0, give)
        .done(1, take)
        .done(1, give)
        .trace;
    let recording = Recording::new(trace, Vec::new());
    let wanted = [(Mask::WAIT, 1, Some(3)), (Mask::HOLD, 3, Some(5))];
    assert_eq!(object(&recording, 1, 0), wanted);
    let state = bars(&recording.lanes()[1].state);
    assert_eq!(state, [(Mask::WAIT, 1, Some(3)), (Mask::RUN, 3, None)]);
}

#[test]
fn a_wait_on_a_condition_lets_go_of_its_lock() {
    let condition = |kind| Op {
        also: Some(ObjectId(0)),
        ..op(kind, 1)
    };
    let objects = [(ObjectKind::Lock, "lock"), (ObjectKind::Condition, "full")];
    let trace = Script::free(&["main", "t1"], &objects)
        .done(1, op(OpKind::Acquire, 0))
        .done(1, condition(OpKind::ConditionWait))
        .done(0, op(OpKind::ConditionNotify, 1))
        .done(1, condition(OpKind::ConditionWake))
        .trace;
    let recording = Recording::new(trace, Vec::new());
    let wanted = [(Mask::HOLD, 0, Some(2)), (Mask::HOLD, 3, None)];
    assert_eq!(object(&recording, 1, 0), wanted);
    assert_eq!(object(&recording, 1, 1), [(Mask::WAIT, 2, Some(3))]);
}

#[test]
fn a_task_that_has_ended_has_no_state() {
    let end = Op {
        object: None,
        ..op(OpKind::TaskEnd, 0)
    };
    let trace = Script::free(&["main"], &[]).done(0, end).trace;
    let recording = Recording::new(trace, Vec::new());
    assert_eq!(bars(&recording.lanes()[0].state), [(Mask::RUN, 0, Some(1))]);
}

#[test]
fn chunks_give_what_the_whole_trace_gives() {
    let take = op(OpKind::Acquire, 0);
    let script = Script::free(&["main", "t1"], &[(ObjectKind::Lock, "a")])
        .done(0, take)
        .wait(1, take)
        .done(0, op(OpKind::Release, 0))
        .done(1, take)
        .dies(1, "ValueError", "no");
    let whole = Recording::new(script.trace.clone(), Vec::new());
    let mut grown = Recording::default();
    for event in &script.trace.events {
        grown.append(TraceChunk {
            events: vec![event.clone()],
            ..TraceChunk::default()
        });
    }
    let mut last = script.trace;
    last.events.clear();
    grown.finish(&last, Vec::new());
    assert_eq!(grown.trace(), whole.trace());
    for (a, b) in grown.lanes().iter().zip(whole.lanes()) {
        assert_eq!(bars(&a.state), bars(&b.state));
        assert_eq!((&a.flags, a.marks()), (&b.flags, b.marks()));
    }
    assert_eq!(object(&grown, 1, 0), object(&whole, 1, 0));
}

#[test]
fn time_never_goes_back() {
    let read = op(OpKind::Read, 0);
    let mut trace = Script::free(&["main"], &[])
        .done(0, read)
        .done(0, read)
        .done(0, read)
        .trace;
    trace.events[0].at.0 = 5000;
    let recording = Recording::new(trace, Vec::new());
    let times: Vec<_> = (0..3).filter_map(|e| recording.time(e)).collect();
    assert_eq!(times, [5000, 5000, 5000]);
}

#[test]
fn steps_and_events_lead_to_each_other() {
    let read = op(OpKind::Read, 0);
    let trace = Script::controlled(&["main", "t1"], &[])
        .step(0, read, &[0, 1])
        .step(1, read, &[0, 1])
        .dies(1, "ValueError", "no")
        .step(0, read, &[0])
        .step(0, read, &[0])
        .trace;
    let recording = Recording::new(trace, Vec::new());
    assert_eq!(recording.steps_at(None), 0);
    assert_eq!(recording.event_of_step(0), None);
    for step in 1..=4 {
        let event = recording.event_of_step(step);
        assert_eq!(recording.steps_at(event), step);
    }
    assert_eq!(recording.steps_at(Some(2)), 2, "an exception is no step");
    assert_eq!(recording.next_switch(0, true), 1);
    assert_eq!(recording.next_switch(2, true), 4);
    assert_eq!(recording.next_switch(4, false), 2);
}

#[test]
fn up_and_down_lead_to_the_nearest_event_of_the_next_lane() {
    let read = op(OpKind::Read, 0);
    let trace = Script::free(&["main", "t1", "t2"], &[])
        .done(0, read)
        .done(2, read)
        .done(2, read)
        .done(0, read)
        .trace;
    let recording = Recording::new(trace, Vec::new());
    assert_eq!(recording.beside(0, true, false), Some(1), "t1 did nothing");
    assert_eq!(recording.beside(3, true, false), Some(2));
    assert_eq!(recording.beside(1, false, false), Some(0));
    assert_eq!(recording.beside(0, false, false), None);
}

#[test]
fn a_task_that_never_took_a_step_can_wait() {
    let start = Op {
        target: Some(TaskId(1)),
        object: None,
        ..op(OpKind::Start, 0)
    };
    let take = op(OpKind::Acquire, 0);
    let trace = Script::controlled(&["main", "t1"], &[(ObjectKind::Lock, "a")])
        .step(0, start, &[0])
        .step(0, take, &[0, 1])
        .step(0, op(OpKind::Read, 1), &[0])
        .pending(1, take, false)
        .trace;
    let waiting = waits_at(&trace, 2);
    assert_eq!(waiting.sentence, "t1 waits for lock a");
    let recording = Recording::new(trace, Vec::new());
    assert_eq!(object(&recording, 1, 0), [(Mask::WAIT, 1, None)]);
    assert_eq!(bars(&recording.lanes()[1].state), [(Mask::WAIT, 1, None)]);
}
