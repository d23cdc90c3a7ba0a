//! From steps to pixels.
//!
//! Only steps at which something is drawn have a place of their own, and a long way between two of
//! them is cut short: what matters is where executions part, not how many steps they have in common.

/// A way without forks is drawn at most as long as so many steps.
const LONGEST: usize = 4;
const WIDEST_STEP: f64 = 56.0;
const NARROWEST_STEP: f64 = 9.0;

/// Where steps are.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Scale {
    /// In the order of the steps.
    places: Vec<(usize, f64)>,
}

impl Scale {
    /// Puts these steps between `left` and `right`, as far as they fit.
    pub(super) fn new(steps: impl IntoIterator<Item = usize>, left: f64, right: f64) -> Scale {
        let mut steps: Vec<usize> = steps.into_iter().collect();
        steps.push(0);
        steps.sort_unstable();
        steps.dedup();
        let mut lengths = Vec::with_capacity(steps.len());
        let (mut sum, mut before) = (0, 0);
        for step in steps {
            sum += (step - before).min(LONGEST);
            before = step;
            lengths.push((step, sum));
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
        let after = self.places.partition_point(|(place, _)| *place < step);
        let next = self.places.get(after);
        let before = after.checked_sub(1).map(|before| self.places[before]);
        match (before, next) {
            (_, Some((b, y))) if *b == step => *y,
            (Some((a, x)), Some((b, y))) => {
                let part = (step - a) as f64 / (b - a) as f64;
                x + (y - x) * part
            }
            (Some((_, x)), None) => x,
            (None, Some((_, y))) => *y,
            (None, None) => 0.0,
        }
    }

    /// The last place.
    pub(super) fn right(&self) -> f64 {
        self.places.last().map_or(0.0, |(_, x)| *x)
    }
}
