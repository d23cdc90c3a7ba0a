//! Whatever comes in that is wrong, the answer says what and what to do, as problem+json.

use heddle_trace::{Granularity, Limits, Program, Schedule, TaskId};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Server, free_run, real_runner, step};

const POSTS: [&str; 4] = [
    "/api/programs",
    "/api/runs",
    "/api/steps",
    "/api/submissions",
];

#[test]
fn an_over_long_program_is_413() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let long = "#".repeat(Limits::PROGRAM_BYTES + 1);
    for (path, body) in [
        ("/api/programs", json!(Program::python(&long))),
        ("/api/runs", free_run(&long)),
        ("/api/steps", step(&long, None)),
        (
            "/api/submissions",
            json!({ "challenge": "first/count", "program": Program::python(&long) }),
        ),
    ] {
        let problem = visitor.post(path, &body).problem(413, "program-too-long");
        assert!(problem.detail.contains("65536"), "{problem:?}");
    }
    let longer = free_run(&"#".repeat(20 * Limits::PROGRAM_BYTES));
    visitor.post("/api/runs", &longer).problem(413, "too-long");
}

#[test]
fn wrong_json_is_400_with_the_place() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    for path in POSTS {
        for body in ["{\"program\": ", "[]", "{}", "\u{0}"] {
            visitor.post_text(path, body, &[]).problem(400, "bad-json");
        }
        visitor
            .post_text(path, "{}", &[("content-type", "text/plain")])
            .problem(415, "not-json");
    }
    let mut request = free_run("print(1)");
    request["work"]["kind"] = json!("sing");
    let problem = visitor.post("/api/runs", &request).problem(400, "bad-json");
    assert!(problem.detail.contains("sing"), "{problem:?}");
}

#[test]
fn names_of_files_that_could_be_paths_are_422() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let mut request = free_run("print(1)");
    request["program"]["files"][0]["name"] = json!("../main.py");
    let reply = server.visitor().post("/api/runs", &request);
    assert!(
        reply
            .problem(422, "bad-program")
            .detail
            .contains("../main.py")
    );
}

#[test]
fn unknown_things_are_404_and_wrong_methods_405() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let nobody = "0".repeat(32);
    for path in [
        "/api/lessons/none".to_owned(),
        format!("/api/programs/{nobody}"),
        "/api/programs/damaged".to_owned(),
        format!("/api/runs/{nobody}/events"),
        "/api/none".to_owned(),
    ] {
        visitor.get(&path).problem(404, "not-found");
    }
    visitor
        .post(&format!("/api/runs/{nobody}/cancel"), &Value::Null)
        .problem(404, "not-found");
    visitor
        .post(
            "/api/submissions",
            &json!({ "challenge": "first/none", "program": Program::python("") }),
        )
        .problem(404, "not-found");
    visitor.get("/api/runs").problem(405, "method-not-allowed");
    for path in ["/", "/api/course", "/editor.js"] {
        let reply = visitor.post(path, &Value::Null);
        reply.problem(405, "method-not-allowed");
    }
}

#[test]
fn a_damaged_schedule_or_another_program_s_is_422_with_the_reason() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let source = "print(1)\n";
    let other = Program::python("print(2)\n").hash();
    let others = Schedule::new(&other, Granularity::Language, vec![TaskId(0)]).to_string();
    let short = Program::python(source).hash().short();
    for (schedule, reason) in [
        ("nonsense", "not a schedule"),
        ("h9.l.000000000000.0", "version"),
        (&format!("h1.l.{short}.0-zz"), "damaged"),
        (&others, "another program"),
    ] {
        let stepped = visitor.post("/api/steps", &step(source, Some(schedule)));
        let mut request = free_run(source);
        request["work"] = json!({ "kind": "replay", "schedule": schedule });
        for reply in [stepped, visitor.post("/api/runs", &request)] {
            let problem = reply.problem(422, "schedule");
            assert!(problem.detail.contains(reason), "{problem:?}");
        }
    }
}

#[test]
fn a_schedule_that_the_program_cannot_follow_is_422() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let source = "import threading\nthreading.Thread(target=print, args=(1,)).start()\n";
    let hash = Program::python(source).hash();
    let schedule = Schedule::new(&hash, Granularity::Language, vec![TaskId(9)]).to_string();
    let reply = server
        .visitor()
        .post("/api/steps", &step(source, Some(&schedule)));
    reply.problem(422, "schedule");
}

#[test]
fn a_program_that_does_not_compile_is_422_with_its_line() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let reply = server
        .visitor()
        .post("/api/steps", &step("x = 1\ny = = 2\n", None));
    reply.problem(422, "not-compiled");
    let error = &reply.json::<Value>()["error"];
    assert_eq!(error["exception"], "SyntaxError", "{error}");
    assert_eq!(error["location"]["line"], 2, "{error}");
}

#[test]
fn posts_from_other_sites_are_refused() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let body = free_run("print(1)").to_string();
    for headers in [
        [("sec-fetch-site", "cross-site")],
        [("origin", "https://example.com")],
    ] {
        visitor
            .post_text("/api/runs", &body, &headers)
            .problem(403, "cross-site");
    }
    for headers in [
        [("sec-fetch-site", "same-origin")],
        [("origin", server.address())],
    ] {
        assert_eq!(visitor.post_text("/api/runs", &body, &headers).status, 202);
    }
}

#[test]
fn the_fifth_run_at_a_time_is_429_until_one_has_ended() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let mut visitor = server.visitor();
    visitor.enter();
    let endless = free_run("import threading\nthreading.Event().wait()\n");
    let runs: Vec<String> = (0..4)
        .map(|_| visitor.start("/api/runs", &endless))
        .collect();
    visitor
        .post("/api/runs", &endless)
        .problem(429, "too-many-runs");
    let mut other = server.visitor();
    other.enter();
    let theirs = other.start("/api/runs", &endless);
    let cancel = |run: &str| visitor.post(&format!("/api/runs/{run}/cancel"), &Value::Null);
    assert_eq!(cancel(&runs[0]).status, 204);
    visitor.result(&runs[0]);
    let next = visitor.start("/api/runs", &endless);
    for run in runs[1..].iter().chain([&theirs, &next]) {
        cancel(run);
        visitor.result(run);
    }
}

#[test]
fn an_event_number_that_is_none_is_400() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let run = visitor.start("/api/runs", &free_run("print(1)\n"));
    let path = format!("/api/runs/{run}/events");
    visitor
        .get_with(&path, "last-event-id", "seven")
        .problem(400, "event-id");
    visitor.result(&run);
}
