//! What a search tells while it runs is enough to draw its executions and to run each again.

use std::collections::HashMap;

use heddle_trace::protocol::{ExploreOptions, JobEvent, JobResult, Work};
use heddle_trace::{Limits, MapChunk, OutcomeKind, Program, Schedule, TaskId, choices_from_text};

use crate::client::Client;

const OPPOSITE_LOCKS: &str = "\
import threading

a, b = threading.Lock(), threading.Lock()

def work(one, other):
    with one:
        with other:
            pass

first = threading.Thread(target=work, args=(a, b), name='first')
second = threading.Thread(target=work, args=(b, a), name='second')
first.start()
second.start()
first.join()
second.join()
";

#[test]
fn the_map_of_a_search_has_each_behaviour_and_each_can_be_run_again() {
    let mut client = Client::start();
    let program = Program::python(OPPOSITE_LOCKS);
    let options = ExploreOptions {
        keep_going: true,
        ..ExploreOptions::default()
    };
    let job = client.begin(
        &program,
        Work::Explore {
            options,
            races: None,
        },
        Limits::default(),
    );
    let mut chunks: Vec<MapChunk> = Vec::new();
    let result = client.finish(job, |event| {
        if let JobEvent::Map { chunk } = event {
            chunks.push(chunk);
        }
    });
    let JobResult::Explored { report } = result else {
        panic!("{result:?}")
    };
    assert!(report.complete);
    let branches: Vec<_> = chunks.iter().flat_map(|chunk| &chunk.branches).collect();
    assert_eq!(branches.len() as u64, report.behaviours);
    assert_eq!(chunks.last().unwrap().waiting, 0);
    let names: HashMap<TaskId, String> = chunks
        .iter()
        .flat_map(|chunk| chunk.tasks.iter().cloned())
        .collect();
    assert_eq!(names[&TaskId(1)], "first");

    let mut choices: HashMap<u64, Vec<TaskId>> = HashMap::new();
    let mut deadlocks = 0;
    for branch in branches {
        let before = branch.from.map_or(&[][..], |from| &choices[&from]);
        let rest = choices_from_text(&branch.rest).unwrap();
        let steps = [&before[..branch.shared as usize], &rest].concat();
        let schedule = Schedule::new(&program.hash(), options.granularity, steps.clone());
        choices.insert(branch.execution, steps.clone());
        let again = client.work(&program, Work::Replay { schedule });
        let JobResult::Execution { trace, .. } = again else {
            panic!("{again:?}")
        };
        assert_eq!(trace.outcome.kind(), branch.outcome);
        assert_eq!(trace.choices(), steps);
        if branch.outcome == OutcomeKind::Deadlock {
            deadlocks += 1;
            assert!(branch.fails);
            assert!(branch.findings.contains(&"deadlock".to_owned()));
            assert!(branch.does.starts_with("takes lock"), "{branch:?}");
        }
    }
    assert_eq!(deadlocks, 1);
}
