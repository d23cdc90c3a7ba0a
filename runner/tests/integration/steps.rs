//! Steps: the learner as scheduler.

use heddle_trace::protocol::{JobResult, Work};
use heddle_trace::{
    Granularity, OpKind, Outcome, Program, Schedule, Snapshot, TaskId, TaskStatus, Trace,
};

use crate::client::Client;

const TWO_LOCKS: &str = "\
import threading

class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()

def transfer(source, target, amount):
    with source.lock:
        with target.lock:
            source.balance -= amount
            target.balance += amount

a = Account(100)
b = Account(100)
t1 = threading.Thread(target=transfer, args=(a, b, 10), name='t1')
t2 = threading.Thread(target=transfer, args=(b, a, 20), name='t2')
t1.start()
t2.start()
t1.join()
t2.join()
";

fn step(client: &mut Client, program: &Program, choices: &[u16]) -> (Box<Trace>, Snapshot) {
    let choices = choices.iter().copied().map(TaskId).collect();
    let schedule = Schedule::new(&program.hash(), Granularity::Language, choices);
    match client.work(program, Work::Step { schedule }) {
        JobResult::Execution {
            trace, snapshot, ..
        } => (trace, snapshot.unwrap()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_step_shows_lines_locals_holders_and_who_can_go() {
    let program = Program::python(TWO_LOCKS);
    // T0 starts both; t1 takes a.lock.
    let (trace, snapshot) = step(&mut Client::start(), &program, &[0, 0, 1]);
    assert_eq!(trace.outcome, Outcome::Stopped);
    assert_eq!(trace.tasks[1].name, "t1");
    let t1 = &snapshot.tasks[1];
    assert_eq!(t1.status, TaskStatus::Enabled);
    assert_eq!(t1.pending.unwrap().kind, OpKind::Acquire);
    assert_eq!(t1.location.unwrap().line, 10);
    assert_eq!(t1.stack[0].function, "transfer");
    let amount = t1.stack[0]
        .locals
        .iter()
        .find(|v| v.name == "amount")
        .unwrap();
    assert_eq!(amount.value, "10");
    assert!(
        snapshot
            .shared
            .iter()
            .any(|v| v.name == "a.balance" && v.value == "100")
    );
    let names: Vec<&str> = trace.objects.iter().map(|o| o.name.as_str()).collect();
    assert!(
        names.contains(&"a.lock") && names.contains(&"b.lock"),
        "{names:?}"
    );
}

#[test]
fn the_deadlock_can_be_stepped_into_and_back_out() {
    let program = Program::python(TWO_LOCKS);
    let mut client = Client::start();
    let (trace, snapshot) = step(&mut client, &program, &[0, 0, 1, 2]);
    let Outcome::Deadlock { cycle, .. } = &trace.outcome else {
        panic!("{:?}", trace.outcome)
    };
    assert_eq!(cycle.len(), 2);
    assert!(
        snapshot
            .tasks
            .iter()
            .all(|t| t.status == TaskStatus::Blocked)
    );
    let (trace, _) = step(&mut client, &program, &[0, 0, 1]);
    assert_eq!(trace.outcome, Outcome::Stopped);
}

#[test]
fn a_choice_that_is_not_possible_diverges() {
    let program = Program::python(TWO_LOCKS);
    let (trace, _) = step(&mut Client::start(), &program, &[0, 2]);
    assert_eq!(trace.outcome, Outcome::Diverged { step: 1 });
}

#[test]
fn a_schedule_for_another_program_is_refused() {
    let other = Program::python("pass\n").hash();
    let schedule = Schedule::new(&other, Granularity::Language, vec![]);
    let result = Client::start().work(&Program::python(TWO_LOCKS), Work::Step { schedule });
    let JobResult::Refused { reason } = result else {
        panic!("{result:?}")
    };
    assert!(reason.contains("another program"), "{reason}");
}

#[test]
fn a_syntax_error_has_its_line() {
    let result = Client::start().work(&Program::python("x = 1\nif x\n"), Work::Run);
    let JobResult::NotCompiled { error } = result else {
        panic!("{result:?}")
    };
    assert_eq!(
        (error.exception.as_str(), error.location.unwrap().line),
        ("SyntaxError", 2)
    );
}

#[test]
fn processes_are_stepped_like_threads() {
    let program = Program::python(
        "import multiprocessing as mp\n\
         def add(n):\n    n.value += 1\n\
         n = mp.Value('i', 0)\n\
         one, two = mp.Process(target=add, args=(n,)), mp.Process(target=add, args=(n,))\n\
         one.start(); two.start(); one.join(); two.join()\n\
         print(n.value)\n",
    );
    // Both read 0, then both write 1.
    let (trace, snapshot) = step(&mut Client::start(), &program, &[0, 0, 1, 2]);
    assert_eq!(trace.processes.len(), 3);
    let pending = |task: usize| snapshot.tasks[task].pending.unwrap().kind;
    assert_eq!((pending(1), pending(2)), (OpKind::Write, OpKind::Write));
    assert_eq!(snapshot.tasks[1].stack[0].function, "add");
}
