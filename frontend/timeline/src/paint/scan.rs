//! Walking over one lane in the pixels of the screen.

use crate::mask::{Mask, MaskTree};
use crate::points::Points;
use crate::recording::Recording;
use crate::track::Track;
use crate::view::Axis;
use crate::viewport::Viewport;

/// Where spans and events are on one axis. Two types, so that the inner loops are compiled for
/// each axis by itself.
pub(super) trait Coords {
    /// Where a span begins.
    fn from(&self, track: &Track, index: usize) -> f64;
    /// Where a span ends.
    fn to(&self, track: &Track, index: usize) -> f64;
    /// Where the span that goes on begins.
    fn open_from(&self, track: &Track) -> f64;
    /// Where an event begins: its column's left edge, or its time.
    fn event(&self, event: u32) -> f64;
    /// Width of an event, units.
    fn event_width(&self) -> f64;
    /// Where everything ends that goes on.
    fn end(&self) -> f64;
    /// The beginnings of a track's spans, as numbers that grow with the axis.
    fn keys<'t>(&self, track: &'t Track) -> &'t [u32];
    /// Where a cell begins; one past the screen at most.
    fn border(&self, cell: usize) -> Border;
}

/// Where a cell begins, found once for each frame and then the same for all lanes: so the search
/// in a lane compares small numbers that lie beside each other, and not times far away.
#[derive(Clone, Copy)]
pub(super) struct Border {
    /// The first key of a track that is not before it.
    key: u32,
    /// The first event that is not before it.
    event: u32,
}

/// The borders of all cells on the screen. `key` gives the first key that is not before a unit.
fn borders<T: Copy>(
    across: &Viewport,
    events: &[T],
    unit_of: impl Fn(T) -> f64,
    key: impl Fn(f64, u32) -> u32,
) -> Vec<Border> {
    let cells = (across.width() / CELL).ceil() as usize + 1;
    let (mut found, mut guess) = (0, 0);
    let mut list = Vec::with_capacity(cells + 1);
    for cell in 0..=cells {
        let unit = across.from_px(cell as f64 * CELL);
        let next = gallop(found, events.len(), guess, |i| unit_of(events[i]) < unit);
        (guess, found) = (next - found, next);
        let event = next as u32;
        let key = key(unit, event);
        list.push(Border { key, event });
    }
    list
}

pub(super) struct StepCoords<'a> {
    columns: &'a [u32],
    borders: Vec<Border>,
    end: f64,
}

impl<'a> StepCoords<'a> {
    pub(super) fn new(recording: &'a Recording, across: &Viewport) -> Self {
        let columns = recording.columns_of_events();
        // A number too large becomes the largest there is.
        let key = |unit: f64, _| unit.ceil() as u32;
        StepCoords {
            columns,
            borders: borders(across, columns, f64::from, key),
            end: recording.extent(Axis::Steps),
        }
    }
}

impl Coords for StepCoords<'_> {
    fn from(&self, track: &Track, index: usize) -> f64 {
        f64::from(track.from_column[index])
    }

    fn to(&self, track: &Track, index: usize) -> f64 {
        f64::from(track.to_column[index])
    }

    fn open_from(&self, track: &Track) -> f64 {
        track.open().map_or(0.0, |s| f64::from(s.from_column))
    }

    fn event(&self, event: u32) -> f64 {
        self.columns
            .get(event as usize)
            .map_or(0.0, |c| f64::from(*c))
    }

    fn event_width(&self) -> f64 {
        1.0
    }

    fn end(&self) -> f64 {
        self.end
    }

    fn keys<'t>(&self, track: &'t Track) -> &'t [u32] {
        &track.from_column
    }

    fn border(&self, cell: usize) -> Border {
        self.borders[cell.min(self.borders.len() - 1)]
    }
}

pub(super) struct TimeCoords<'a> {
    times: &'a [u64],
    borders: Vec<Border>,
    end: f64,
}

impl<'a> TimeCoords<'a> {
    pub(super) fn new(recording: &'a Recording, across: &Viewport) -> Self {
        let times = recording.times_of_events();
        TimeCoords {
            times,
            borders: borders(across, times, |t| t as f64, |_, event| event),
            end: recording.extent(Axis::Time),
        }
    }
}

impl Coords for TimeCoords<'_> {
    fn from(&self, track: &Track, index: usize) -> f64 {
        self.event(track.from_event[index])
    }

    fn to(&self, track: &Track, index: usize) -> f64 {
        self.event(track.to_event[index])
    }

    fn open_from(&self, track: &Track) -> f64 {
        track.open().map_or(0.0, |s| self.event(s.from_event))
    }

    fn event(&self, event: u32) -> f64 {
        self.times.get(event as usize).map_or(0.0, |t| *t as f64)
    }

    fn event_width(&self) -> f64 {
        0.0
    }

    fn end(&self) -> f64 {
        self.end
    }

    fn keys<'t>(&self, track: &'t Track) -> &'t [u32] {
        &track.from_event
    }

    fn border(&self, cell: usize) -> Border {
        self.borders[cell.min(self.borders.len() - 1)]
    }
}

/// Something on the screen: from and to in pixels from the left edge of the lanes.
pub(super) struct Piece {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) what: Mask,
    /// The one event it stands for; `None` for a cell of many.
    pub(super) event: Option<u32>,
}

/// Width of the cells in which what is too small is drawn together, pixels. Two halve the work of
/// one, here and in the browser, and a tick of one pixel is hard to see anyway.
const CELL: f64 = 2.0;

/// Joins cells that follow each other and show the same.
struct Joiner<F> {
    held: Option<Piece>,
    /// What of a cell's content is shown.
    shown: fn(Mask) -> Mask,
    emit: F,
}

impl<F: FnMut(Piece)> Joiner<F> {
    fn cell(&mut self, px: f64, what: Mask) {
        let what = (self.shown)(what);
        if let Some(held) = &mut self.held
            && held.what == what
            && px <= held.to
        {
            held.to = px + CELL;
            return;
        }
        self.flush();
        let (from, to, event) = (px, px + CELL, None);
        self.held = Some(Piece {
            from,
            to,
            what,
            event,
        });
    }

    fn flush(&mut self) {
        if let Some(piece) = self.held.take() {
            (self.emit)(piece);
        }
    }

    fn whole(&mut self, piece: Piece) {
        self.flush();
        (self.emit)(piece);
    }
}

/// The pieces of a track.
pub(super) fn spans(
    track: &Track,
    coords: &impl Coords,
    across: &Viewport,
    emit: impl FnMut(Piece),
) {
    let mut out = Joiner {
        held: None,
        shown: busy,
        emit,
    };
    let (count, width, right) = (track.len(), across.width(), across.right());
    let keys = coords.keys(track);
    let mut guess = 0;
    let mut i = first(0, count, |k| coords.to(track, k) <= across.left());
    while i < count && coords.from(track, i) < right {
        let begin = across.to_px(coords.from(track, i));
        let (from, to) = (begin.max(0.0), across.to_px(coords.to(track, i)).min(width));
        if to - from >= CELL {
            let (what, event) = (track.masks.get(i), Some(track.from_event[i]));
            out.whole(Piece {
                from,
                to,
                what,
                event,
            });
            i += 1;
            continue;
        }
        let cell = cell_at(from);
        let border = coords.border(cell + 1).key;
        let mut next = gallop(i + 1, count, guess, |k| keys[k] < border);
        // The last one that begins here may be wide: then it is a piece of its own.
        let last = next - 1;
        let wide = coords.to(track, last) - coords.from(track, last) >= CELL * across.per_px();
        if last > i && wide {
            next = last;
        }
        out.cell(cell as f64 * CELL, track.masks.union(i, next));
        guess = next - i;
        i = next;
    }
    out.flush();
    open_span(track, coords, across, &mut out);
}

fn open_span(
    track: &Track,
    coords: &impl Coords,
    across: &Viewport,
    out: &mut Joiner<impl FnMut(Piece)>,
) {
    let Some(open) = track.open() else { return };
    let from = across.to_px(coords.open_from(track)).max(0.0);
    let to = across.to_px(coords.end()).min(across.width());
    if to > from {
        let (what, event) = (open.what, Some(open.from_event));
        out.whole(Piece {
            from,
            to,
            what,
            event,
        });
    }
}

/// The pieces of a task's events. `least` is the width in pixels from which on an event is a
/// piece of its own.
pub(super) fn points(
    points: &Points,
    coords: &impl Coords,
    across: &Viewport,
    least: f64,
    emit: impl FnMut(Piece),
) {
    let mut out = Joiner {
        held: None,
        shown: most_telling,
        emit,
    };
    let (events, masks): (&[u32], &MaskTree) = (&points.event, &points.masks);
    let wide = coords.event_width() / across.per_px();
    let (count, right) = (events.len(), across.right());
    let mut guess = 0;
    let left = across.left() - coords.event_width();
    let mut i = first(0, count, |k| coords.event(events[k]) < left);
    while i < count && coords.event(events[i]) <= right {
        let begin = across.to_px(coords.event(events[i]));
        if wide >= least {
            let (from, to) = (begin.max(0.0), (begin + wide).min(across.width()));
            let (what, event) = (masks.get(i), Some(events[i]));
            if to > from {
                out.whole(Piece {
                    from,
                    to,
                    what,
                    event,
                });
            }
            i += 1;
            continue;
        }
        let cell = cell_at(begin.max(0.0));
        let border = coords.border(cell + 1).event;
        let next = gallop(i + 1, count, guess, |k| events[k] < border);
        out.cell(cell as f64 * CELL, masks.union(i, next));
        guess = next - i;
        i = next;
    }
    out.flush();
}

fn cell_at(px: f64) -> usize {
    (px / CELL) as usize
}

/// In a cell of many spans, that a task was ready for a moment says nothing.
fn busy(what: Mask) -> Mask {
    let more = what.without(Mask::READY);
    if more.is_empty() { what } else { more }
}

/// Of many events in a cell, the most telling kind.
pub(super) fn most_telling(what: Mask) -> Mask {
    let order = [
        Mask::SYNC,
        Mask::LIFE,
        Mask::WRITE,
        Mask::OUTPUT,
        Mask::READ,
    ];
    order
        .into_iter()
        .find(|kind| what.has(*kind))
        .unwrap_or(Mask::OTHER)
}

/// The first index of `from..to` for which the condition no longer holds, by halving.
fn first(mut from: usize, mut to: usize, holds: impl Fn(usize) -> bool) -> usize {
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(middle) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}

/// The same, for when the index is likely to be near `from + guess`: from there in steps of double
/// length, up or down, then by halving.
fn gallop(from: usize, to: usize, guess: usize, holds: impl Fn(usize) -> bool) -> usize {
    let start = (from + guess).min(to);
    let mut step = 1 + guess / 16;
    if start < to && holds(start) {
        let mut low = start;
        while low + step < to && holds(low + step) {
            low += step;
            step *= 2;
        }
        return first(low + 1, to.min(low + step), holds);
    }
    let mut high = start;
    while high > from + step && !holds(high - step) {
        high -= step;
        step *= 2;
    }
    first(from.max(high.saturating_sub(step)), high, holds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn galloping_and_halving_find_the_same(
            border in 0usize..5000, from in 0usize..5000, to in 0usize..5000, guess in 0usize..900,
        ) {
            let (from, to) = (from.min(to), from.max(to));
            let holds = |k: usize| k < border;
            prop_assert_eq!(gallop(from, to, guess, holds), border.clamp(from, to));
            prop_assert_eq!(first(from, to, holds), border.clamp(from, to));
        }
    }
}
