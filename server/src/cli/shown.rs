//! One execution, fetched for showing: its trace, the story of a finding, and the values that its
//! accesses read and wrote.

use std::collections::{BTreeMap, BTreeSet};

use heddle_trace::protocol::{JobResult, Work};
use heddle_trace::{
    Finding, Limits, OpKind, Program, Schedule, Snapshot, StoryStep, TaskId, Trace, words,
};

use super::exit::Stop;
use super::out;
use super::table::Table;
use super::terminal::Terminal;

/// Values that are looked up: each takes an execution.
const MOST_VALUES: usize = 24;

/// An execution to be shown.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) trace: Trace,
    pub(crate) schedule: Schedule,
    pub(crate) snapshot: Option<Snapshot>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) stories: Vec<Vec<StoryStep>>,
    pub(crate) values: BTreeMap<usize, String>,
    /// Names of the program's files.
    pub(crate) files: Vec<String>,
}

impl Shown {
    /// Executes along a schedule. `Err(Ok(result))`: that came instead.
    pub(crate) async fn fetch(
        terminal: &Terminal,
        program: &Program,
        work: Work,
    ) -> Result<Shown, Result<JobResult, Stop>> {
        let job = terminal.job(program.clone(), work, Limits::default(), |_| {});
        match job.await.map_err(Err)? {
            JobResult::Execution {
                trace,
                schedule,
                snapshot,
                findings,
                stories,
            } => Ok(Shown {
                trace: *trace,
                schedule,
                snapshot,
                findings,
                stories,
                values: BTreeMap::new(),
                files: names(program),
            }),
            other => Err(Ok(other)),
        }
    }

    /// The story of a finding, if this execution has it; else of its first finding.
    pub(crate) fn story(&self, id: Option<&str>) -> &[StoryStep] {
        let place = id.and_then(|id| self.findings.iter().position(|one| one.id.0 == id));
        let story = self.stories.get(place.unwrap_or(0));
        story.map_or(&[], Vec::as_slice)
    }

    /// Looks up what the accesses in a table read or wrote.
    pub(crate) async fn look_up(
        &mut self,
        terminal: &Terminal,
        program: &Program,
        id: Option<&str>,
    ) {
        let marked = marked(self.story(id));
        let shown = Table::shown(&self.trace, &marked);
        let accesses = self.trace.steps().filter_map(|(number, event, op)| {
            let before = match op.kind {
                OpKind::Read => number,
                OpKind::Write => number + 1,
                _ => return None,
            };
            let name = words::object_name(&self.trace, op.object?);
            shown
                .contains(&number)
                .then_some((number, before, event.task, name))
        });
        let accesses: Vec<_> = accesses.take(MOST_VALUES).collect();
        for (number, before, task, name) in accesses {
            let schedule = self.schedule.prefix(before);
            let work = Work::Step { schedule };
            let Ok(state) = Shown::fetch(terminal, program, work).await else {
                return;
            };
            let value = state.snapshot.and_then(|state| value(&state, task, &name));
            if let Some(value) = value {
                self.values.insert(number, value);
            }
        }
    }

    /// It as a table.
    pub(crate) fn table(&self, id: Option<&str>) -> Table<'_> {
        Table {
            trace: &self.trace,
            marked: marked(self.story(id)),
            values: self.values.clone(),
            files: &self.files,
            width: out::width(),
        }
    }
}

fn names(program: &Program) -> Vec<String> {
    program.files.iter().map(|file| file.name.clone()).collect()
}

fn marked(story: &[StoryStep]) -> BTreeSet<usize> {
    story
        .iter()
        .filter_map(|step| step.step)
        .map(|step| step as usize)
        .collect()
}

fn value(state: &Snapshot, task: TaskId, name: &str) -> Option<String> {
    let task = state.tasks.iter().find(|one| one.task == task);
    let frames = task.into_iter().flat_map(|task| &task.stack);
    let locals = frames.flat_map(|frame| &frame.locals);
    let mut all = state.globals.iter().chain(&state.shared).chain(locals);
    Some(all.find(|variable| variable.name == name)?.value.clone())
}
