//! Heddle: policy.
