//! What a learner does, with the real runner.

use heddle_api::{Block, Course, Health, Lesson, ProgramStored, Progress, RunEvent, StepView};
use heddle_trace::protocol::{JobEvent, JobResult};
use heddle_trace::{Outcome, Program, Stream, SubmissionResult, TaskId, Trace, Verdict};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Server, free_run, real_runner, step};

const LOST_UPDATE: &str = "\
import threading

n = 0

def add():
    global n
    n += 1

ts = [threading.Thread(target=add) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert n == 2
";

#[test]
fn the_course_and_its_lessons_are_served_without_secrets() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let course: Course = visitor.get("/api/course").json();
    let lessons = &course.modules[0].lessons;
    assert_eq!(lessons[0].slug, "first");
    assert_eq!(lessons[0].challenges, ["first/count"]);
    let reply = visitor.get("/api/lessons/first");
    let lesson: Lesson = reply.json();
    assert_eq!(lesson.previous, None);
    assert_eq!(lesson.next, Some(("second".into(), "Second".into())));
    assert!(matches!(lesson.blocks[1], Block::Cell { .. }));
    assert!(matches!(lesson.blocks[2], Block::Quiz { answer: 1, .. }));
    let Block::Challenge { challenge } = &lesson.blocks[3] else {
        panic!("{:?}", lesson.blocks[3]);
    };
    assert_eq!((challenge.points, challenge.hints), (3, 2));
    for secret in ["it is two", "print(2)", "1 / 0"] {
        assert!(!reply.body.contains(secret), "{secret}");
    }
}

#[test]
fn programs_are_kept_by_content_those_of_the_course_from_the_start() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let program = Program::python("print('mine')\n");
    let stored: ProgramStored = visitor.post("/api/programs", &program).json();
    assert_eq!(stored.hash, program.hash());
    let path = format!("/api/programs/{}", stored.hash);
    assert_eq!(server.visitor().get(&path).json::<Program>(), program);
    let starter = Program::python("print(1)\n").hash();
    assert_eq!(visitor.get(&format!("/api/programs/{starter}")).status, 200);
}

#[test]
fn a_free_run_streams_and_a_lost_connection_resumes_where_it_was() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let run = visitor.start("/api/runs", &free_run("print('one')\nprint('two')\n"));
    let all: Vec<(usize, RunEvent)> = visitor.events(&run, None).collect();
    let numbers: Vec<usize> = all.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (0..all.len()).collect::<Vec<_>>());
    assert_eq!(printed(&all), "one\ntwo\n");
    for last in 0..all.len() - 1 {
        let rest: Vec<_> = visitor.events(&run, Some(last)).collect();
        assert_eq!(rest, all[last + 1..], "after event {last}");
    }
    // A browser that has seen the end stops connecting again.
    let path = format!("/api/runs/{run}/events");
    let last = (all.len() - 1).to_string();
    assert_eq!(visitor.get_with(&path, "last-event-id", &last).status, 204);
}

fn printed(events: &[(usize, RunEvent)]) -> String {
    let mut whole: Option<Trace> = None;
    let mut chunks = Vec::new();
    for (_, event) in events {
        match event {
            RunEvent::Job {
                event: JobEvent::Trace { chunk },
            } => chunks.push(chunk.clone()),
            RunEvent::Job {
                event:
                    JobEvent::Ended {
                        result: JobResult::Run { trace, .. },
                    },
            } => whole = Some((**trace).clone()),
            _ => {}
        }
    }
    let mut whole = whole.expect("the run has a result");
    for chunk in chunks {
        whole.extend(chunk);
    }
    whole.output(Stream::Out)
}

#[test]
fn a_run_that_waits_for_ever_is_watched_by_two_and_cancelled() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let source = "import threading\nprint('here')\nthreading.Event().wait()\n";
    let run = visitor.start("/api/runs", &free_run(source));
    let mut one = visitor.events(&run, None);
    let mut two = visitor.events(&run, None);
    assert_eq!(one.next(), two.next());
    let reply = visitor.post(&format!("/api/runs/{run}/cancel"), &Value::Null);
    assert_eq!(reply.status, 204);
    let (end, same) = (one.last(), two.last());
    assert_eq!(end, same);
    let Some((
        _,
        RunEvent::Job {
            event: JobEvent::Ended { result },
        },
    )) = end
    else {
        panic!("{end:?}");
    };
    let cancelled = match result {
        JobResult::Cancelled => true,
        JobResult::Run { trace, .. } => trace.outcome == Outcome::Cancelled,
        _ => false,
    };
    assert!(cancelled);
}

#[test]
fn steps_go_forward_by_the_chosen_task_and_back_by_a_shorter_schedule() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let start: StepView = visitor.post("/api/steps", &step(LOST_UPDATE, None)).json();
    assert_eq!(start.trace.outcome, Outcome::Stopped);
    assert!(start.snapshot.is_some());
    let mut schedule = start.schedule.clone();
    schedule.choices.push(TaskId(0));
    let text = schedule.to_string();
    let next: StepView = visitor
        .post("/api/steps", &step(LOST_UPDATE, Some(&text)))
        .json();
    assert_eq!(next.trace.choices(), schedule.choices);
    let back = start.schedule.to_string();
    let again: StepView = visitor
        .post("/api/steps", &step(LOST_UPDATE, Some(&back)))
        .json();
    assert_eq!(again.snapshot, start.snapshot);
}

#[test]
fn an_exploration_finds_the_lost_update_and_its_schedule_can_be_stepped() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let mut request = free_run(LOST_UPDATE);
    request["work"] = json!({ "kind": "explore", "options": null });
    let run = visitor.start("/api/runs", &request);
    let JobResult::Explored { report } = visitor.result(&run) else {
        panic!("no exploration");
    };
    assert_eq!(report.verdict, Verdict::Fail);
    let failure = report.failure.expect("a failing execution");
    let text = failure.schedule.to_string();
    let view: StepView = visitor
        .post("/api/steps", &step(LOST_UPDATE, Some(&text)))
        .json();
    assert_eq!(view.trace.outcome, failure.outcome);
}

fn submission(source: &str) -> Value {
    json!({ "challenge": "first/count", "program": Program::python(source) })
}

#[test]
fn a_submission_is_graded_before_its_log_ends_with_a_hint_for_its_result() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let mut visitor = server.visitor();
    visitor.enter();
    let mut hints = Vec::new();
    for (source, wanted) in [
        ("print(3)\n", SubmissionResult::WrongOutput),
        ("print(3)\n", SubmissionResult::WrongOutput),
        ("print(1 / 0)\n", SubmissionResult::Exception),
        ("print(2)\n", SubmissionResult::Accepted),
    ] {
        let run = visitor.start("/api/submissions", &submission(source));
        let events: Vec<_> = visitor.events(&run, None).map(|(_, event)| event).collect();
        let [
            ..,
            RunEvent::Graded { result, hint, .. },
            RunEvent::Job {
                event:
                    JobEvent::Ended {
                        result: JobResult::Judged { report },
                    },
            },
        ] = &events[..]
        else {
            panic!("{source}: {events:?}");
        };
        assert_eq!((*result, report.result), (wanted, wanted), "{source}");
        hints.push(hint.clone().unwrap_or_default());
    }
    assert!(hints[0].contains("<em>the task</em>"), "{hints:?}");
    assert!(hints[1].contains("it is two"), "{hints:?}");
    assert_eq!(hints[2..], ["", ""]);
}

#[test]
fn progress_belongs_to_its_learner_and_survives_a_restart() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let mut visitor = server.visitor();
    visitor.enter();
    let cookie = visitor.cookie.clone();
    visitor.get("/api/lessons/second");
    visitor.get("/api/lessons/first");
    let run = visitor.start("/api/submissions", &submission("print(2)\n"));
    visitor.result(&run);
    let nobody: Progress = server.visitor().get("/api/progress").json();
    assert_eq!(nobody, Progress::default());
    drop(server);

    let server = Server::start(&real_runner(), &folder);
    let mut visitor = server.visitor();
    visitor.cookie = cookie;
    let progress: Progress = visitor.get("/api/progress").json();
    assert_eq!(progress.seen.len(), 2);
    assert_eq!(progress.challenges[0].result, SubmissionResult::Accepted);
    assert_eq!(progress.challenges[0].points, 3);
    assert_eq!(progress.challenges[0].submissions, 1);
}

#[test]
fn files_of_another_challenge_are_refused() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let mut request = submission("print(2)\n");
    request["program"]["files"][0]["name"] = json!("other.py");
    let reply = server.visitor().post("/api/submissions", &request);
    assert!(reply.problem(422, "other-files").detail.contains("main.py"));
}

#[test]
fn the_cookie_is_given_once_and_out_of_reach_of_scripts() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let mut visitor = server.visitor();
    let reply = visitor.get("/api/progress");
    let cookie = reply.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    visitor.enter();
    assert_eq!(visitor.get("/api/progress").header("set-cookie"), None);
}

#[test]
fn health_names_the_jail_and_the_interpreter() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let health: Health = server.visitor().get("/healthz").json();
    assert_eq!(health.status, "ok");
    assert!(health.runner.unwrap().python.contains("3."));
}
