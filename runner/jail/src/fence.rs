//! Landlock: the file system closed a second time, and signals and abstract sockets with it.
//!
//! The rules about host paths are made before the fork (a rule is tied to the file or folder, not
//! to the mount it is seen through); those about the jail's own tmpfs are added inside. TCP is
//! left alone: the network namespace has nothing but its own loopback.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, Scope,
};

use crate::error::SpawnError;
use crate::layout::DEVICES;

/// The first that can stop signals and abstract sockets (Linux 6.12).
const NEEDED: ABI = ABI::V6;

/// What may be done in the jail's own writable folders.
pub(crate) fn writable_access() -> u64 {
    let not_here = AccessFs::Execute | AccessFs::MakeChar | AccessFs::MakeBlock;
    (AccessFs::from_all(NEEDED) & !(not_here | AccessFs::IoctlDev)).bits()
}

/// A ruleset that allows reading and running below `readable`, and the plain devices.
pub(crate) fn ruleset(readable: &[PathBuf]) -> Result<OwnedFd, SpawnError> {
    let failed = |error: RulesetError| SpawnError::Landlock(error.to_string());
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(NEEDED))
        .and_then(|rules| rules.scope(Scope::AbstractUnixSocket | Scope::Signal))
        .and_then(Ruleset::create)
        .map_err(failed)?;
    for path in readable {
        let read = AccessFs::from_read(NEEDED);
        let access = if path.is_dir() {
            read
        } else {
            read & AccessFs::from_file(NEEDED)
        };
        rules = allow(rules, path, access)?;
    }
    for device in DEVICES {
        rules = allow(
            rules,
            Path::new(device),
            AccessFs::ReadFile | AccessFs::WriteFile,
        )?;
    }
    Option::<OwnedFd>::from(rules)
        .ok_or_else(|| SpawnError::Landlock("this kernel has no Landlock".to_owned()))
}

fn allow(
    rules: RulesetCreated,
    path: &Path,
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, SpawnError> {
    let failed = |why: String| SpawnError::Landlock(format!("{}: {why}", path.display()));
    let handle = PathFd::new(path).map_err(|error| failed(error.to_string()))?;
    rules
        .add_rule(PathBeneath::new(handle, access))
        .map_err(|error| failed(error.to_string()))
}
