//! Heddle: timeline.
