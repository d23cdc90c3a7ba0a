//! Heddle: analysis.
