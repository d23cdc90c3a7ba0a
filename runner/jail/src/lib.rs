//! Heddle: jail.
