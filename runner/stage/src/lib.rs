//! Heddle: stage.
