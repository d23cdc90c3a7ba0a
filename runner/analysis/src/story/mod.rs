//! A finding as a story: one sentence for each step that matters, in the order in which they
//! happened, and what each task waits for in the end.
//!
//! An execution has hundreds of steps; a finding has two to six. Which ones they are follows from its
//! evidence: the accesses themselves, the steps that took the locks it is about, the signal that was
//! lost. The words are those of the page (`heddle_trace::words`).

mod chapters;

use std::collections::BTreeSet;

use heddle_trace::words;
use heddle_trace::{
    Event, Finding, Location, Op, OpKind, OpResult, StoryStep, TaskId, Trace, What,
};

use crate::words::shortened;
use crate::{Holds, Source};
use chapters::Chapters;

/// Sentences of one story: more are no help to anybody.
const LONGEST: usize = 24;

/// The steps that matter for a finding of this trace.
pub fn story(trace: &Trace, source: &Source, finding: &Finding) -> Vec<StoryStep> {
    let Chapters { events, waits } = Chapters::of(trace, source, &finding.what);
    let teller = Teller { trace, source };
    let mut told = teller.events(&events);
    told.truncate(LONGEST);
    let waiting = waits.iter().filter_map(|task| teller.wait(*task));
    told.extend(waiting.take(LONGEST));
    told
}

struct Teller<'a> {
    trace: &'a Trace,
    source: &'a Source,
}

impl Teller<'_> {
    fn events(&self, wanted: &BTreeSet<usize>) -> Vec<StoryStep> {
        let mut holds = Holds::default();
        let mut steps = 0;
        let mut told = Vec::new();
        for (index, event) in self.trace.events.iter().enumerate() {
            if wanted.contains(&index)
                && let Some(sentence) = self.sentence(event, &holds)
            {
                told.push(StoryStep {
                    task: event.task,
                    event: u32::try_from(index).ok(),
                    step: event.op().is_some().then_some(steps),
                    location: event.location,
                    sentence,
                });
            }
            holds.step(index, event);
            steps += u32::from(event.op().is_some());
        }
        told
    }

    fn sentence(&self, event: &Event, holds: &Holds) -> Option<String> {
        let what = match &event.what {
            What::Op { op, result, .. } => self.step(event.task, op, *result, holds),
            What::Uncaught {
                exception, message, ..
            } => match message.as_str() {
                "" => format!("ends with an uncaught {}", shortened(exception)),
                text => format!(
                    "ends with an uncaught {}: {}",
                    shortened(exception),
                    shortened(text)
                ),
            },
            What::Wait { .. } | What::Uncontrolled { .. } => return None,
        };
        Some(self.with_place(event.task, &what, event.location))
    }

    fn step(&self, task: TaskId, op: &Op, result: OpResult, holds: &Holds) -> String {
        let intent = words::intent(self.trace, op);
        match (op.kind, result) {
            (_, OpResult::TimedOut) => {
                format!("{}, and its time is up", words::waiting(self.trace, op))
            }
            (_, OpResult::WouldBlock) => {
                let intent = intent.strip_prefix("try to ").unwrap_or(&intent);
                format!("tries in vain to {intent}")
            }
            (OpKind::TaskEnd, _) if !holds.of(task).is_empty() => {
                let kept: Vec<String> = (holds.of(task).iter())
                    .map(|lock| words::object(self.trace, *lock))
                    .collect();
                format!("ends and still holds {}", words::list(&kept))
            }
            _ => words::present(&intent),
        }
    }

    /// What a task waits for when nobody can go on, or would have done next.
    fn wait(&self, task: TaskId) -> Option<StoryStep> {
        let pending = self.trace.pending.iter().find(|p| p.task == task)?;
        let mut what = match pending.enabled {
            true => format!("is about to {}", words::intent(self.trace, &pending.op)),
            false => words::waiting(self.trace, &pending.op),
        };
        if let Some(holder) = self.holder_at_the_end(&pending.op) {
            what.push_str(&match holder == task {
                true => ", which it holds itself".into(),
                false => format!(", held by {}", words::task(self.trace, holder)),
            });
        }
        Some(StoryStep {
            task,
            event: None,
            step: None,
            location: pending.location,
            sentence: self.with_place(task, &what, pending.location),
        })
    }

    fn holder_at_the_end(&self, op: &Op) -> Option<TaskId> {
        let lock = match op.kind {
            OpKind::Acquire => op.object?,
            _ => return None,
        };
        holds_at_the_end(self.trace).holder(lock)
    }

    fn with_place(&self, task: TaskId, what: &str, location: Option<Location>) -> String {
        let who = words::task(self.trace, task);
        let place = location.map(|at| format!(" ({})", self.source.place(at)));
        clean(&format!("{who} {what}{}", place.unwrap_or_default()))
    }
}

fn holds_at_the_end(trace: &Trace) -> Holds {
    let mut holds = Holds::default();
    for (index, event) in trace.events.iter().enumerate() {
        holds.step(index, event);
    }
    holds
}

/// Names come from the program: no line breaks or other control characters in a sentence.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
