//! Heddle: agent.
