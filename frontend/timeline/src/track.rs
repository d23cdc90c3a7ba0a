//! Tracks: what was the case over time in one lane.

use crate::mask::{Mask, MaskTree};

/// A place on both axes: a column of the step axis, and the event whose time it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) column: u32,
    pub(crate) event: u32,
}

impl Place {
    /// Just after the event: the next column, at the same time.
    pub(crate) fn next_column(self) -> Place {
        Place {
            column: self.column + 1,
            ..self
        }
    }
}

/// A stretch of a lane in which the same things are the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// What is the case.
    pub what: Mask,
    /// First column of the step axis.
    pub from_column: u32,
    /// The column after the last one; `None` while it goes on.
    pub to_column: Option<u32>,
    /// The event at which it begins.
    pub from_event: u32,
    /// The event at which it ends; `None` while it goes on.
    pub to_event: Option<u32>,
}

/// The spans of a lane in order, without overlap. Things that are the case at the same time (a
/// task holds one unit of a semaphore and waits for another) share a span.
///
/// Kept as columns of numbers, not as a list of [`Span`]s: a frame looks for boundaries in one
/// column only.
#[derive(Debug, Clone, Default)]
pub struct Track {
    pub(crate) from_column: Vec<u32>,
    pub(crate) to_column: Vec<u32>,
    pub(crate) from_event: Vec<u32>,
    pub(crate) to_event: Vec<u32>,
    pub(crate) masks: MaskTree,
    open: Option<(Mask, Place)>,
}

impl Track {
    /// Number of spans that have ended.
    pub fn len(&self) -> usize {
        self.masks.len()
    }

    /// Whether there is nothing in it, not even a span that goes on.
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.open.is_none()
    }

    /// A span that has ended.
    pub fn get(&self, index: usize) -> Span {
        Span {
            what: self.masks.get(index),
            from_column: self.from_column[index],
            to_column: Some(self.to_column[index]),
            from_event: self.from_event[index],
            to_event: Some(self.to_event[index]),
        }
    }

    /// The span that goes on at the end of the trace.
    pub fn open(&self) -> Option<Span> {
        self.open.map(|(what, from)| Span {
            what,
            from_column: from.column,
            to_column: None,
            from_event: from.event,
            to_event: None,
        })
    }

    /// All spans in order.
    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        (0..self.len()).map(|i| self.get(i)).chain(self.open())
    }

    /// From here on, this is the case (and nothing else).
    pub(crate) fn set(&mut self, what: Mask, at: Place) {
        if let Some((before, from)) = self.open {
            if before == what {
                return;
            }
            self.push(before, from, at);
        }
        self.open = (!what.is_empty()).then_some((what, at));
    }

    /// From here on, this is the case too.
    pub(crate) fn add(&mut self, what: Mask, at: Place) {
        self.set(self.now().with(what), at);
    }

    /// From here on, this is no longer the case.
    pub(crate) fn remove(&mut self, what: Mask, at: Place) {
        self.set(self.now().without(what), at);
    }

    /// A wait that goes on will never end.
    pub(crate) fn stick(&mut self) {
        if let Some((what, _)) = &mut self.open
            && what.has(Mask::WAIT)
        {
            *what = what.with(Mask::STUCK);
        }
    }

    /// What is the case at the end.
    pub(crate) fn now(&self) -> Mask {
        self.open.map_or(Mask::NONE, |(what, _)| what)
    }

    /// Says in hindsight that this was the case too, from `from` up to `to`, which is the end of
    /// what is known. What is already closed stays as it is.
    pub(crate) fn overlay(&mut self, what: Mask, from: Place, to: Place) {
        let Some((before, begun)) = self.open else {
            self.push(what, from, to);
            return;
        };
        let from = if begun.column < from.column {
            self.push(before, begun, from);
            from
        } else {
            begun
        };
        self.push(before.with(what), from, to);
        self.open = Some((before, to));
    }

    /// A finished span. It is cut where it would overlap the one before, and joined with it when
    /// both are the same and touch.
    pub(crate) fn push(&mut self, what: Mask, mut from: Place, to: Place) {
        if let Some(last) = self.len().checked_sub(1) {
            if from.column < self.to_column[last] {
                from = Place {
                    column: self.to_column[last],
                    event: self.to_event[last],
                };
            }
            if self.masks.get(last) == what && self.to_column[last] == from.column {
                self.to_column[last] = to.column.max(from.column);
                self.to_event[last] = to.event.max(from.event);
                return;
            }
        }
        if from.column >= to.column {
            return;
        }
        self.from_column.push(from.column);
        self.to_column.push(to.column);
        self.from_event.push(from.event);
        self.to_event.push(to.event.max(from.event));
        self.masks.push(what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(n: u32) -> Place {
        Place {
            column: n,
            event: n,
        }
    }

    fn shape(track: &Track) -> Vec<(Mask, u32, Option<u32>)> {
        track
            .spans()
            .map(|s| (s.what, s.from_column, s.to_column))
            .collect()
    }

    #[test]
    fn equal_spans_that_touch_become_one() {
        let mut track = Track::default();
        track.push(Mask::RUN, at(0), at(1));
        track.push(Mask::RUN, at(1), at(2));
        track.push(Mask::RUN, at(3), at(4));
        let run = Mask::RUN;
        assert_eq!(shape(&track), [(run, 0, Some(2)), (run, 3, Some(4))]);
    }

    #[test]
    fn a_wait_while_holding_shares_the_span() {
        let mut track = Track::default();
        track.add(Mask::HOLD, at(1));
        track.overlay(Mask::WAIT, at(3), at(5));
        track.remove(Mask::HOLD, at(8));
        let (hold, both) = (Mask::HOLD, Mask::HOLD.with(Mask::WAIT));
        let wanted = [(hold, 1, Some(3)), (both, 3, Some(5)), (hold, 5, Some(8))];
        assert_eq!(shape(&track), wanted);
    }

    #[test]
    fn what_goes_on_has_no_end() {
        let mut track = Track::default();
        track.add(Mask::HOLD, at(2));
        assert_eq!(shape(&track), [(Mask::HOLD, 2, None)]);
    }
}
