//! Where a schedule leads on the map: "you are here".

use heddle_trace::TaskId;

use super::{Line, Map, Plan};

/// The way of a schedule over the map, as far as it is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Way {
    /// Rows from the top, and the part of each that it goes along.
    pub lines: Vec<(usize, Line)>,
    /// Whether the schedule goes where no execution on the map has gone.
    pub leaves: bool,
}

impl Plan {
    /// The way of these steps.
    pub fn way(&self, map: &Map, choices: &[TaskId]) -> Way {
        let mut way = Way::default();
        let mut row = 0;
        while let Some(here) = self.rows.get(row) {
            let onward = self.rows.iter().position(|other| {
                let same = || goes_along(map, other.along, &choices[..=other.from]);
                other.parent == Some(row)
                    && other.from < choices.len()
                    && !other.is_waiting()
                    && same()
            });
            let until = match onward {
                Some(next) => self.rows[next].from,
                None => {
                    let known = shared(map, here.along, choices);
                    way.leaves = known < choices.len();
                    known
                }
            };
            let x1 = self.x(until).clamp(here.line.x0, here.line.x1);
            let x0 = here.line.x0;
            way.lines.push((row, Line { x0, x1 }));
            match onward {
                Some(next) => row = next,
                None => break,
            }
        }
        way
    }
}

fn shared(map: &Map, execution: u64, choices: &[TaskId]) -> usize {
    let steps = map.execution(execution).map_or(&[][..], |one| &one.choices);
    let same = steps.iter().zip(choices).take_while(|(a, b)| a == b);
    same.count()
}

fn goes_along(map: &Map, execution: u64, choices: &[TaskId]) -> bool {
    shared(map, execution, choices) == choices.len()
}
