//! Where each lane is, from top to bottom.

use heddle_trace::{ObjectId, ProcessId, TaskId};

use crate::recording::Recording;

/// One row of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// What it shows.
    pub kind: RowKind,
    /// Upper edge, pixels from the upper edge of the first row.
    pub top: f64,
    /// Height, pixels.
    pub height: f64,
}

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// The heading of a process.
    Process(ProcessId),
    /// A task.
    Task(TaskId),
    /// What a task held and waited for of one object.
    Object(TaskId, ObjectId),
    /// So many more objects of a task, which get no row.
    More(TaskId, usize),
}

impl RowKind {
    /// The task that the row belongs to.
    pub const fn task(self) -> Option<TaskId> {
        match self {
            RowKind::Process(_) => None,
            RowKind::Task(task) | RowKind::Object(task, _) | RowKind::More(task, _) => Some(task),
        }
    }

    const fn height(self) -> f64 {
        match self {
            RowKind::Process(_) => 22.0,
            RowKind::Task(_) => 28.0,
            RowKind::Object(..) => 18.0,
            RowKind::More(..) => 14.0,
        }
    }
}

/// All rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// From top to bottom.
    pub rows: Vec<Row>,
}

/// Objects of one task that get a row.
const MOST_OBJECTS: usize = 8;
/// Space above each task.
const GAP: f64 = 6.0;

impl Layout {
    /// A row for each process when there are several, for each of its tasks, and for each object
    /// of a task. `system` shows the tasks of the standard library too.
    pub fn new(recording: &Recording, system: bool) -> Layout {
        let mut layout = Layout::default();
        let tasks = &recording.trace().tasks;
        let known = tasks.len().max(recording.lanes().len());
        let mut order: Vec<(ProcessId, TaskId)> = (0..known)
            .filter(|i| system || !tasks.get(*i).is_some_and(|t| t.system))
            .map(|i| {
                let process = tasks.get(i).map_or(ProcessId(0), |t| t.process);
                (process, TaskId(i as u16))
            })
            .collect();
        order.sort();
        let several = order.first().map(|o| o.0) != order.last().map(|o| o.0);
        let mut heading = None;
        for (process, task) in order {
            if several && heading != Some(process) {
                layout.push(RowKind::Process(process), GAP);
                heading = Some(process);
            }
            layout.push_task(recording, task);
        }
        layout
    }

    fn push_task(&mut self, recording: &Recording, task: TaskId) {
        self.push(RowKind::Task(task), GAP);
        let lane = recording.lanes().get(usize::from(task.0));
        let objects = lane.map_or(&[][..], |l| &l.objects);
        for lane in objects.iter().take(MOST_OBJECTS) {
            self.push(RowKind::Object(task, lane.object), 0.0);
        }
        if let Some(more) = objects.len().checked_sub(MOST_OBJECTS).filter(|n| *n > 0) {
            self.push(RowKind::More(task, more), 0.0);
        }
    }

    fn push(&mut self, kind: RowKind, gap: f64) {
        let (top, height) = (self.height() + gap, kind.height());
        self.rows.push(Row { kind, top, height });
    }

    /// Height of all rows.
    pub fn height(&self) -> f64 {
        self.rows.last().map_or(0.0, |r| r.top + r.height)
    }

    /// The row of a task.
    pub fn task(&self, task: TaskId) -> Option<&Row> {
        self.rows.iter().find(|r| r.kind == RowKind::Task(task))
    }

    /// The row at a height.
    pub fn at(&self, y: f64) -> Option<&Row> {
        let next = self.rows.partition_point(|r| r.top + r.height <= y);
        self.rows.get(next).filter(|r| r.top <= y)
    }
}
