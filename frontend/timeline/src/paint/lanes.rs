//! The lanes: states, holds, waits, steps, failures.

use heddle_trace::{ObjectId, TaskId};

use super::scan::{self, Coords, Piece};
use super::{BOX, Scene};
use crate::draw::{DrawList, Style, TextStyle};
use crate::label;
use crate::layout::{Row, RowKind};
use crate::mask::Mask;
use crate::recording::{Flag, FlagKind};
use crate::task_lane::TaskLane;

/// Signs of failures that are nearer than this, in pixels, become one.
const FLAG_DISTANCE: f64 = 3.0;
/// The least width of a bar for a word in it.
const ROOM_FOR_WORDS: f64 = 34.0;

impl Scene<'_> {
    pub(super) fn row(&self, row: &Row, coords: &impl Coords, list: &mut DrawList) {
        self.name(row, list);
        match row.kind {
            RowKind::Task(task) => {
                if let Some(lane) = self.lane(task) {
                    self.task(lane, row, coords, list);
                }
            }
            RowKind::Object(task, object) => self.object(task, object, row, coords, list),
            RowKind::Process(_) | RowKind::More(..) => {}
        }
    }

    fn lane(&self, task: TaskId) -> Option<&TaskLane> {
        self.recording.lanes().get(usize::from(task.0))
    }

    fn task(&self, lane: &TaskLane, row: &Row, coords: &impl Coords, list: &mut DrawList) {
        let (y, h) = (self.y(row) + 3.0, row.height - 6.0);
        let across = &self.view.across;
        scan::spans(&lane.state, coords, across, |piece| {
            self.state(&piece, y, h, list);
        });
        scan::points(&lane.points, coords, across, BOX, |piece| {
            self.mark(&piece, y, h, list);
        });
        self.flags(&lane.flags, row, coords, list);
    }

    fn state(&self, piece: &Piece, y: f64, h: f64, list: &mut DrawList) {
        let (x, w) = (self.x(piece.from), piece.to - piece.from);
        if piece.what.has(Mask::READY) {
            list.rect(Style::Ready, x, y + h / 2.0 - 1.0, w, 2.0);
        }
        // A cell of many shows waits in its upper half, the rest below.
        let (upper, lower) = match piece.event {
            Some(_) => (h, h),
            None => (h / 2.0, h / 2.0),
        };
        if piece.what.has(Mask::RUN) {
            list.rect(Style::Run, x, y + h - lower, w, lower);
        }
        if piece.what.has(Mask::STUCK) {
            self.stuck(x, y, w, h, list);
            self.word(piece, y + h / 2.0, "stuck", TextStyle::Bar, list);
        } else if piece.what.has(Mask::WAIT) {
            list.rect(Style::Wait, x, y + 2.0, w, upper - 4.0);
            self.word(piece, y + h / 2.0, "waits", TextStyle::Bar, list);
        }
    }

    fn stuck(&self, x: f64, y: f64, w: f64, h: f64, list: &mut DrawList) {
        list.rect(Style::Stuck, x, y, w, h);
        list.rect(Style::StuckOutline, x, y, w, h);
    }

    fn word(&self, piece: &Piece, y: f64, word: &str, style: TextStyle, list: &mut DrawList) {
        let w = piece.to - piece.from;
        if piece.event.is_some() && w >= ROOM_FOR_WORDS {
            list.text(style, self.x(piece.from) + 4.0, y, w - 6.0, word);
        }
    }

    /// A step as a box, or many as a tick.
    fn mark(&self, piece: &Piece, y: f64, h: f64, list: &mut DrawList) {
        let w = piece.to - piece.from;
        let inset = if piece.event.is_some() && w >= 6.0 {
            1.0
        } else {
            0.0
        };
        let x = self.x(piece.from) + inset;
        let height = if piece.event.is_some() { h } else { h / 2.0 };
        let style = mark_style(piece.what);
        list.rect(style, x, y + h - height, w - 2.0 * inset, height);
        if let Some(event) = piece.event.filter(|_| w >= ROOM_FOR_WORDS) {
            let text = label::mark(self.recording.trace(), event);
            list.text(TextStyle::Mark, x + 3.0, y + h / 2.0, w - 8.0, &text);
        }
    }

    fn object(
        &self,
        task: TaskId,
        object: ObjectId,
        row: &Row,
        coords: &impl Coords,
        list: &mut DrawList,
    ) {
        let Some(track) = self.lane(task).and_then(|l| l.object(object)) else {
            return;
        };
        let colour = self.recording.colour(object);
        let (y, h) = (self.y(row) + 2.0, row.height - 4.0);
        scan::spans(track, coords, &self.view.across, |piece| {
            let (x, w) = (self.x(piece.from), piece.to - piece.from);
            let (held, waited) = (piece.what.has(Mask::HOLD), piece.what.has(Mask::WAIT));
            // Both: the wait above, the hold below.
            let height = if held && waited { h / 2.0 } else { h };
            if held {
                list.rect(Style::Hold(colour), x, y + h - height, w, height);
            }
            if piece.what.has(Mask::STUCK) {
                self.stuck(x, y, w, height, list);
            } else if waited {
                list.rect(Style::HoldWait(colour), x, y, w, height);
            }
            let (word, style) = match (held, waited) {
                (true, false) => ("holds", TextStyle::OnHold(colour)),
                (false, true) => ("waits", TextStyle::Bar),
                _ => ("holds, waits", TextStyle::Bar),
            };
            self.word(&piece, y + h / 2.0, word, style, list);
        });
    }

    /// The signs of failures. Those that would lie on each other become one, with the worst kind.
    fn flags(&self, flags: &[Flag], row: &Row, coords: &impl Coords, list: &mut DrawList) {
        let width = self.view.across.width();
        let mut group: Option<(f64, FlagKind)> = None;
        for flag in flags {
            let px = self.flag_px(flag, coords);
            if !(0.0..=width).contains(&px) {
                continue;
            }
            group = match group {
                Some((at, kind)) if px - at < FLAG_DISTANCE => Some((at, kind.max(flag.kind))),
                Some((at, kind)) => {
                    self.flag(at, kind, row, list);
                    Some((px, flag.kind))
                }
                None => Some((px, flag.kind)),
            };
        }
        if let Some((at, kind)) = group {
            self.flag(at, kind, row, list);
        }
    }

    fn flag_px(&self, flag: &Flag, coords: &impl Coords) -> f64 {
        let at_end = flag.column as usize >= self.recording.columns();
        let unit = if at_end {
            coords.end() - coords.event_width() / 2.0
        } else {
            coords.event(flag.event) + coords.event_width() / 2.0
        };
        self.view.across.to_px(unit)
    }

    fn flag(&self, px: f64, kind: FlagKind, row: &Row, list: &mut DrawList) {
        let (x, y) = (self.x(px), self.y(row));
        let style = Style::Flag(kind);
        list.rect(style, x - 1.0, y, 2.0, row.height);
        list.rect(style, x - 6.0, y - 4.0, 12.0, 12.0);
        list.text(TextStyle::Flag, x - 2.0, y + 2.0, 12.0, "!");
    }
}

fn mark_style(what: Mask) -> Style {
    match scan::most_telling(what) {
        Mask::SYNC => Style::MarkSync,
        Mask::LIFE => Style::MarkLife,
        Mask::WRITE => Style::MarkWrite,
        Mask::OUTPUT => Style::MarkOutput,
        Mask::READ => Style::MarkRead,
        _ => Style::MarkOther,
    }
}
