//! How a recording is looked at.

use crate::layout::Layout;
use crate::paint::RULER;
use crate::recording::Recording;
use crate::viewport::Viewport;

/// What the horizontal axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Axis {
    /// Steps: a column of equal width for each.
    #[default]
    Steps,
    /// Nanoseconds.
    Time,
}

impl Axis {
    /// The fewest units for each pixel: a step is at most 72 pixels wide.
    pub const fn finest(self) -> f64 {
        match self {
            Axis::Steps => 1.0 / 72.0,
            Axis::Time => 0.25,
        }
    }
}

/// Space below the last row.
const BELOW: f64 = 8.0;
/// Events on each side of one that is in focus.
const FOCUS: usize = 10;

/// How a recording is looked at. All lengths in CSS pixels, from the upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// What the horizontal axis counts.
    pub axis: Axis,
    /// Which part of it is seen, right of the gutter.
    pub across: Viewport,
    /// Width of the lanes' names on the left.
    pub gutter: f64,
    /// How far the lanes are scrolled down.
    pub top: f64,
    /// Height of the picture.
    pub height: f64,
    /// The selected event; `None` is the state before the first.
    pub selected: Option<usize>,
    /// Whether tasks of the standard library are shown.
    pub system: bool,
}

impl View {
    /// Everything, on `width` by `height` pixels, with `gutter` of them for names.
    pub fn fitted(recording: &Recording, axis: Axis, width: f64, height: f64, gutter: f64) -> Self {
        let end = recording.extent(axis);
        View {
            axis,
            across: Viewport::new(width - gutter, end, axis.finest()),
            gutter,
            top: 0.0,
            height,
            selected: None,
            system: false,
        }
    }

    /// Width of the picture.
    pub fn width(&self) -> f64 {
        self.gutter + self.across.width()
    }

    /// Follows a recording that has grown, or another axis.
    pub fn follow(&mut self, recording: &Recording, axis: Axis) {
        let end = recording.extent(axis);
        if axis == self.axis {
            self.across.set_end(end);
        } else {
            self.axis = axis;
            self.across = Viewport::new(self.across.width(), end, axis.finest());
        }
    }

    /// Height of the whole picture, ruler and all rows.
    pub fn content_height(&self, recording: &Recording) -> f64 {
        RULER + Layout::new(recording, self.system).height() + BELOW
    }

    /// The selected event in the middle, with twenty or so columns around it.
    pub fn focus(&mut self, recording: &Recording, event: usize) {
        let last = recording.trace().events.len().saturating_sub(1);
        let unit = |e: usize| self.unit_of(recording, e).unwrap_or(0.0);
        let (middle, first) = (unit(event), unit(event.saturating_sub(FOCUS)));
        let radius = (unit((event + FOCUS).min(last)) - middle).max(middle - first);
        self.across.show(middle - radius, middle + radius);
    }

    /// Where an event is on the axis, in units: the middle of its column, or its time.
    pub fn unit_of(&self, recording: &Recording, event: usize) -> Option<f64> {
        match self.axis {
            Axis::Steps => recording.column(event).map(|c| c as f64 + 0.5),
            Axis::Time => recording.time(event).map(|t| t as f64),
        }
    }
}
