//! heddle-frontend.

fn main() {}
