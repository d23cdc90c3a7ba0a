//! heddle-runner.

fn main() {}
