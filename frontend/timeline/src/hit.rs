//! From a point of the picture back to what is there.

use heddle_trace::{ObjectId, TaskId};

use crate::layout::{Layout, RowKind};
use crate::mask::Mask;
use crate::paint::RULER;
use crate::recording::Recording;
use crate::task_lane::TaskLane;
use crate::track::{Span, Track};
use crate::view::{Axis, View};

/// What is at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The row.
    pub row: RowKind,
    /// What it is.
    pub part: HitPart,
}

/// What was hit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HitPart {
    /// An event, or the sign of a failure at an event.
    Event(usize),
    /// A wait.
    Wait {
        /// For which object, in a lane of an object.
        object: Option<ObjectId>,
        /// The last event of the task before the wait, or with which it begins.
        event: usize,
        /// The event that ended it; `None` while it goes on.
        until: Option<usize>,
    },
    /// A hold.
    Hold {
        /// Of which object.
        object: ObjectId,
        /// The event with which it was taken.
        event: usize,
    },
    /// The name on the left.
    Name,
    /// Nothing.
    Empty,
}

/// How near the pointer must come to an event, pixels.
const NEAR: f64 = 6.0;

/// What is at a point of the picture, which was drawn as `view` shows it. `None` above the lanes
/// and below them.
pub fn hit(recording: &Recording, view: &View, x: f64, y: f64) -> Option<Hit> {
    if y < RULER {
        return None;
    }
    let layout = Layout::new(recording, view.system);
    let row = layout.at(y - RULER + view.top)?.kind;
    let finder = Finder {
        recording,
        view,
        px: x - view.gutter,
    };
    let part = if x < view.gutter {
        HitPart::Name
    } else {
        finder.part(row).unwrap_or(HitPart::Empty)
    };
    Some(Hit { row, part })
}

struct Finder<'a> {
    recording: &'a Recording,
    view: &'a View,
    px: f64,
}

impl Finder<'_> {
    fn part(&self, row: RowKind) -> Option<HitPart> {
        match row {
            RowKind::Task(task) => {
                let lane = self.lane(task)?;
                let event = self.flag(lane).or_else(|| self.event(lane));
                event
                    .map(HitPart::Event)
                    .or_else(|| self.wait(&lane.state, None))
            }
            RowKind::Object(task, object) => {
                let track = self.lane(task)?.object(object)?;
                self.wait(track, Some(object)).or_else(|| {
                    let span = self.span(track).filter(|s| s.what.has(Mask::HOLD))?;
                    let event = span.from_event as usize;
                    Some(HitPart::Hold { object, event })
                })
            }
            RowKind::Process(_) | RowKind::More(..) => None,
        }
    }

    fn lane(&self, task: TaskId) -> Option<&TaskLane> {
        self.recording.lanes().get(usize::from(task.0))
    }

    /// Distance of an event from the pointer, pixels: 0 inside its column.
    fn distance(&self, event: u32) -> f64 {
        let unit = self.view.unit_of(self.recording, event as usize);
        let half = match self.view.axis {
            Axis::Steps => 0.5 / self.view.across.per_px(),
            Axis::Time => 0.0,
        };
        let middle = unit.map_or(f64::INFINITY, |u| self.view.across.to_px(u));
        ((middle - self.px).abs() - half).max(0.0)
    }

    fn flag(&self, lane: &TaskLane) -> Option<usize> {
        let inside = lane
            .flags
            .iter()
            .filter(|f| (f.column as usize) < self.recording.columns());
        let near = inside.filter(|f| self.distance(f.event) <= NEAR / 2.0);
        // The worst of those that share a sign.
        near.max_by_key(|f| f.kind).map(|f| f.event as usize)
    }

    fn event(&self, lane: &TaskLane) -> Option<usize> {
        let events = &lane.points.event;
        let here = self.view.across.from_px(self.px);
        let unit = |e: u32| self.view.unit_of(self.recording, e as usize);
        let next = events.partition_point(|e| unit(*e).is_some_and(|u| u < here));
        let candidates = [next.checked_sub(1), Some(next)].into_iter().flatten();
        let near = candidates
            .filter_map(|i| events.get(i).copied())
            .map(|e| (self.distance(e), e))
            .min_by(|a, b| a.0.total_cmp(&b.0))?;
        // Beside a wide column the pointer is on something else.
        let reach = match self.view.axis {
            Axis::Steps if self.view.across.per_px() < 1.0 / NEAR => 0.0,
            _ => NEAR,
        };
        (near.0 <= reach).then_some(near.1 as usize)
    }

    fn wait(&self, track: &Track, object: Option<ObjectId>) -> Option<HitPart> {
        let span = self.span(track).filter(|s| s.what.has(Mask::WAIT))?;
        Some(HitPart::Wait {
            object,
            event: span.from_event as usize,
            until: span.to_event.map(|e| e as usize),
        })
    }

    fn span(&self, track: &Track) -> Option<Span> {
        let here = self.view.across.from_px(self.px);
        let end = |i: usize| match self.view.axis {
            Axis::Steps => f64::from(track.to_column[i]),
            Axis::Time => self.recording.time(track.to_event[i] as usize).unwrap_or(0) as f64,
        };
        let begin = |s: &Span| match self.view.axis {
            Axis::Steps => f64::from(s.from_column),
            Axis::Time => self.recording.time(s.from_event as usize).unwrap_or(0) as f64,
        };
        let (mut low, mut high) = (0, track.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if end(middle) <= here {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let span = if low < track.len() {
            track.get(low)
        } else {
            track.open()?
        };
        let inside = begin(&span) <= here && here <= self.recording.extent(self.view.axis);
        inside.then_some(span)
    }
}
