//! Places on the map in words: one sentence for each.

use heddle_trace::OutcomeKind;

use super::{Execution, Map, Spot};

/// Whether what is still to run will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// The search goes on.
    Running,
    /// It has ended.
    Ended,
}

/// How an execution ended, in a word or two.
pub const fn outcome_words(outcome: OutcomeKind) -> &'static str {
    match outcome {
        OutcomeKind::Finished => "finished",
        OutcomeKind::Failed => "exception",
        OutcomeKind::Exited => "exit code",
        OutcomeKind::Killed => "killed",
        OutcomeKind::Deadlock => "deadlock",
        OutcomeKind::Livelock => "livelock",
        OutcomeKind::Limit => "limit reached",
        OutcomeKind::Stopped | OutcomeKind::Cancelled => "stopped",
        OutcomeKind::Diverged => "not deterministic",
        OutcomeKind::Lost => "lost",
    }
}

/// A kind of finding, by its name on the wire, for people.
pub fn finding_words(name: &str) -> &str {
    match name {
        "race" => "data race",
        "lost_wakeup" => "lost wake-up",
        "lost_update" => "lost update",
        "check_then_act" => "check, then act",
        "wrong_lock" => "different locks",
        "lock_order" => "locks in both orders",
        "held_at_exit" => "lock never given back",
        "unjoined" => "cut off at the end",
        "notify_without_waiter" => "notify without a waiter",
        other => other,
    }
}

/// The end of an execution in two or three words: a failure that its outcome does not say is one of a
/// check; of what ended well, the finding that tells it from the others.
pub(super) fn end_words(one: &Execution) -> &str {
    match one.outcome {
        OutcomeKind::Finished if one.fails => "check fails",
        OutcomeKind::Finished => telling(&one.findings).unwrap_or("finished"),
        other => outcome_words(other),
    }
}

/// Races are nearly everywhere where there is one; what came of them says more.
fn telling(findings: &[String]) -> Option<&str> {
    let harm = |name: &&String| !matches!(name.as_str(), "race" | "lock_order" | "wrong_lock");
    let found = findings.iter().find(harm).or(findings.first());
    found.map(|name| finding_words(name))
}

impl Map {
    /// What a place on the map is.
    pub fn sentence(&self, spot: Spot, search: Search) -> String {
        match spot {
            Spot::Execution(number) => self
                .execution(number)
                .map_or_else(String::new, |one| self.of_execution(one)),
            Spot::Fork { execution, at } => self.of_fork(execution, at),
            Spot::Folded { execution, at } => self.of_folded(execution, at),
            Spot::Waiting { execution, at } => self.of_waiting(execution, at, search),
        }
    }

    /// How an execution differs from the one that it follows longest.
    pub fn difference(&self, one: &Execution) -> String {
        let before = one.from.and_then(|from| self.execution(from));
        let task = |one: &Execution| one.choices.get(one.shared).copied();
        let own = task(one).map(|task| self.name(task));
        let other = before.and_then(|other| other.choices.get(one.shared));
        let step = one.shared + 1;
        match (own, other) {
            (Some(own), Some(other)) if one.from.is_some() => {
                let other = self.name(*other);
                format!("{own} goes before {other} at step {step} and {}", one.does)
            }
            (Some(own), None) if one.from.is_some() => {
                format!("{own} goes on at step {step}")
            }
            _ => "the first one that was tried".into(),
        }
    }

    /// How an execution ended, with what was found in it.
    pub fn ending(&self, one: &Execution) -> String {
        let mut text = match (one.outcome, one.fails) {
            (OutcomeKind::Finished, true) => "a check fails",
            (OutcomeKind::Failed, _) => "uncaught exception",
            (other, _) => outcome_words(other),
        }
        .to_owned();
        let said = outcome_words(one.outcome);
        let others = one.findings.iter().map(|name| finding_words(name));
        let others: Vec<&str> = others.filter(|words| *words != said).collect();
        if !others.is_empty() {
            text.push_str(&format!(", with {}", others.join("; ")));
        }
        text
    }

    fn of_execution(&self, one: &Execution) -> String {
        let (difference, ending) = (self.difference(one), self.ending(one));
        let mut text = format!("Execution {}: {difference}; {ending}", one.number);
        match one.again {
            0 => {}
            1 => text.push_str("; 1 more execution shows the same"),
            again => text.push_str(&format!("; {again} more executions show the same")),
        }
        text.push('.');
        text
    }

    fn of_fork(&self, execution: u64, at: usize) -> String {
        let Some(node) = self.node((execution, at)) else {
            return format!("After {} of execution {execution}.", steps(at));
        };
        let node = self.tree.node(node);
        let way = |child: &usize| {
            let child = self.tree.node(*child);
            let task = self.executions[child.execution].choices.get(at);
            let name = task.map_or_else(|| "nobody".into(), |task| self.name(*task));
            format!("{name} goes next in {}", behaviours(child.behaviours))
        };
        let ways: Vec<String> = node.children.iter().map(way).collect();
        let failing = failing(node.failing);
        format!(
            "After {} executions part: {}{failing}.",
            steps(at),
            ways.join(", ")
        )
    }

    fn of_folded(&self, execution: u64, at: usize) -> String {
        let Some(node) = self.node((execution, at)) else {
            return String::new();
        };
        let node = self.tree.node(node);
        let failing = failing(node.failing);
        format!(
            "{} that part after {} are folded here{failing}; unfold them to see each.",
            behaviours(node.behaviours),
            steps(at)
        )
    }

    fn of_waiting(&self, execution: u64, at: usize, search: Search) -> String {
        let found =
            |stub: &&heddle_trace::MapStub| (stub.execution, stub.step as usize) == (execution, at);
        let count = self.stubs.iter().find(found).map_or(1, |stub| stub.count);
        let (what, verb) = match count {
            1 => ("1 execution".to_owned(), ("is", "was")),
            many => (format!("{many} executions"), ("are", "were")),
        };
        let rest = match search {
            Search::Running => format!("{} still to run", verb.0),
            Search::Ended => format!("{} not run: the search had ended before", verb.1),
        };
        format!(
            "{what} that would leave execution {execution} after {} {rest}.",
            steps(at)
        )
    }

    /// The whole map in a sentence.
    pub fn summary(&self, search: Search) -> String {
        let again: u64 = self.executions.iter().map(|one| one.again).sum();
        let mut text = behaviours(self.executions.len());
        text.push_str(&match self.failing() {
            0 => ", none fails".to_owned(),
            1 => ", 1 fails".to_owned(),
            many => format!(", {many} fail"),
        });
        let more = again + self.nothing_new;
        if more > 0 {
            text.push_str(&format!(". {} showed nothing new", executions(more)));
        }
        if self.left_out > 0 {
            let left_out = behaviours(usize::try_from(self.left_out).unwrap_or(usize::MAX));
            text.push_str(&format!(". {left_out} more are not on the map: it is full"));
        }
        if self.waiting > 0 {
            let waiting = executions(self.waiting);
            let is = if self.waiting == 1 { "is" } else { "are" };
            let was = if self.waiting == 1 { "was" } else { "were" };
            text.push_str(&match search {
                Search::Running => format!(". {waiting} {is} known to be still to run"),
                Search::Ended => format!(". {waiting} {was} not run: the search had ended"),
            });
        }
        text.push('.');
        text
    }
}

fn failing(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => "; 1 of them fails".into(),
        many => format!("; {many} of them fail"),
    }
}

fn steps(count: usize) -> String {
    match count {
        1 => "1 step".into(),
        many => format!("{many} steps"),
    }
}

fn behaviours(count: usize) -> String {
    match count {
        1 => "1 behaviour".into(),
        many => format!("{many} behaviours"),
    }
}

fn executions(count: u64) -> String {
    match count {
        1 => "1 execution".into(),
        many => format!("{many} executions"),
    }
}
