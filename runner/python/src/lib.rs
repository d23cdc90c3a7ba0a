//! Heddle: python.
