//! What stands around the lanes: names on the left, the ruler above.

use heddle_trace::{ObjectId, ProcessId, TaskId};

use super::{RULER, Scene};
use crate::draw::{DrawList, Style, TextStyle};
use crate::label::{round_distance, time};
use crate::layout::{Row, RowKind};
use crate::view::Axis;
use crate::words;

/// Least distance between two lines of the ruler, pixels.
const RULER_DISTANCE: f64 = 64.0;
/// Space on the left of names.
const MARGIN: f64 = 10.0;

impl Scene<'_> {
    pub(super) fn ruler(&self, list: &mut DrawList) {
        let (view, across) = (self.view, &self.view.across);
        list.rect(Style::Frame, 0.0, 0.0, view.width(), RULER);
        list.rect(Style::FrameLine, 0.0, RULER - 1.0, view.width(), 1.0);
        list.rect(Style::FrameLine, view.gutter - 1.0, 0.0, 1.0, view.height);
        let what = match view.axis {
            Axis::Steps if self.recording.is_controlled() => "step",
            Axis::Steps => "event",
            Axis::Time => "time",
        };
        let y = RULER / 2.0;
        list.text(TextStyle::Ruler, MARGIN, y, view.gutter - MARGIN, what);
        let distance = round_distance(RULER_DISTANCE * across.per_px());
        let distance = match view.axis {
            Axis::Steps => distance.max(1.0),
            Axis::Time => distance,
        };
        let first = (across.left() / distance).floor().max(0.0);
        let lines = (across.width() * across.per_px() / distance) as usize + 2;
        for line in 0..lines {
            self.ruler_line((first + line as f64) * distance, distance, list);
        }
    }

    fn ruler_line(&self, unit: f64, distance: f64, list: &mut DrawList) {
        let (view, across) = (self.view, &self.view.across);
        let last = self.recording.columns() as f64;
        // Step n is column n - 1, and its number stands where that begins.
        let (at, text) = match view.axis {
            Axis::Steps if unit < 1.0 || unit > last => return,
            Axis::Steps => (unit - 1.0, format!("{unit:.0}")),
            Axis::Time => (unit, time(unit, distance)),
        };
        let px = across.to_px(at);
        if at > across.end() || !(0.0..across.width()).contains(&px) {
            return;
        }
        let x = self.x(px);
        list.rect(Style::Grid, x, RULER, 1.0, view.height - RULER);
        let room = (across.width() - px).min(RULER_DISTANCE);
        list.text(TextStyle::Ruler, x + 3.0, RULER / 2.0, room, &text);
    }

    /// The name of a row, and its background.
    pub(super) fn name(&self, row: &Row, list: &mut DrawList) {
        let (y, h) = (self.y(row), row.height);
        let middle = y + h / 2.0;
        if row.kind.task().is_some_and(|t| t.0 % 2 == 1) {
            list.rect(Style::Stripe, 0.0, y, self.view.width(), h);
        }
        match row.kind {
            RowKind::Process(process) => {
                list.rect(Style::Process, 0.0, y, self.view.width(), h);
                let room = self.view.width() - 2.0 * MARGIN;
                let name = self.process_name(process);
                list.text(TextStyle::Process, MARGIN, middle, room, &name);
            }
            RowKind::Task(task) => self.task_name(task, middle, list),
            RowKind::Object(_, object) => self.object_name(object, middle, list),
            RowKind::More(_, count) => {
                let room = self.view.gutter - 2.0 * MARGIN;
                let text = format!("and {count} more");
                list.text(TextStyle::Object, 2.0 * MARGIN, middle, room, &text);
            }
        }
    }

    fn task_name(&self, task: TaskId, y: f64, list: &mut DrawList) {
        let name = words::task(self.recording.trace(), task);
        let id = task.to_string();
        let id_width = 10.0 + 6.4 * id.len() as f64;
        let room = self.view.gutter - MARGIN - id_width;
        list.text(TextStyle::Task, MARGIN, y, room, &name);
        let shows_id = name.ends_with(&id) || name.ends_with(&format!("({id})"));
        if !shows_id {
            let x = self.view.gutter - id_width;
            list.text(TextStyle::TaskId, x, y, id_width, &id);
        }
    }

    fn object_name(&self, object: ObjectId, y: f64, list: &mut DrawList) {
        let colour = self.recording.colour(object);
        list.rect(Style::Swatch(colour), 1.6 * MARGIN, y - 4.0, 8.0, 8.0);
        let x = 3.0 * MARGIN;
        let name = words::object_name(self.recording.trace(), object);
        let room = self.view.gutter - x - 4.0;
        list.text(TextStyle::Object, x, y, room, &name);
    }

    fn process_name(&self, process: ProcessId) -> String {
        let rows = &self.recording.trace().processes;
        match rows.get(usize::from(process.0)) {
            Some(info) => format!("Process {} (pid {})", process.0, info.pid),
            None => format!("Process {}", process.0),
        }
    }
}
