//! The arrows between the crates go one way, and `unsafe` lives in four of them.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::files;
use crate::workspace::{Package, Workspace};

/// Every crate of ours with the crates of ours that it builds on directly. It may also use what
/// those build on. ARCHITECTURE.md says why.
const ARROWS: [(&str, &[&str]); 15] = [
    ("heddle-trace", &[]),
    ("heddle-policy", &["heddle-trace"]),
    ("heddle-stage", &["heddle-trace"]),
    ("heddle-agent", &["heddle-policy", "heddle-stage"]),
    ("heddle-python", &["heddle-agent"]),
    ("heddle-explorer", &["heddle-trace", "heddle-policy"]),
    ("heddle-analysis", &["heddle-trace"]),
    ("heddle-jail", &[]),
    (
        "heddle-runner",
        &[
            "heddle-trace",
            "heddle-stage",
            "heddle-explorer",
            "heddle-analysis",
            "heddle-jail",
        ],
    ),
    ("heddle-api", &["heddle-trace"]),
    ("heddle-course", &["heddle-trace"]),
    ("heddle-server", &["heddle-api", "heddle-course"]),
    ("heddle-timeline", &["heddle-trace"]),
    ("heddle-frontend", &["heddle-api", "heddle-timeline"]),
    ("xtask", &[]),
];

/// The crates that may say `unsafe`: shared memory, the program's inside, the kernel's edge.
const MAY_BE_UNSAFE: [&str; 4] = [
    "heddle-stage",
    "heddle-agent",
    "heddle-python",
    "heddle-jail",
];

/// Checks the whole workspace; the error names every crate that is out of line.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let packages = workspace.metadata()?;
    let mut complaints: Vec<String> = packages.iter().flat_map(forbidden_arrows).collect();
    for package in &packages {
        complaints.extend(lint_complaints(package)?);
    }
    if complaints.is_empty() {
        return Ok(());
    }
    bail!(
        "the crates are out of line (the table is in xtask/src/arrows.rs):\n  {}",
        complaints.join("\n  ")
    )
}

fn forbidden_arrows(package: &Package) -> Vec<String> {
    let name = package.name.as_str();
    if !is_ours(name) {
        return vec![format!("{name} has no row in the table of arrows")];
    }
    let allowed = below(name);
    let ours = package
        .dependencies
        .iter()
        .filter(|dependency| is_ours(dependency));
    ours.filter(|dependency| !allowed.contains(dependency.as_str()))
        .map(|dependency| format!("{name} must not depend on {dependency}"))
        .collect()
}

fn is_ours(name: &str) -> bool {
    ARROWS.iter().any(|(known, _)| *known == name)
}

/// All crates that a crate builds on, directly or not.
fn below(name: &str) -> BTreeSet<&'static str> {
    let direct = ARROWS
        .iter()
        .find(|(known, _)| *known == name)
        .map_or(&[][..], |(_, list)| list);
    let mut all: BTreeSet<&str> = direct.iter().copied().collect();
    for dependency in direct {
        all.extend(below(dependency));
    }
    all
}

/// The workspace's lints deny `unsafe_code`, so two things could let it in: a crate that does not
/// inherit them, or a crate that allows it again.
fn lint_complaints(package: &Package) -> Result<Vec<String>> {
    let name = &package.name;
    let mut complaints = Vec::new();
    let manifest = files::read(&package.folder.join("Cargo.toml"))?;
    if !inherits_lints(&manifest) {
        complaints.push(format!("{name} must inherit the workspace's lints"));
    }
    if MAY_BE_UNSAFE.contains(&name.as_str()) {
        return Ok(complaints);
    }
    for part in ["src", "tests", "benches"] {
        let folder = package.folder.join(part);
        if !folder.is_dir() {
            continue;
        }
        for file in files::below(&folder, |name| name.starts_with('.'))? {
            if files::has_extension(&file, "rs") && allows_unsafe(&files::read(&file)?) {
                complaints.push(format!(
                    "{name} must not allow unsafe code: {}",
                    file.display()
                ));
            }
        }
    }
    Ok(complaints)
}

fn inherits_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim);
    lines.any(|line| line == "[lints]") && lines.next() == Some("workspace = true")
}

/// Whether an attribute (of the file or of an item) lets `unsafe` in. Strings are not attributes:
/// a line counts only if it starts as one.
fn allows_unsafe(source: &str) -> bool {
    source.lines().map(str::trim_start).any(|line| {
        (line.starts_with("#![") || line.starts_with("#["))
            && line.contains("unsafe_code")
            && !line.contains("deny")
            && !line.contains("forbid")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            folder: Default::default(),
            dependencies: dependencies.iter().map(|&name| name.to_owned()).collect(),
            benches: Vec::new(),
        }
    }

    #[test]
    fn an_arrow_against_the_table_is_seen() {
        let complaints = forbidden_arrows(&package("heddle-server", &["heddle-runner", "anyhow"]));
        assert_eq!(
            complaints,
            ["heddle-server must not depend on heddle-runner"]
        );
    }

    #[test]
    fn nothing_may_depend_on_xtask() {
        for (name, _) in ARROWS {
            assert_eq!(
                forbidden_arrows(&package(name, &["xtask"])).len(),
                1,
                "{name}"
            );
        }
    }

    #[test]
    fn a_crate_may_use_what_its_foundations_build_on() {
        let none = forbidden_arrows(&package(
            "heddle-python",
            &["heddle-agent", "heddle-trace", "pyo3"],
        ));
        assert!(none.is_empty(), "{none:?}");
    }

    #[test]
    fn a_new_crate_needs_a_row() {
        let complaints = forbidden_arrows(&package("heddle-helpers", &[]));
        assert_eq!(
            complaints,
            ["heddle-helpers has no row in the table of arrows"]
        );
    }

    #[test]
    fn the_table_has_no_circle() {
        for (name, _) in ARROWS {
            assert!(!below(name).contains(name), "{name}");
        }
    }

    #[test]
    fn an_attribute_that_lets_unsafe_in_is_seen() {
        assert!(allows_unsafe("//! Docs.\n#![allow(unsafe_code)]\n"));
        assert!(allows_unsafe(
            "    #[expect(unsafe_code, reason = \"fork\")]\n"
        ));
        assert!(!allows_unsafe(
            "#![deny(unsafe_code)]\n// allow(unsafe_code)\n"
        ));
    }

    #[test]
    fn a_manifest_inherits_the_lints_or_not() {
        assert!(inherits_lints(
            "[package]\nname = \"x\"\n\n[lints]\nworkspace = true\n"
        ));
        assert!(!inherits_lints(
            "[package]\nname = \"x\"\n\n[lints.rust]\nunsafe_code = \"allow\"\n"
        ));
    }
}
