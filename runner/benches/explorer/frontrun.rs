//! frontrun's side: a Python script in an environment of its own, one process for each measurement,
//! because after some ends its threads are still there.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::table::{firsts, seconds};

/// Wall time of one search, seconds; the same as Heddle's default.
const BUDGET: u64 = 20;
/// From the start of the process to its end, seconds.
const PATIENCE: u64 = 75;

/// Where frontrun is installed.
pub(crate) struct Frontrun {
    bin: PathBuf,
    script: PathBuf,
}

/// One exploration.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Explored {
    pub(crate) executions: u64,
    pub(crate) seconds: f64,
    /// Its verdict; `None` is "inconclusive".
    pub(crate) holds: Option<bool>,
    pub(crate) exhausted: Option<bool>,
}

/// Searches for the first failure.
#[derive(Debug, Deserialize)]
pub(crate) struct First {
    search: Explored,
    drawn: Vec<Explored>,
}

impl Frontrun {
    /// `HEDDLE_FRONTRUN` names the folder of its programs; `cargo xtask bench explorer` sets it.
    pub(crate) fn find() -> Option<Frontrun> {
        let bin = PathBuf::from(std::env::var_os("HEDDLE_FRONTRUN")?);
        let script =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/explorer/with_frontrun.py");
        Some(Frontrun { bin, script })
    }

    /// Its version and its interpreter's.
    pub(crate) fn version(&self) -> String {
        let code = "import frontrun, sys; print('frontrun %s, CPython %d.%d.%d' % (frontrun.__version__, *sys.version_info[:3]))";
        let output = Command::new(self.bin.join("python"))
            .args(["-c", code])
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Executions a second at random, in so many seconds.
    pub(crate) fn rate(&self, program: &Path, budget: u64) -> Option<f64> {
        let explored: Explored = self.measure(program, "real", "rate", budget)?;
        explored.holds?;
        Some(explored.executions as f64 / explored.seconds)
    }

    /// Its search as called by default, then 50 random ones, as two cells.
    pub(crate) fn first(&self, program: &Path) -> [String; 2] {
        let read = |clock| self.measure::<First>(program, clock, "first", BUDGET);
        let Some(real) = read("real") else {
            return ["no answer".into(), "no answer".into()];
        };
        let mut cells = [told(&real.search, ""), drawn(&real.drawn, "")];
        let is_open =
            real.search.holds.is_none() || real.drawn.iter().any(|one| one.holds.is_none());
        if is_open && let Some(other) = read("virtual") {
            let virtually = [
                told(&other.search, " (virtual clock)"),
                drawn(&other.drawn, " (virtual clock)"),
            ];
            for (cell, other) in cells.iter_mut().zip(virtually) {
                if cell.contains("inconclusive") {
                    *cell += &format!("; {other}");
                }
            }
        }
        cells
    }

    /// Its whole search, without a bound on forced switches, as a cell.
    pub(crate) fn whole(&self, program: &Path) -> String {
        let read = |clock| self.measure::<Explored>(program, clock, "whole", BUDGET);
        let Some(real) = read("real") else {
            return "no answer".into();
        };
        match real.holds {
            Some(_) => told(&real, ""),
            None => match read("virtual") {
                Some(other) => format!("{}; {}", told(&real, ""), told(&other, " (virtual clock)")),
                None => told(&real, ""),
            },
        }
    }

    /// Runs the script. `None`: it did not answer in time, or ended without an answer.
    fn measure<T: DeserializeOwned>(
        &self,
        program: &Path,
        clock: &str,
        what: &str,
        budget: u64,
    ) -> Option<T> {
        // coreutils' timeout also ends what the command has started.
        let output = Command::new("timeout")
            .args(["--signal=KILL", &PATIENCE.to_string()])
            .arg(self.bin.join("frontrun"))
            .arg(self.bin.join("python"))
            .arg(&self.script)
            .arg(program)
            .args([clock, what, &budget.to_string()])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).ok()?;
        serde_json::from_str(text.lines().last()?).ok()
    }
}

/// What it says at the end, after how many executions and how long.
fn told(explored: &Explored, how: &str) -> String {
    let says = match (explored.holds, explored.exhausted) {
        (Some(true), Some(true)) => "holds, exhausted",
        (Some(true), _) => "holds",
        (Some(false), _) => "fails",
        (None, _) => "inconclusive",
    };
    let (executions, time) = (explored.executions, seconds(explored.seconds));
    format!("{says}{how}: {executions}, {time}")
}

fn drawn(drawn: &[Explored], how: &str) -> String {
    if drawn.iter().any(|one| one.holds.is_none()) {
        return format!("inconclusive{how}");
    }
    let first = |one: &Explored| (one.holds == Some(false)).then_some(one.executions);
    let all: Vec<Option<u64>> = drawn.iter().map(first).collect();
    format!("{}{how}", firsts(&all))
}
