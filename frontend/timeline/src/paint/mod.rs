//! From a recording and a view to a draw list that is bounded by the pixels on the screen.
//!
//! The problem: a frame has 8 ms, a trace may have a million events, and a canvas paints about
//! 25,000 rectangles in that time. The idea: in each lane, what is at least two pixels wide is drawn
//! as it is; all that begins within a cell of two is drawn as one, with what is the case
//! in it. The next pixel's first span is found by galloping, and the union over the skipped ones
//! comes from a tree of unions, so a lane costs O(pixels × log events) however long the trace is.
//! Failures are outside of this: each one gets its sign, and signs only merge where they would
//! lie on each other, the worst on top.

mod frame;
mod lanes;
mod scan;

use heddle_trace::TaskId;

use crate::causes::Arrow;
use crate::draw::{DrawList, Line, Rect, Style};
use crate::layout::{Layout, Row};
use crate::recording::Recording;
use crate::view::{Axis, View};
use scan::{Coords, StepCoords, TimeCoords};

/// Height of the ruler above the lanes.
pub(crate) const RULER: f64 = 24.0;
/// From the middle of a task's lane to the edge of its boxes.
const EDGE: f32 = 9.0;
/// The width of a column from which on each step is a box of its own.
const BOX: f64 = 3.0;

/// Draws a recording as a view shows it. `arrows` are those of the selected event.
pub fn draw(recording: &Recording, view: &View, arrows: &[Arrow], list: &mut DrawList) {
    list.clear();
    list.plot = Rect {
        x: view.gutter as f32,
        y: RULER as f32,
        w: view.across.width() as f32,
        h: (view.height - RULER).max(0.0) as f32,
    };
    let layout = Layout::new(recording, view.system);
    let scene = Scene {
        recording,
        view,
        layout: &layout,
    };
    match view.axis {
        Axis::Steps => scene.draw(&StepCoords::new(recording, &view.across), list),
        Axis::Time => scene.draw(&TimeCoords::new(recording, &view.across), list),
    }
    scene.arrows(arrows, list);
}

/// What is drawn, and how it is looked at.
struct Scene<'a> {
    recording: &'a Recording,
    view: &'a View,
    layout: &'a Layout,
}

impl Scene<'_> {
    fn draw(&self, coords: &impl Coords, list: &mut DrawList) {
        self.ruler(list);
        for row in self.visible_rows() {
            self.row(row, coords, list);
        }
        self.selection(list);
    }

    fn visible_rows(&self) -> impl Iterator<Item = &Row> {
        let rows = &self.layout.rows;
        let first = rows.partition_point(|r| r.top + r.height <= self.view.top);
        let bottom = self.view.top + self.view.height - RULER;
        rows[first..].iter().take_while(move |r| r.top < bottom)
    }

    /// Upper edge of a row on the screen.
    fn y(&self, row: &Row) -> f64 {
        RULER + row.top - self.view.top
    }

    /// A distance from the left edge of the lanes as one from the left edge of the picture.
    fn x(&self, px: f64) -> f64 {
        self.view.gutter + px
    }

    /// The selected step, and a veil over what comes after it.
    fn selection(&self, list: &mut DrawList) {
        let (view, width) = (self.view, self.view.across.width());
        let steps = self.recording.steps_at(view.selected);
        let (from, to) = match (view.axis, view.selected) {
            (_, None) => (None, 0.0),
            (Axis::Steps, Some(_)) => (Some(steps as f64 - 1.0), steps as f64),
            (Axis::Time, Some(event)) => {
                let time = self.recording.time(event).unwrap_or(0) as f64;
                (Some(time), time)
            }
        };
        let px = |unit: f64| view.across.to_px(unit).clamp(0.0, width);
        let height = view.height - RULER;
        if let Some(from) = from {
            let (x0, x1) = (px(from), px(to));
            let column = (x1 - x0).max(1.0);
            list.rect(Style::Selected, self.x(x0), RULER, column, height);
        }
        let shows_a_state = self.recording.is_controlled() || view.selected.is_some();
        if !shows_a_state || steps >= self.recording.columns() {
            return;
        }
        let x = px(to);
        list.rect(Style::Future, self.x(x), RULER, width - x, height);
        let on_screen = view.across.to_px(to);
        if (0.0..=width).contains(&on_screen) {
            list.rect(Style::Playhead, self.x(x) - 1.0, 0.0, 2.0, view.height);
        }
    }

    fn arrows(&self, arrows: &[Arrow], list: &mut DrawList) {
        for arrow in arrows {
            let (Some(from), Some(to)) = (self.point(arrow.from), self.point(arrow.to)) else {
                continue;
            };
            list.lines.push(self.route(from, to, arrow.conflict));
        }
    }

    /// From the edge of one box down (or up) its own column, then along the other lane to the edge of
    /// the other box: there nobody takes a step, so the arrow crosses no step's words.
    fn route(&self, from: (f32, f32), to: (f32, f32), conflict: bool) -> Line {
        let half = match self.view.axis {
            Axis::Steps => self.view.across.to_px(0.5) - self.view.across.to_px(0.0),
            Axis::Time => 0.0,
        };
        let (along, down) = (to.0 - from.0, to.1 - from.1);
        if down == 0.0 {
            let turn = from;
            return Line {
                from,
                turn,
                to,
                conflict,
            };
        }
        let reach = (half as f32).min(along.abs());
        Line {
            from: (from.0, from.1 + EDGE.copysign(down)),
            turn: (from.0, to.1),
            to: (to.0 - reach.copysign(along), to.1),
            conflict,
        }
    }

    /// The middle of an event in its task's lane.
    fn point(&self, event: usize) -> Option<(f32, f32)> {
        let task: TaskId = self.recording.trace().events.get(event)?.task;
        let row = self.layout.task(task)?;
        let unit = self.view.unit_of(self.recording, event)?;
        let x = self.x(self.view.across.to_px(unit));
        Some((x as f32, (self.y(row) + row.height / 2.0) as f32))
    }
}
