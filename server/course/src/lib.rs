//! Heddle: course.
