//! Heddle: explorer.
