//! Packages of the system, through apt when we may, else as the exact command to type.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// Installs Debian packages. `what` completes the sentence "… is needed".
pub(crate) fn install(what: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if process::find("apt-get").is_none() {
        bail!("{what} is needed (in Debian: {list}); install it and try again");
    }
    let Some(prefix) = privilege() else {
        bail!(
            "{what} is needed; as root type: apt-get update && apt-get install --yes --no-install-recommends {list}"
        );
    };
    eprintln!("installing {list} with apt");
    process::run(apt(prefix).arg("update")).context("apt could not read its package lists")?;
    let mut install = apt(prefix);
    install
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages);
    process::run(&mut install)
        .with_context(|| format!("{what} is needed and apt could not install it"))
}

/// What goes in front of a command that needs root: nothing for root, `sudo` where it asks no
/// password, `None` where neither is there.
fn privilege() -> Option<&'static [&'static str]> {
    let id = process::output(Command::new("id").arg("-u")).ok()?;
    if id.trim() == "0" {
        return Some(&[]);
    }
    process::succeeds(Command::new("sudo").args(["-n", "true"])).then_some(&["sudo", "-n"])
}

fn apt(prefix: &[&str]) -> Command {
    let words: Vec<&str> = prefix.iter().copied().chain(["apt-get"]).collect();
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .arg("-q")
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}
