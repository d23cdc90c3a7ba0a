//! Nobody goes on.

use crate::{Choice, Point, Policy};

/// The execution stops where the prefix ends: what stepping needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Stop;

impl Policy for Stop {
    fn choose(&mut self, _point: &Point<'_>) -> Choice {
        Choice::Stop
    }
}
