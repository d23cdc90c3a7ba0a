//! The tasks of a stopped program, as the learner sees them.

use heddle_api::StepView;
use heddle_timeline::Narrator;
use heddle_trace::{Location, Pending, TaskId, TaskInfo, TaskSnapshot, TaskStatus};

use crate::editor::LineMark;

/// One task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaskCard {
    /// Which.
    pub task: TaskId,
    /// Its name; `main` for the main thread.
    pub name: String,
    /// Whether it can go.
    pub status: TaskStatus,
    /// What it is about to do: a sentence without its subject.
    pub next: String,
    /// The line of that.
    pub place: Option<Location>,
    /// Whether it belongs to the standard library.
    pub system: bool,
    /// Whether it took the last step.
    pub just_went: bool,
}

impl TaskCard {
    /// The key that lets it take a step: the number in its label, so 0 for the main thread, T0.
    pub(crate) fn key(&self) -> Option<char> {
        char::from_digit(u32::from(self.task.0), 10)
    }

    /// Its status in a word.
    pub(crate) const fn status_word(&self) -> &'static str {
        match self.status {
            TaskStatus::Enabled => "can go",
            TaskStatus::Blocked => "waits",
            TaskStatus::Timed => "waits, with a timeout",
            TaskStatus::Ended => "ended",
        }
    }

    /// The status in class names.
    pub(crate) const fn status_class(&self) -> &'static str {
        match self.status {
            TaskStatus::Enabled => "enabled",
            TaskStatus::Blocked => "blocked",
            TaskStatus::Timed => "timed",
            TaskStatus::Ended => "ended",
        }
    }
}

/// The tasks of a state by number.
pub(crate) fn cards(view: &StepView, files: &[String]) -> Vec<TaskCard> {
    let trace = &view.trace;
    let mut narrator = Narrator::new(trace).files(files);
    let last = view.schedule.choices.last();
    let tasks = trace.tasks.iter();
    tasks
        .map(|info| {
            let pending = trace.pending.iter().find(|one| one.task == info.id);
            let snapshot = snapshot_of(view, info.id);
            let status = snapshot.map_or_else(|| guess(pending), |one| one.status);
            let next = match (pending, status) {
                (_, TaskStatus::Ended) | (None, _) => "has ended".to_owned(),
                (Some(pending), _) => without_name(narrator.pending(pending), &name_of(info)),
            };
            let stood = snapshot.and_then(|one| one.location);
            TaskCard {
                task: info.id,
                name: name_of(info),
                status,
                next,
                place: stood.or_else(|| pending.and_then(|one| one.location)),
                system: info.system,
                just_went: last == Some(&info.id),
            }
        })
        .collect()
}

/// The tasks to choose from. Those of the standard library are left out unless `system` is on, or
/// nobody else can go: then the learner could not go on without them.
pub(crate) fn shown(cards: &[TaskCard], system: bool) -> Vec<TaskId> {
    let can_go = |card: &TaskCard| card.status == TaskStatus::Enabled;
    let others_can = cards.iter().any(|card| !card.system && can_go(card));
    let is_shown = |card: &&TaskCard| {
        let needed = !others_can && matches!(card.status, TaskStatus::Enabled | TaskStatus::Timed);
        !card.system || system || needed
    };
    cards
        .iter()
        .filter(is_shown)
        .map(|card| card.task)
        .collect()
}

/// The sentence without its subject, which stands beside it.
fn without_name(sentence: String, name: &str) -> String {
    let rest = sentence.strip_prefix(name).map(str::trim_start);
    rest.map_or(sentence.clone(), str::to_owned)
}

/// A task's name as sentences use it.
pub(crate) fn name_of(info: &TaskInfo) -> String {
    match info.name.as_str() {
        "" => info.id.to_string(),
        "MainThread" => "main".to_owned(),
        name => name.to_owned(),
    }
}

/// A name that fits on a chip in the gutter.
pub(crate) fn short(name: &str) -> String {
    const ROOM: usize = 9;
    if name.chars().count() <= ROOM {
        return name.to_owned();
    }
    let start: String = name.chars().take(ROOM - 1).collect();
    format!("{start}…")
}

/// The task that a digit key stands for.
pub(crate) fn of_key(key: &str) -> Option<TaskId> {
    match key.as_bytes() {
        [digit @ b'0'..=b'9'] => Some(TaskId(u16::from(digit - b'0'))),
        _ => None,
    }
}

fn snapshot_of(view: &StepView, task: TaskId) -> Option<&TaskSnapshot> {
    let tasks = &view.snapshot.as_ref()?.tasks;
    tasks.iter().find(|one| one.task == task)
}

/// The status of a task for which there is no snapshot.
fn guess(pending: Option<&Pending>) -> TaskStatus {
    match pending {
        None => TaskStatus::Ended,
        Some(one) if one.enabled => TaskStatus::Enabled,
        Some(one) if one.timed => TaskStatus::Timed,
        Some(_) => TaskStatus::Blocked,
    }
}

/// Chips for the editor's gutter.
pub(crate) fn marks(cards: &[TaskCard], system: bool) -> Vec<(Location, LineMark)> {
    let shown = shown(cards, system);
    let standing = cards
        .iter()
        .filter(|card| card.status != TaskStatus::Ended && shown.contains(&card.task));
    standing
        .filter_map(|card| {
            let place = card.place?;
            let state = match card.status {
                TaskStatus::Enabled => "enabled",
                TaskStatus::Blocked | TaskStatus::Timed | TaskStatus::Ended => "blocked",
            };
            let mark = LineMark {
                line: place.line,
                key: card.task.to_string(),
                label: short(&card.name),
                state,
                title: format!("{} {}", card.name, card.next),
            };
            Some((place, mark))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use heddle_trace::{
        Granularity, Op, OpKind, Outcome, ProcessId, Program, Schedule, Snapshot, Trace,
    };

    use super::*;

    fn info(id: u16, name: &str) -> TaskInfo {
        TaskInfo {
            id: TaskId(id),
            path: id.to_string(),
            name: name.into(),
            process: ProcessId(0),
            system: false,
        }
    }

    fn view() -> StepView {
        let hash = Program::python("").hash();
        let sleep = Op {
            kind: OpKind::Sleep,
            object: None,
            also: None,
            target: None,
        };
        let pending = Pending {
            task: TaskId(0),
            op: sleep,
            location: Some(Location { file: 0, line: 5 }),
            enabled: true,
            timed: false,
        };
        StepView {
            program: hash,
            schedule: Schedule::new(&hash, Granularity::Language, vec![TaskId(1)]),
            trace: Trace {
                granularity: Some(Granularity::Language),
                timeouts: heddle_trace::Timeouts::Respect,
                processes: Vec::new(),
                tasks: vec![info(0, "MainThread"), info(1, "t1")],
                objects: Vec::new(),
                events: Vec::new(),
                pending: vec![pending],
                outcome: Outcome::Stopped,
            },
            snapshot: Some(Snapshot::default()),
            findings: Vec::new(),
        }
    }

    #[test]
    fn every_task_has_a_card_the_ended_ones_too() {
        let cards = cards(&view(), &[]);
        assert_eq!(cards.len(), 2);
        assert_eq!(cards[0].status, TaskStatus::Enabled);
        assert_eq!(cards[0].place.map(|place| place.line), Some(5));
        assert_eq!(cards[1].status, TaskStatus::Ended);
        assert!(cards[1].just_went);
    }

    #[test]
    fn a_task_s_key_is_the_number_in_its_label() {
        for card in cards(&view(), &[]) {
            let key = card.key().map(String::from).unwrap();
            assert_eq!(card.task.to_string(), format!("T{key}"));
            assert_eq!(of_key(&key), Some(card.task));
        }
        assert_eq!((of_key("12"), of_key("ä"), of_key("")), (None, None, None));
    }

    #[test]
    fn tasks_of_the_library_are_folded_unless_nobody_else_can_go() {
        let mut cards = cards(&view(), &[]);
        cards[0].system = true;
        let (main, t1) = (cards[0].task, cards[1].task);
        assert_eq!(shown(&cards, true), [main, t1]);
        assert_eq!(shown(&cards, false), [main, t1], "t1 has ended");
        cards[1].status = TaskStatus::Enabled;
        assert_eq!(shown(&cards, false), [t1]);
    }

    #[test]
    fn long_names_are_cut_for_the_gutter() {
        assert_eq!(short("t1"), "t1");
        assert_eq!(short("first transfer"), "first tr…");
    }

    #[test]
    fn ended_tasks_stand_on_no_line() {
        let marks = marks(&cards(&view(), &[]), false);
        assert_eq!(marks.len(), 1);
        assert_eq!(marks[0].1.label, "main");
    }
}
