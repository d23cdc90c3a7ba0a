//! A server of one's own, and a client for it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use heddle_api::{Problem, RunEvent, RunStarted};
use heddle_trace::Program;
use heddle_trace::protocol::{JobEvent, JobResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;

/// The real runner: `HEDDLE_RUNNER`, else beside the program under test.
pub(crate) fn real_runner() -> PathBuf {
    let path = std::env::var_os("HEDDLE_RUNNER").map_or_else(
        || Path::new(env!("CARGO_BIN_EXE_heddle")).with_file_name("heddle-runner"),
        PathBuf::from,
    );
    assert!(
        path.is_file(),
        "{} is missing: build it with `cargo build -p heddle-runner -p heddle-python`",
        path.display()
    );
    path
}

/// The runner that fails on purpose.
pub(crate) fn scripted_runner() -> PathBuf {
    in_tests("scripted_runner.py")
}

pub(crate) fn in_tests(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// A command line of `heddle` with a runner.
pub(crate) fn heddle(runner: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heddle"));
    command.env("HEDDLE_RUNNER", runner).stdin(Stdio::null());
    command
}

/// What a command wrote.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command that must end with this exit code, and returns what it wrote.
pub(crate) fn ends_with(command: &mut Command, code: i32) -> Output {
    let output = command.output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(code),
        "{command:?}\nstdout: {}\nstderr: {}",
        text(&output.stdout),
        text(&output.stderr)
    );
    output
}

/// A built page, for servers that need none.
pub(crate) fn page(folder: &Path) {
    let files: [(&str, &str); 4] = [
        ("index.html", "<!doctype html><title>Heddle</title>"),
        ("app-0123456789abcdef.js", "export const plain = 1;"),
        ("app-0123456789abcdef.js.br", "not really brotli"),
        ("editor.js", "export const editor = 1;"),
    ];
    std::fs::create_dir_all(folder).unwrap();
    for (name, content) in files {
        std::fs::write(folder.join(name), content).unwrap();
    }
}

/// `heddle serve` with a small course, on a free port.
pub(crate) fn serve(runner: &Path, folder: &Path) -> Command {
    page(&folder.join("dist"));
    let mut command = heddle(runner);
    command
        .args(["serve", "--port", "0", "--data"])
        .arg(folder.join("data"))
        .arg("--dist")
        .arg(folder.join("dist"))
        .arg("--course")
        .arg(in_tests("small-course"));
    command
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    address: String,
    agent: ureq::Agent,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal("TERM");
        let _ = self.child.wait();
    }
}

impl Server {
    pub(crate) fn start(runner: &Path, folder: &TempDir) -> Server {
        let mut child = serve(runner, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("Heddle is at ")
            .unwrap_or_else(|| panic!("the server said {line:?}"))
            .to_owned();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // A refusal may come before the request has been read, and then ends the connection.
            .max_idle_connections(0);
        Server {
            child,
            address,
            agent: config.build().into(),
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let _ = Command::new("sh").args(["-c", &kill]).status();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// A learner without cookies.
    pub(crate) fn visitor(&self) -> Visitor<'_> {
        Visitor {
            server: self,
            cookie: String::new(),
        }
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The problem in it, of this status and kind.
    pub(crate) fn problem(&self, status: u16, kind: &str) -> Problem {
        let problem: Problem = self.json();
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        assert_eq!(
            (self.status, problem.status, problem.kind.as_str()),
            (status, status, format!("/problems/{kind}").as_str()),
            "{self:?}"
        );
        problem
    }
}

fn reply(response: ureq::http::Response<ureq::Body>) -> Reply {
    let (parts, mut body) = response.into_parts();
    let header = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
        (name.to_string(), value.to_str().unwrap().to_owned())
    };
    Reply {
        status: parts.status.as_u16(),
        headers: parts.headers.iter().map(header).collect(),
        body: body.read_to_string().unwrap_or_default(),
    }
}

/// Somebody with a browser.
pub(crate) struct Visitor<'a> {
    server: &'a Server,
    pub(crate) cookie: String,
}

impl Visitor<'_> {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.address)
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.get_with(path, "accept", "*/*")
    }

    pub(crate) fn get_with(&self, path: &str, name: &str, value: &str) -> Reply {
        let request = self.server.agent.get(self.url(path)).header(name, value);
        reply(request.header("cookie", &self.cookie).call().unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: &impl Serialize) -> Reply {
        self.post_text(path, &serde_json::to_string(body).unwrap(), &[])
    }

    pub(crate) fn post_text(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = self.server.agent.post(self.url(path));
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        reply(request.header("cookie", &self.cookie).send(body).unwrap())
    }

    /// Keeps the cookie that the server gives.
    pub(crate) fn enter(&mut self) {
        let reply = self.get("/");
        let cookie = reply.header("set-cookie").unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    /// Starts a run and returns its id.
    pub(crate) fn start(&self, path: &str, body: &impl Serialize) -> String {
        let reply = self.post(path, body);
        assert_eq!(reply.status, 202, "{reply:?}");
        reply.json::<RunStarted>().run
    }

    /// Follows a run's events, from the start or after the one numbered `last`.
    pub(crate) fn events(&self, run: &str, last: Option<usize>) -> Events {
        let mut request = self
            .server
            .agent
            .get(self.url(&format!("/api/runs/{run}/events")));
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let response = request.call().unwrap();
        assert_eq!(response.status(), 200);
        let body: Box<dyn Read> = Box::new(response.into_body().into_reader());
        Events {
            lines: BufReader::new(body),
        }
    }

    /// The result of a run's job.
    pub(crate) fn result(&self, run: &str) -> JobResult {
        match self.events(run, None).last() {
            Some((
                _,
                RunEvent::Job {
                    event: JobEvent::Ended { result },
                },
            )) => result,
            other => panic!("the log does not end with the job's end: {other:?}"),
        }
    }
}

/// An event stream, as numbers and events.
pub(crate) struct Events {
    lines: BufReader<Box<dyn Read>>,
}

impl Iterator for Events {
    type Item = (usize, RunEvent);

    fn next(&mut self) -> Option<(usize, RunEvent)> {
        let (mut number, mut event) = (None, None);
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            let line = line.trim_end();
            if let Some(id) = line.strip_prefix("id: ") {
                number = Some(id.parse().unwrap());
            } else if let Some(data) = line.strip_prefix("data: ") {
                event = Some(serde_json::from_str(data).unwrap());
            } else if line.is_empty()
                && let (Some(number), Some(event)) = (number, event.take())
            {
                return Some((number, event));
            }
        }
    }
}

/// A request for a free run.
pub(crate) fn free_run(source: &str) -> Value {
    serde_json::json!({ "program": Program::python(source), "work": { "kind": "run" } })
}

/// A request for a step.
pub(crate) fn step(source: &str, schedule: Option<&str>) -> Value {
    serde_json::json!({ "program": Program::python(source), "schedule": schedule })
}
