//! A process that is killed with the turn in its hand does not take the turn with it.

use std::sync::atomic::AtomicBool;

use heddle_policy::PolicyState;
use heddle_runner::execution::{Controlled, Plan, execute};
use heddle_runner::host::{Host, Trust};
use heddle_runner::zygote::Zygote;
use heddle_trace::{Granularity, Limits, Outcome, Program, Timeouts};

const TWO_PROCESSES: &str = "\
import multiprocessing as mp

def work(lock, n):
    with lock:
        n.value += 1
    print('done')

lock, n = mp.Lock(), mp.Value('i', 0)
both = [mp.Process(target=work, args=(lock, n)) for _ in range(2)]
for process in both:
    process.start()
for process in both:
    process.join()
print(n.value)
";

fn plan(seed: u64, kill_at_step: Option<u32>) -> Plan {
    let control = Controlled {
        granularity: Granularity::Language,
        timeouts: Timeouts::Respect,
        prefix: vec![],
        policy: PolicyState::random(seed),
        strict: false,
        snapshot: false,
        kill_at_step,
    };
    Plan {
        goes_round: false,
        control: Some(control),
        limits: Limits {
            wall_ms: 8_000,
            ..Limits::default()
        },
    }
}

#[test]
fn the_turn_is_recovered_wherever_a_process_is_killed() {
    let host = Host::probe(Trust::Jailed).unwrap();
    let mut zygote = Zygote::spawn(&host, Limits::default()).unwrap();
    zygote
        .load(&Program::python(TWO_PROCESSES))
        .unwrap()
        .unwrap();
    let never = AtomicBool::new(false);
    let mut killed = 0;
    for seed in 0..3 {
        let whole = execute(&mut zygote, &plan(seed, None), &never, None).unwrap();
        assert_eq!(whole.trace.outcome, Outcome::Finished);
        let steps = whole.trace.choices().len() as u32;
        for step in 0..steps {
            let execution = execute(&mut zygote, &plan(seed, Some(step)), &never, None).unwrap();
            let outcome = &execution.trace.outcome;
            // Killed while it held the lock: the other one waits for ever, truly.
            let ended = matches!(outcome, Outcome::Finished | Outcome::Deadlock { .. });
            assert!(ended, "seed {seed}, killed at step {step}: {outcome:?}");
            killed += u32::from(execution.trace.choices().len() < steps as usize);
        }
    }
    assert!(
        killed > 10,
        "only {killed} executions were cut short: the kills did not happen"
    );
}
