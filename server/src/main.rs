//! heddle-server.

fn main() {}
