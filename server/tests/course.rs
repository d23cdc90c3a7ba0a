//! Content is code: every program of the course is executed by the real runner and does what the
//! course says about it.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up has failed"
)]

use std::path::Path;
use std::process::Command;

#[test]
fn every_program_of_the_course_does_what_the_course_says() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_heddle"))
        .args(["course", "test"])
        .arg(here.join("../lessons"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
