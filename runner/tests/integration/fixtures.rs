//! The programs below `tests/programs`, each with a header that says what it does.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use heddle_policy::PolicyState;
use heddle_runner::execution::{Controlled, Plan, execute};
use heddle_runner::zygote::Zygote;
use heddle_trace::{Granularity, Limits, Program, TaskId, Timeouts, Trace};

pub(crate) struct Fixture {
    pub(crate) path: PathBuf,
    pub(crate) program: Program,
    pub(crate) header: Vec<(String, String)>,
}

impl Fixture {
    fn read(path: PathBuf) -> Fixture {
        let text = std::fs::read_to_string(&path).unwrap();
        let header = text
            .lines()
            .map_while(|line| line.strip_prefix("# "))
            .filter_map(|line| line.split_once(": "))
            .map(|(key, value)| (key.to_owned(), value.trim().to_owned()))
            .collect();
        Fixture {
            path,
            program: Program::python(text),
            header,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.header
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn name(&self) -> String {
        self.path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned()
    }
}

pub(crate) fn fixtures(folder: &str) -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/programs")
        .join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "py"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no programs in {}", folder.display());
    paths.into_iter().map(Fixture::read).collect()
}

/// All complaints at once: one wrong program does not hide the others.
pub(crate) fn complain(complaints: &[String]) {
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

/// One controlled execution, forked.
pub(crate) fn controlled(zygote: &mut Zygote, prefix: Vec<TaskId>, policy: PolicyState) -> Trace {
    execution(zygote, prefix, policy, false)
}

/// One controlled execution, which may go round.
pub(crate) fn execution(
    zygote: &mut Zygote,
    prefix: Vec<TaskId>,
    policy: PolicyState,
    goes_round: bool,
) -> Trace {
    let control = Controlled {
        granularity: Granularity::Language,
        timeouts: Timeouts::Respect,
        prefix,
        policy,
        strict: true,
        snapshot: false,
        kill_at_step: None,
    };
    let plan = Plan {
        control: Some(control),
        limits: Limits::default(),
        goes_round,
    };
    let mut trace = execute(zygote, &plan, &AtomicBool::new(false), None)
        .unwrap()
        .trace;
    // The one thing that is the kernel's choice.
    trace
        .processes
        .iter_mut()
        .for_each(|process| process.pid = 0);
    trace
}
