use heddle_timeline::map::{End, Map, Move, Plan, Search, Spot, Unfolded};
use heddle_trace::{MapBranch, MapChunk, MapStub, OutcomeKind, TaskId, choices_text};
use proptest::prelude::*;

/// Branches as a search would tell them, from the choices of its executions.
fn chunk(executions: &[&[u16]]) -> MapChunk {
    let mut before: Vec<Vec<TaskId>> = Vec::new();
    let mut branches = Vec::new();
    for choices in executions {
        let choices: Vec<TaskId> = choices.iter().copied().map(TaskId).collect();
        let shared = |other: &Vec<TaskId>| {
            let pairs = other.iter().zip(&choices);
            pairs.take_while(|(a, b)| a == b).count()
        };
        let nearest = (0..before.len()).max_by_key(|place| shared(&before[*place]));
        let steps = nearest.map_or(0, |place| shared(&before[place]));
        branches.push(MapBranch {
            execution: before.len() as u64 + 1,
            from: nearest.map(|place| place as u64 + 1),
            shared: steps as u32,
            rest: choices_text(&choices[steps..]),
            does: "takes lock a (line 9)".into(),
            outcome: OutcomeKind::Finished,
            fails: false,
            findings: Vec::new(),
        });
        before.push(choices);
    }
    MapChunk {
        tasks: vec![(TaskId(1), "first".into()), (TaskId(2), "second".into())],
        branches,
        ..MapChunk::default()
    }
}

fn map(executions: &[&[u16]]) -> Map {
    let mut map = Map::default();
    map.take(chunk(executions));
    map
}

/// Three behaviours: 2 leaves 1 after two steps, 3 leaves 2 after three.
fn three() -> Map {
    let mut told = chunk(&[&[0, 1, 1, 2, 2], &[0, 1, 2, 1, 2], &[0, 1, 2, 2, 1]]);
    told.branches[1].outcome = OutcomeKind::Deadlock;
    told.branches[1].fails = true;
    told.branches[1].findings = vec!["deadlock".into(), "lost_wakeup".into()];
    told.branches[2].findings = vec!["race".into()];
    told.again = vec![(3, 3)];
    let mut map = Map::default();
    map.take(told);
    map
}

fn plan(map: &Map) -> Plan {
    Plan::new(map, Search::Ended, &Unfolded::default(), 800.0)
}

#[test]
fn branches_are_put_together_to_whole_executions() {
    let map = three();
    let last: Vec<u16> = map.executions()[2].choices.iter().map(|t| t.0).collect();
    assert_eq!(last, [0, 1, 2, 2, 1]);
    assert_eq!(map.executions()[2].again, 3);
}

#[test]
fn each_behaviour_has_a_row_below_the_one_that_it_leaves() {
    let map = three();
    let plan = plan(&map);
    let rows: Vec<_> = plan.rows.iter().map(|row| (row.spot, row.parent)).collect();
    let wanted = [
        (Spot::Execution(1), None),
        (Spot::Execution(2), Some(0)),
        (Spot::Execution(3), Some(1)),
    ];
    assert_eq!(rows, wanted);
    let ends: Vec<End> = plan.rows.iter().map(|row| row.end).collect();
    assert_eq!(ends, [End::Fine, End::Failed, End::Warned]);
    let words: Vec<&str> = plan.rows.iter().map(|row| row.words.as_str()).collect();
    assert_eq!(words, ["1: finished", "2: deadlock", "3: data race ×4"]);
}

#[test]
fn a_place_is_one_sentence() {
    let map = three();
    let say = |spot| map.sentence(spot, Search::Ended);
    assert_eq!(
        say(Spot::Execution(2)),
        "Execution 2: second goes before first at step 3 and takes lock a (line 9); deadlock, with \
         lost wake-up."
    );
    assert_eq!(
        say(Spot::Execution(3)),
        "Execution 3: second goes before first at step 4 and takes lock a (line 9); finished, with \
         data race; 3 more executions show the same."
    );
    assert_eq!(
        say(Spot::Fork {
            execution: 1,
            at: 2
        }),
        "After 2 steps executions part: first goes next in 1 behaviour, second goes next in 2 \
         behaviours; 1 of them fails."
    );
    assert_eq!(
        map.summary(Search::Ended),
        "3 behaviours, 1 fails. 3 executions showed nothing new."
    );
}

#[test]
fn what_is_still_to_run_is_there_and_says_so() {
    let mut map = three();
    map.take(MapChunk {
        waiting: 7,
        stubs: vec![MapStub {
            execution: 1,
            step: 3,
            count: 2,
        }],
        ..MapChunk::default()
    });
    let plan = plan(&map);
    let stub = plan.rows.iter().find(|row| row.end == End::Waiting);
    let spot = stub.unwrap().spot;
    assert_eq!(
        map.sentence(spot, Search::Running),
        "2 executions that would leave execution 1 after 3 steps are still to run."
    );
    assert!(map.sentence(spot, Search::Ended).contains("were not run"));
    assert!(
        map.summary(Search::Ended)
            .ends_with("7 executions were not run: the search had ended.")
    );
}

#[test]
fn a_search_that_begins_anew_begins_an_empty_map() {
    let mut map = three();
    let mut news = chunk(&[&[0, 1]]);
    news.anew = true;
    map.take(news);
    assert_eq!(map.executions().len(), 1);
    assert_eq!(plan(&map).rows.len(), 1);
}

#[test]
fn a_large_map_is_folded_with_the_failures_in_sight_and_unfolds_by_hand() {
    let all: Vec<Vec<u16>> = (0..1024u16)
        .map(|n| (0..10).map(|bit| 1 + (n >> bit & 1)).collect())
        .collect();
    let all: Vec<&[u16]> = all.iter().map(Vec::as_slice).collect();
    let mut told = chunk(&all);
    told.branches[700].fails = true;
    let mut map = Map::default();
    map.take(told);
    let folded = plan(&map);
    assert!(folded.rows.len() <= 80, "{}", folded.rows.len());
    assert!(
        folded
            .rows
            .iter()
            .any(|row| row.spot == Spot::Execution(701))
    );
    let some = folded
        .rows
        .iter()
        .find(|row| row.end == End::Folded)
        .unwrap();
    let Spot::Folded { execution, at } = some.spot else {
        panic!("{some:?}")
    };
    let unfolded = Plan::new(&map, Search::Ended, &Unfolded(vec![(execution, at)]), 800.0);
    assert!(unfolded.rows.len() > folded.rows.len());
    assert!(unfolded.rows.len() <= 120);
    assert!(unfolded.rows.iter().all(|row| row.spot != some.spot));
    let drawn: usize = [&folded, &unfolded]
        .map(|plan| plan.rows.iter().filter(|row| row.end == End::Fine).count())
        .iter()
        .sum();
    assert!(drawn > 0);
}

#[test]
fn keys_lead_to_forks_and_rows() {
    let map = three();
    let plan = plan(&map);
    let go = |from, towards| plan.step(from, towards);
    let first = go(None, Move::Down);
    assert_eq!(first, Some(Spot::Execution(1)));
    let third = go(first, Move::Last);
    assert_eq!(third, Some(Spot::Execution(3)));
    let fork = go(third, Move::Left);
    assert_eq!(
        fork,
        Some(Spot::Fork {
            execution: 2,
            at: 3
        })
    );
    let before = go(fork, Move::Left);
    assert_eq!(
        before,
        Some(Spot::Fork {
            execution: 1,
            at: 2
        })
    );
    assert_eq!(go(before, Move::Left), before);
    assert_eq!(go(before, Move::Right), Some(Spot::Execution(1)));
    assert_eq!(go(fork, Move::Up), Some(Spot::Execution(1)));
}

#[test]
fn a_schedule_has_its_way_on_the_map() {
    let map = three();
    let plan = plan(&map);
    let way = |steps: &[u16]| {
        let steps: Vec<TaskId> = steps.iter().copied().map(TaskId).collect();
        let way = plan.way(&map, &steps);
        let rows: Vec<usize> = way.lines.iter().map(|(row, _)| *row).collect();
        (rows, way.leaves)
    };
    assert_eq!(way(&[0, 1]), (vec![0], false));
    assert_eq!(way(&[0, 1, 2]), (vec![0, 1], false));
    assert_eq!(way(&[0, 1, 2, 2, 1]), (vec![0, 1, 2], false));
    assert_eq!(way(&[0, 2]), (vec![0], true));
}

#[test]
fn a_name_from_the_program_is_no_markup() {
    let mut told = chunk(&[&[0, 1, 1, 2, 2, 2, 2], &[0, 2, 1, 1, 2, 2, 2]]);
    told.tasks = vec![(TaskId(2), "<img onerror=\"x\"> & co".into())];
    let mut map = Map::default();
    map.take(told);
    let plan = Plan::new(&map, Search::Ended, &Unfolded::default(), 1600.0);
    let svg = plan.svg();
    assert!(
        svg.contains("&lt;img onerror=&quot;x&quot;&gt; &amp; co"),
        "{svg}"
    );
    assert!(!svg.contains("<img"));
    let (opened, closed) = (svg.matches("<g ").count(), svg.matches("</g>").count());
    assert_eq!(opened, closed);
}

#[test]
fn what_the_wire_should_not_say_breaks_nothing() {
    let mut map = three();
    let mut news = chunk(&[&[0, 1]]);
    // It comes twice, and once as it should not.
    news.branches.push(news.branches[0].clone());
    news.branches[1].execution = 4;
    news.branches[1].from = Some(99);
    news.branches[1].shared = 1_000;
    news.branches[0].from = Some(99);
    news.branches[0].shared = 1_000;
    news.again = vec![(12_345, 1)];
    news.stubs = vec![MapStub {
        execution: 77,
        step: 9,
        count: 1,
    }];
    map.take(news);
    assert_eq!(plan(&map).rows.len(), 4);
}

proptest! {
    /// Lines of different rows never cross: where one goes down to its row, no row between has begun.
    #[test]
    fn no_line_crosses_another(
        executions in prop::collection::btree_set(prop::collection::vec(0u16..3, 1..12), 1..120),
        shuffle in any::<u64>(),
        width in 300.0f64..1500.0,
    ) {
        let mut executions: Vec<&[u16]> = executions.iter().map(Vec::as_slice).collect();
        let len = executions.len();
        executions.rotate_left(shuffle as usize % len);
        let map = map(&executions);
        let plan = Plan::new(&map, Search::Ended, &Unfolded::default(), width);
        for (number, row) in plan.rows.iter().enumerate() {
            let Some(parent) = row.parent else { continue };
            prop_assert!(parent < number);
            for between in &plan.rows[parent + 1..number] {
                prop_assert!(between.line.x0 >= row.line.x0, "{row:?} crosses {between:?}");
            }
            prop_assert!(plan.rows[parent].line.x0 <= row.line.x0);
            prop_assert!(row.line.x0 <= plan.rows[parent].line.x1);
        }
        // Every row can be clicked, and every key leads to one that is there.
        for row in &plan.rows {
            let (x, y) = plan.place(row.spot).unwrap();
            prop_assert_eq!(plan.hit(x + 200.0, y), Some(row.spot));
            for towards in [Move::Up, Move::Down, Move::Left, Move::Right] {
                let next = plan.step(Some(row.spot), towards).unwrap();
                prop_assert!(plan.place(next).is_some());
            }
        }
    }

    /// The way of an execution on the map ends in its row, or where it is folded.
    #[test]
    fn every_execution_finds_its_way(
        executions in prop::collection::btree_set(prop::collection::vec(0u16..3, 1..12), 1..60),
    ) {
        let executions: Vec<&[u16]> = executions.iter().map(Vec::as_slice).collect();
        let map = map(&executions);
        let plan = Plan::new(&map, Search::Ended, &Unfolded::default(), 800.0);
        for one in map.executions() {
            let way = plan.way(&map, &one.choices);
            let (row, _) = way.lines.last().unwrap();
            match plan.rows[*row].spot {
                Spot::Execution(number) if number != one.number => {
                    // A shorter execution ends on the way of a longer one.
                    let other = map.execution(number).unwrap();
                    prop_assert!(other.choices.starts_with(&one.choices));
                }
                Spot::Execution(_) => prop_assert!(!way.leaves),
                Spot::Folded { .. } => {}
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
