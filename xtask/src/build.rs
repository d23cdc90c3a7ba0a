//! `cargo xtask build`: the product, in steps that say how far it is. A first build takes many minutes.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::args::Parts;
use crate::workspace::Workspace;
use crate::{frontend, native};

/// Both halves.
pub(crate) const ALL: Parts = Parts {
    native: true,
    frontend: true,
};
/// What programs need, without the page.
pub(crate) const NATIVE: Parts = Parts {
    native: true,
    frontend: false,
};

/// Builds what is asked for.
pub(crate) fn build(workspace: &Workspace, parts: &Parts) -> Result<()> {
    let steps = [
        (parts.native, native::STEPS),
        (parts.frontend, frontend::STEPS),
    ];
    let steps = steps.iter().filter(|(wanted, _)| *wanted);
    let mut progress = Progress {
        started: Instant::now(),
        begun: 0,
        steps: steps.map(|(_, steps)| steps).sum(),
    };
    if parts.native {
        native::build(workspace, &mut progress)?;
    }
    if parts.frontend {
        frontend::build(workspace, &mut progress)?;
    }
    eprintln!("built in {}", clock(progress.started.elapsed()));
    Ok(())
}

/// How far a build is.
pub(crate) struct Progress {
    started: Instant,
    begun: usize,
    steps: usize,
}

impl Progress {
    /// Says what comes now.
    pub(crate) fn step(&mut self, what: &str) {
        self.begun += 1;
        let (begun, steps, time) = (self.begun, self.steps, clock(self.started.elapsed()));
        eprintln!("[{begun}/{steps} {time}] {what}");
    }
}

/// Minutes and seconds, as 3:07.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_minutes_and_seconds() {
        assert_eq!(clock(Duration::from_millis(7_900)), "0:07");
        assert_eq!(clock(Duration::from_secs(19 * 60 + 2)), "19:02");
    }
}
