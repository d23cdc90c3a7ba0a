//! From steps to pixels.
//!
//! Only steps at which something is drawn have a place of their own, and a long way between two of
//! them is cut short: what matters is where executions part, not how many steps they have in common.

use std::collections::{BTreeMap, BTreeSet};

/// A way without forks is drawn at most as long as so many steps.
const LONGEST: usize = 4;
const WIDEST_STEP: f64 = 56.0;
const NARROWEST_STEP: f64 = 9.0;

/// Where steps are.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Scale {
    places: BTreeMap<usize, f64>,
}

impl Scale {
    /// Puts these steps between `left` and `right`, as far as they fit.
    pub(super) fn new(steps: impl IntoIterator<Item = usize>, left: f64, right: f64) -> Scale {
        let mut steps: BTreeSet<usize> = steps.into_iter().collect();
        steps.insert(0);
        let mut lengths = Vec::with_capacity(steps.len());
        let (mut sum, mut before) = (0, 0);
        for step in &steps {
            sum += (step - before).min(LONGEST);
            before = *step;
            lengths.push((*step, sum));
        }
        let wide = (right - left) / sum.max(1) as f64;
        let wide = wide.clamp(NARROWEST_STEP, WIDEST_STEP);
        let place = |(step, length): (usize, usize)| (step, left + length as f64 * wide);
        Scale {
            places: lengths.into_iter().map(place).collect(),
        }
    }

    /// Where a step is; between two that have a place, in proportion.
    pub(super) fn x(&self, step: usize) -> f64 {
        let before = self.places.range(..=step).next_back();
        let after = self.places.range(step..).next();
        match (before, after) {
            (Some((a, x)), Some((b, y))) if a < b => {
                let part = (step - a) as f64 / (b - a) as f64;
                x + (y - x) * part
            }
            (Some((_, x)), _) | (None, Some((_, x))) => *x,
            (None, None) => 0.0,
        }
    }

    /// The last place.
    pub(super) fn right(&self) -> f64 {
        self.places.values().next_back().copied().unwrap_or(0.0)
    }
}
