//! The last search of a workbench. Its map and its result outlive the stage: a learner who steps
//! through one of its executions finds both again.

use heddle_timeline::map::Search;
use heddle_trace::protocol::JobResult;
use heddle_trace::{ExploreReport, Granularity, Program, Schedule, TaskId};
use leptos::prelude::*;

use super::bench::{Bench, Same, Stage, StageKind};
use super::job::{Job, Kind};
use super::line::Line;
use super::story::Told;

/// A stage that begins above this part of the screen is seen.
const SEEN: f64 = 0.5;

/// A search that was on the stage.
#[derive(Debug, Clone)]
pub(crate) struct Searched {
    /// What was searched.
    program: Same<Program>,
    /// The job, once it has ended and something else is on the stage.
    job: Option<Job>,
}

impl Bench {
    /// A search of this program begins.
    pub(super) fn search_begins(self, program: &Same<Program>) {
        self.map.clear();
        self.searched.set(Some(Searched {
            program: program.clone(),
            job: None,
        }));
    }

    /// Something else comes on the stage: a search that has ended there is kept.
    pub(super) fn keep_search(self) {
        let ended = self.stage.with_untracked(|stage| match stage {
            Stage::Job(job) if job.kind != Kind::Run && !job.is_under_way() => Some(job.clone()),
            Stage::Empty | Stage::Job(_) | Stage::Steps(_) => None,
        });
        if ended.is_some() {
            self.searched.update(|searched| {
                if let Some(searched) = searched {
                    searched.job = ended;
                }
            });
        }
    }

    /// Whether the last search was one of the program on the stage.
    fn is_of_stage(self, searched: &Searched) -> bool {
        self.on_stage.with(|staged| {
            staged
                .as_ref()
                .is_some_and(|staged| *staged.0 == *searched.program.0)
        })
    }

    /// Whether the map is about what is on the stage.
    pub(crate) fn has_map(self) -> bool {
        let searches = match self.stage.with(Stage::kind) {
            StageKind::Job(kind) => kind != Kind::Run,
            StageKind::Steps => true,
            StageKind::Empty => false,
        };
        searches
            && self.map.with(|map| !map.is_empty())
            && self
                .searched
                .with(|searched| searched.as_ref().is_some_and(|one| self.is_of_stage(one)))
    }

    /// Whether the search on the map goes on.
    pub(crate) fn search_state(self) -> Search {
        match self.is_busy() {
            true => Search::Running,
            false => Search::Ended,
        }
    }

    /// The steps on show, for the map.
    pub(crate) fn steps_here(self) -> Option<Vec<TaskId>> {
        self.with_steps(|steps| steps.line().here().choices)
    }

    /// Opens an execution of the map after so many of its steps.
    pub(crate) fn open_execution(self, choices: Vec<TaskId>, at: usize) {
        if untrack(|| self.is_busy()) {
            self.say(
                "The search goes on. Stop it, or wait for its end, to replay an execution.".into(),
            );
            return;
        }
        let program = self
            .searched
            .with_untracked(|searched| searched.as_ref().map(|searched| searched.program.0.hash()));
        if let Some(program) = program {
            let schedule = Schedule::new(&program, Granularity::Language, choices);
            self.step_along(Line::new(schedule, Some(at)));
        }
    }

    /// Goes to a position of a line: on the one that is walked already, or on a new one.
    pub(crate) fn step_along(self, line: Line) {
        let same = self.with_steps_untracked(|steps| {
            steps.failure().is_none() && steps.line().whole() == line.whole()
        });
        if same == Some(true) && !untrack(|| self.is_stale()) {
            self.go_to_step(line.at(), false);
        } else {
            self.step(Some(line));
        }
        self.reveal_stage();
    }

    /// What the last search told about its failure, if it was one of the program on the stage.
    pub(crate) fn told_before(self) -> Option<Told> {
        self.searched.with(|searched| {
            let searched = searched.as_ref().filter(|one| self.is_of_stage(one))?;
            report(searched.job.as_ref()?.result()?).and_then(told)
        })
    }

    /// Whether there is a result to go back to.
    pub(crate) fn has_result_before(self) -> bool {
        self.searched.with(|searched| {
            searched
                .as_ref()
                .is_some_and(|one| one.job.is_some() && self.is_of_stage(one))
        })
    }

    /// Puts the last search's result on the stage again.
    pub(crate) fn back_to_result(self) {
        let Some(Searched {
            program,
            job: Some(job),
        }) = self.searched.get_untracked()
        else {
            return;
        };
        self.begin(Stage::Job(job));
        self.on_stage.set(Some(program));
        self.store.clear();
        self.link_changed();
        self.reveal_stage();
    }

    /// Brings the stage into view where it is not, as below a long program on a narrow screen.
    pub(crate) fn reveal_stage(self) {
        request_animation_frame(move || {
            let Some(stage) = self.stage_box.try_get_untracked().flatten() else {
                return;
            };
            let height = window().inner_height().ok();
            let height = height.and_then(|height| height.as_f64()).unwrap_or(0.0);
            let place = stage.get_bounding_client_rect();
            if place.bottom() < 0.0 || place.top() > height * SEEN {
                stage.scroll_into_view();
            }
        });
    }
}

/// The exploration behind a result.
fn report(result: &JobResult) -> Option<&ExploreReport> {
    match result {
        JobResult::Explored { report } => Some(report),
        JobResult::Judged { report } => report.explored.as_ref(),
        _ => None,
    }
}

/// What a report tells about its failure.
pub(super) fn told(report: &ExploreReport) -> Option<Told> {
    report.failure.as_ref().map(|failure| Told {
        schedule: failure.schedule.clone(),
        story: failure.story.clone(),
    })
}
