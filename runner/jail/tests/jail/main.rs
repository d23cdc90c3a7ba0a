#![allow(unsafe_code)] // Handles on processes have no safe interface in nix.
#![allow(clippy::unwrap_used)] // A test that cannot go on says so by panicking.
//! Real jails around a real Python. As root every test runs at L3, and once more at L2 in a
//! process of an ordinary user; as an ordinary user at L2. None is skipped.

mod hostile;
mod leaks;
mod life;
mod support;
mod works;
