//! One workbench: an editor, and what was made of its program.

use std::sync::Arc;

use heddle_api::{CellMode, Challenge, StepView};
use heddle_timeline::{Axis, Narrator, WaitGraph, waits, waits_at};
use heddle_trace::{Location, Program, ProgramHash};
use leptos::prelude::*;

use super::job::{Job, Kind};
use super::output::Output;
use super::search::Searched;
use super::steps::Steps;
use super::tasks::{self, TaskCard};
use crate::editor::{LineMark, LineMessage, Sheet};
use crate::map::MapStore;
use crate::router::Router;
use crate::stream::EventLog;
use crate::timeline::TraceStore;

/// What a workbench is about.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    /// Its name in links; `None` on a page with one workbench.
    pub cell: Option<String>,
    /// Its name among all workbenches, for drafts.
    pub name: String,
    /// Over the editor.
    pub title: String,
    /// The program before any edit.
    pub program: Program,
    /// Whether the learner may edit it.
    pub editable: bool,
    /// Which button is the main one.
    pub mode: CellMode,
    /// The challenge, when it is one.
    pub challenge: Option<Challenge>,
}

/// What is on show beside the editor.
#[derive(Debug, Clone)]
pub(crate) enum Stage {
    /// Nothing yet.
    Empty,
    /// A job on the server.
    Job(Job),
    /// The learner is the scheduler.
    Steps(Box<Steps>),
}

/// [`Stage`] without its data, for what depends on nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StageKind {
    /// Nothing yet.
    Empty,
    /// A job.
    Job(Kind),
    /// Stepping.
    Steps,
}

impl Stage {
    /// Which one it is.
    pub(crate) fn kind(&self) -> StageKind {
        match self {
            Stage::Empty => StageKind::Empty,
            Stage::Job(job) => StageKind::Job(job.kind),
            Stage::Steps(_) => StageKind::Steps,
        }
    }
}

/// A shared value that is the same only as itself: comparing two states costs nothing.
#[derive(Debug)]
pub(crate) struct Same<T>(pub(crate) Arc<T>);

impl<T> Clone for Same<T> {
    fn clone(&self) -> Self {
        Same(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Handles to everything that a workbench consists of.
#[derive(Clone, Copy)]
pub(crate) struct Bench {
    /// What it is about.
    pub(crate) subject: StoredValue<Subject>,
    /// The program as it stands in the editor.
    pub(crate) program: RwSignal<Program>,
    /// Grows when the editor's text is replaced.
    pub(crate) revision: RwSignal<u32>,
    /// The file on show.
    pub(crate) file: RwSignal<usize>,
    /// What is beside the editor.
    pub(crate) stage: RwSignal<Stage>,
    /// The program that this was made of.
    pub(crate) on_stage: RwSignal<Option<Same<Program>>>,
    /// The trace in the timeline.
    pub(crate) store: TraceStore,
    /// The event that is selected in it.
    pub(crate) selected: RwSignal<Option<usize>>,
    /// The timeline's axis.
    pub(crate) axis: RwSignal<Axis>,
    /// Whether tasks of the standard library are shown.
    pub(crate) system: RwSignal<bool>,
    /// What the program printed.
    pub(crate) output: RwSignal<Output>,
    /// An answer to the last key or click, until the next one.
    pub(crate) said: RwSignal<Option<String>>,
    /// A wish to see a line in the editor.
    pub(crate) go_to: RwSignal<Option<Location>>,
    /// The map of the last search.
    pub(crate) map: MapStore,
    /// The last search.
    pub(super) searched: RwSignal<Option<Searched>>,
    /// The box of the stage, to scroll to.
    pub(crate) stage_box: NodeRef<leptos::html::Div>,
    /// Whether "run on" waits for the server.
    pub(crate) running_on: RwSignal<bool>,
    /// New for each stage, so that a late answer does not disturb the next one.
    pub(super) session: StoredValue<u32>,
    /// The event log being read.
    pub(super) log: StoredValue<Option<EventLog>, LocalStorage>,
    /// For the address.
    pub(super) router: Router,
}

impl Bench {
    /// A workbench before anything was done with it.
    pub(crate) fn new(subject: Subject) -> Bench {
        Bench {
            program: RwSignal::new(subject.program.clone()),
            subject: StoredValue::new(subject),
            revision: RwSignal::new(0),
            file: RwSignal::new(0),
            stage: RwSignal::new(Stage::Empty),
            on_stage: RwSignal::new(None),
            store: TraceStore::new(),
            selected: RwSignal::new(None),
            axis: RwSignal::new(Axis::Steps),
            system: RwSignal::new(false),
            output: RwSignal::new(Output::default()),
            said: RwSignal::new(None),
            go_to: RwSignal::new(None),
            map: MapStore::new(),
            searched: RwSignal::new(None),
            stage_box: NodeRef::new(),
            running_on: RwSignal::new(false),
            session: StoredValue::new(0),
            log: StoredValue::new_local(None),
            router: expect_context(),
        }
    }

    /// The challenge's id, when it is one.
    pub(crate) fn challenge(self) -> Option<String> {
        self.subject
            .with_value(|subject| Some(subject.challenge.as_ref()?.id.clone()))
    }

    /// Which stage it is; changes only when the stage does.
    pub(crate) fn kind(self) -> Memo<StageKind> {
        Memo::new(move |_| self.stage.with(Stage::kind))
    }

    /// Whether the learner may edit a file: the support files of a challenge stay as they are.
    pub(crate) fn may_edit(self, file: usize) -> bool {
        self.subject
            .with_value(|subject| subject.editable && (subject.challenge.is_none() || file == 0))
    }

    /// Whether a job is under way.
    pub(crate) fn is_busy(self) -> bool {
        self.stage
            .with(|stage| matches!(stage, Stage::Job(job) if job.is_under_way()))
    }

    /// Whether the learner has changed the program.
    pub(crate) fn is_edited(self) -> bool {
        self.program.with(|program| {
            self.subject
                .with_value(|subject| *program != subject.program)
        })
    }

    /// Whether what is on show was made of another program than the editor's.
    pub(crate) fn is_stale(self) -> bool {
        self.on_stage.with(|staged| {
            let differs = |staged: &Same<Program>| self.program.with(|now| *now != *staged.0);
            staged.as_ref().is_some_and(differs)
        })
    }

    /// Whether there is a trace to show.
    pub(crate) fn has_trace(self) -> bool {
        self.stage.with(|stage| match stage {
            Stage::Empty => false,
            Stage::Job(job) => job.kind == Kind::Run && job.has_run(),
            Stage::Steps(steps) => steps.here().is_some(),
        })
    }

    /// Reads the job; `None` on another stage.
    pub(crate) fn with_job<T>(self, read: impl FnOnce(&Job) -> T) -> Option<T> {
        self.stage.with(|stage| match stage {
            Stage::Job(job) => Some(read(job)),
            Stage::Empty | Stage::Steps(_) => None,
        })
    }

    /// Reads the stepping session; `None` on another stage.
    pub(crate) fn with_steps<T>(self, read: impl FnOnce(&Steps) -> T) -> Option<T> {
        self.stage.with(|stage| match stage {
            Stage::Steps(steps) => Some(read(steps)),
            Stage::Empty | Stage::Job(_) => None,
        })
    }

    /// The state on show while stepping.
    pub(crate) fn here(self) -> Memo<Option<Same<StepView>>> {
        Memo::new(move |_| {
            self.with_steps(|steps| steps.here().cloned().map(Same))
                .flatten()
        })
    }

    /// The tasks of that state.
    pub(crate) fn cards(self, here: Memo<Option<Same<StepView>>>) -> Memo<Vec<TaskCard>> {
        Memo::new(move |_| {
            let files = self.files();
            here.with(|here| {
                here.as_ref()
                    .map_or_else(Vec::new, |view| tasks::cards(&view.0, &files))
            })
        })
    }

    /// The names of the program's files, for sentences; none when there is only one, for then its
    /// name tells nothing.
    pub(crate) fn files(self) -> Vec<String> {
        self.program
            .with_untracked(|program| match &program.files[..] {
                [_] => Vec::new(),
                files => files.iter().map(|file| file.name.clone()).collect(),
            })
    }

    /// What the editor shows.
    pub(crate) fn sheet(self) -> Signal<Sheet> {
        Signal::derive(move || {
            let (revision, file) = (self.revision.get(), self.file.get());
            self.program.with_untracked(|program| {
                let file = program.files.get(file);
                Sheet {
                    revision,
                    text: file.map_or_else(String::new, |file| file.text.clone()),
                    name: file.map_or_else(String::new, |file| file.name.clone()),
                }
            })
        })
    }

    /// Chips for the editor's gutter: where each task stands, or the selected event.
    pub(crate) fn marks(self, cards: Memo<Vec<TaskCard>>) -> Signal<Vec<LineMark>> {
        Memo::new(move |_| {
            if self.is_stale() {
                return Vec::new();
            }
            let file = self.file.get() as u16;
            let marks = match self.stage.with(Stage::kind) {
                StageKind::Steps => cards.with(|cards| tasks::marks(cards, self.system.get())),
                StageKind::Job(Kind::Run) => self.selected_mark().into_iter().collect(),
                StageKind::Job(_) | StageKind::Empty => Vec::new(),
            };
            let here = marks.into_iter().filter(|(place, _)| place.file == file);
            here.map(|(_, mark)| mark).collect()
        })
        .into()
    }

    fn selected_mark(self) -> Option<(Location, LineMark)> {
        self.store.version().track();
        let selected = self.selected.get()?;
        self.store.with(|recording| {
            let trace = recording.trace();
            let event = trace.events.get(selected)?;
            let place = event.location?;
            let name = tasks::name_of(trace.tasks.get(usize::from(event.task.0))?);
            let mark = LineMark {
                line: place.line,
                key: event.task.to_string(),
                label: tasks::short(&name),
                state: "event",
                title: name,
            };
            Some((place, mark))
        })
    }

    /// Errors for the editor.
    pub(crate) fn messages(self) -> Signal<Vec<LineMessage>> {
        Memo::new(move |_| {
            let file = self.file.get() as u16;
            let error = self.stage.with(super::errors::in_program);
            let here = error.into_iter().filter(|(place, _)| place.file == file);
            here.map(|(_, message)| message).collect()
        })
        .into()
    }

    /// Who waits for whom in the state on show.
    pub(crate) fn graph(self) -> Memo<WaitGraph> {
        Memo::new(move |_| {
            self.store.version().track();
            match self.stage.with(Stage::kind) {
                StageKind::Steps => {
                    let at = self.with_steps(|steps| steps.line().at()).unwrap_or(0);
                    self.store.with(|recording| waits_at(recording.trace(), at))
                }
                StageKind::Job(Kind::Run) if !self.is_busy() => {
                    self.store.with(|recording| waits(recording.trace()))
                }
                StageKind::Job(_) | StageKind::Empty => WaitGraph::default(),
            }
        })
    }

    /// The sentence for the live region: an answer to the last key, else what the selected event
    /// was, else what can be done.
    pub(crate) fn sentence(self) -> Memo<String> {
        Memo::new(move |_| {
            self.said.get().unwrap_or_else(|| {
                self.store.version().track();
                match self.stage.with(Stage::kind) {
                    StageKind::Steps => self.step_sentence(),
                    StageKind::Job(Kind::Run) => self.event_sentence().unwrap_or_default(),
                    StageKind::Job(_) | StageKind::Empty => String::new(),
                }
            })
        })
    }

    /// How the trace in the timeline ended, as a sentence.
    pub(crate) fn outcome_sentence(self) -> String {
        let files = self.files();
        self.store
            .with(|recording| Narrator::new(recording.trace()).files(&files).outcome())
    }

    /// How the program ended, when the state on show is its end: for the live region, which says
    /// it after the sentence of the step.
    pub(crate) fn ending(self) -> Memo<String> {
        Memo::new(move |_| {
            let end = self.with_steps(|steps| {
                let view = steps.here().filter(|_| steps.is_over())?;
                let files = self.files();
                Some(Narrator::new(&view.trace).files(&files).outcome())
            });
            end.flatten().unwrap_or_default()
        })
    }

    fn event_sentence(self) -> Option<String> {
        let selected = self.selected.get()?;
        let files = self.files();
        self.store.with(|recording| {
            let trace = recording.trace();
            (selected < trace.events.len())
                .then(|| Narrator::new(trace).files(&files).sentence(selected))
        })
    }

    fn step_sentence(self) -> String {
        let Some((waiting, failed)) =
            self.with_steps(|steps| (steps.is_waiting(), steps.failure().is_some()))
        else {
            return String::new();
        };
        if failed {
            return String::new();
        }
        self.event_sentence().unwrap_or_else(|| {
            if waiting {
                "Preparing the program…".into()
            } else {
                "Nothing has happened yet. Choose the task that takes the first step.".into()
            }
        })
    }

    /// The program's id.
    pub(super) fn hash(self) -> ProgramHash {
        self.program.with_untracked(Program::hash)
    }
}
