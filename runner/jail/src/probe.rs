//! What this machine offers, found out by doing it.

use std::path::PathBuf;

use nix::unistd::geteuid;

use crate::cgroup;
use crate::error::{SpawnError, Step};
use crate::jail::Jail;
use crate::spec::{JailLimits, Level, Spec};

/// The best jail to be had here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Its level: [`Level::L3`], [`Level::L2`] or [`Level::L0`].
    pub level: Level,
    /// Why it is not higher and what to do about it; empty at L3.
    pub note: String,
}

/// Builds a real jail at each level, highest first, in which a throw-away process tries what must
/// be impossible, and says which level held. Also sweeps away the cgroups of runners that were
/// killed. Takes a few milliseconds; call it once, at the start.
pub fn probe() -> Probe {
    let mut notes = Vec::new();
    if geteuid().is_root() {
        cgroup::sweep_dead_runners();
        match try_level(Level::L3) {
            Ok(()) => {
                return Probe {
                    level: Level::L3,
                    note: String::new(),
                };
            }
            Err(error) => notes.push(format!("No L3: {error}.")),
        }
    } else {
        notes.push(
            "No L3: the runner is not root, so memory is limited by process, not by run; start it \
             as root for cgroups."
                .to_owned(),
        );
    }
    let level = match try_level(Level::L2) {
        Ok(()) => Level::L2,
        Err(error) => {
            notes.push(format!("No L2: {error}. {}", remedy(&error)));
            Level::L0
        }
    };
    Probe {
        level,
        note: notes.join(" "),
    }
}

fn try_level(level: Level) -> Result<(), SpawnError> {
    let spec = Spec {
        program: PathBuf::from("/self-test"),
        args: Vec::new(),
        env: Vec::new(),
        read_only: vec![PathBuf::from("/usr")],
        work_dir: PathBuf::from("/work"),
        fds: Vec::new(),
        limits: JailLimits::default(),
    };
    let mut jail = Jail::spawn_self_test(spec, level)?;
    if jail.wait().success() {
        Ok(())
    } else {
        Err(SpawnError::Died)
    }
}

/// What to do when even L2 cannot be had.
fn remedy(error: &SpawnError) -> &'static str {
    match error {
        SpawnError::Start { .. }
        | SpawnError::SetUp {
            step: Step::MapUser,
            ..
        } => {
            "Allow unprivileged user namespaces for this program (on Ubuntu 24.04 an AppArmor \
             profile with the rule `userns,` for the runner's path; elsewhere \
             user.max_user_namespaces above 0), run it as root, or, in a container, give it \
             CAP_SYS_ADMIN."
        }
        SpawnError::Landlock(_) => "A kernel with Landlock enabled at boot (`lsm=landlock,…`).",
        _ => "Run it as root on a plain machine to see whether the container around it is why.",
    }
}
