//! Places on the map, and the way from one to the next.

use super::plan::Plan;

/// A place on the map. It keeps its name while the map grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spot {
    /// The end of an execution.
    Execution(u64),
    /// A place at which others leave this execution, after so many steps.
    Fork {
        /// The execution.
        execution: u64,
        /// Steps before.
        at: usize,
    },
    /// Executions that are not drawn one by one.
    Folded {
        /// The first of them.
        execution: u64,
        /// Steps that they have in common.
        at: usize,
    },
    /// Executions that are still to run.
    Waiting {
        /// The execution that they leave.
        execution: u64,
        /// After so many steps.
        at: usize,
    },
}

/// A key on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// To the row above.
    Up,
    /// To the row below.
    Down,
    /// Back to where executions part.
    Left,
    /// On to the next place on the row.
    Right,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

impl Plan {
    /// Where a key leads from a spot; from nowhere to the first row.
    pub fn step(&self, from: Option<Spot>, towards: Move) -> Option<Spot> {
        let last = self.rows.len().checked_sub(1)?;
        let Some((row, at)) = from.and_then(|spot| self.find(spot)) else {
            return Some(self.rows[0].spot);
        };
        let spot = match towards {
            Move::Up => self.rows[row.saturating_sub(1)].spot,
            Move::Down => self.rows[(row + 1).min(last)].spot,
            Move::First => self.rows[0].spot,
            Move::Last => self.rows[last].spot,
            Move::Left => self.back(row, at),
            Move::Right => self.on(row, at),
        };
        Some(spot)
    }

    /// The row of a spot, and its step if it is a fork.
    pub(super) fn find(&self, spot: Spot) -> Option<(usize, Option<usize>)> {
        match spot {
            Spot::Fork { execution, at } => {
                let on_row = |row: &super::PlannedRow| {
                    row.along == execution && row.forks.iter().any(|(_, fork)| *fork == at)
                };
                let row = self.rows.iter().position(on_row)?;
                Some((row, Some(at)))
            }
            other => {
                let row = self.rows.iter().position(|row| row.spot == other)?;
                Some((row, None))
            }
        }
    }

    fn back(&self, row: usize, at: Option<usize>) -> Spot {
        let here = &self.rows[row];
        let before = |fork: &&(f64, usize)| at.is_none_or(|at| fork.1 < at);
        let fork = here.forks.iter().rev().find(before).map(|fork| fork.1);
        match (fork, here.parent) {
            (Some(at), _) => Spot::Fork {
                execution: here.along,
                at,
            },
            (None, Some(parent)) => Spot::Fork {
                execution: self.rows[parent].along,
                at: here.from,
            },
            (None, None) => at.map_or(here.spot, |at| Spot::Fork {
                execution: here.along,
                at,
            }),
        }
    }

    fn on(&self, row: usize, at: Option<usize>) -> Spot {
        let here = &self.rows[row];
        let after = |fork: &&(f64, usize)| at.is_some_and(|at| fork.1 > at);
        match here.forks.iter().find(after) {
            Some((_, at)) => Spot::Fork {
                execution: here.along,
                at: *at,
            },
            None => here.spot,
        }
    }
}
