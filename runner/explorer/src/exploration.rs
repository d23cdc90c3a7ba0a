//! One exploration from its first execution to its report.

use std::collections::{BTreeSet, HashMap};

use heddle_trace::protocol::{self, ExploreOptions};
use heddle_trace::{
    ExploreReport, FailingExecution, Finding, Limit, OpResult, Outcome, Trace, What,
};

use crate::claim::Seen;
use crate::{
    Accept, BehaviourId, Coverage, DepthFirst, Executed, NonPreemptive, Proposal, Random, Strategy,
};

/// Proposes executions, counts what they show, and makes the report.
pub struct Exploration {
    options: ExploreOptions,
    accept: Accept,
    strategy: Box<dyn Strategy + Send>,
    proposed: u64,
    executions: u64,
    complete: u64,
    failures: u64,
    /// How often each behaviour was seen.
    behaviours: HashMap<BehaviourId, u64>,
    failure: Option<FailingExecution>,
    /// Why nothing can be proved, the first reason first.
    obstacles: Vec<String>,
    notes: BTreeSet<String>,
}

impl Exploration {
    /// The search that the options ask for.
    pub fn new(options: ExploreOptions) -> Self {
        let strategy: Box<dyn Strategy + Send> = match (options.strategy, options.preemptions) {
            (protocol::Strategy::NonPreemptive, _) => Box::new(NonPreemptive::default()),
            (protocol::Strategy::Random, _) => Box::new(Random::new(options.seed)),
            (protocol::Strategy::DepthFirst, None) => Box::new(DepthFirst::new()),
            (protocol::Strategy::DepthFirst, Some(most)) => Box::new(DepthFirst::bounded(most)),
        };
        Exploration {
            options,
            accept: Accept::default(),
            strategy,
            proposed: 0,
            executions: 0,
            complete: 0,
            failures: 0,
            behaviours: HashMap::new(),
            failure: None,
            obstacles: Vec::new(),
            notes: BTreeSet::new(),
        }
    }

    /// Takes less than a proof as a pass.
    #[must_use]
    pub fn accepting(mut self, accept: Accept) -> Self {
        self.accept = accept;
        self
    }

    /// The next execution to run, to the end, with the proposal's prefix and policy. `None` when
    /// there is none, or a failure was found and the options do not say to keep going; but see
    /// [`Strategy::next`] for executions that are still under way.
    pub fn propose(&mut self) -> Option<Proposal> {
        let failed = self.failure.is_some() && !self.options.keep_going;
        if failed || self.proposed >= self.options.max_executions {
            return None;
        }
        let proposal = self.strategy.next()?;
        self.proposed += 1;
        Some(proposal)
    }

    /// The proposed execution did that. `failed`: it fails, and a replay has confirmed it.
    pub fn record(&mut self, proposal: &Proposal, trace: &Trace, failed: Option<FailingExecution>) {
        let executed = Executed::new(trace);
        self.executions += 1;
        self.strategy.record(proposal, &executed);
        self.look_for_obstacles(proposal, &executed);
        if executed.is_complete() {
            self.complete += 1;
            let seen = self.behaviours.entry(BehaviourId::of(&executed));
            *seen.or_default() += 1;
        }
        if failed.is_some() {
            self.failures += 1;
        }
        if self.failure.is_none() {
            self.failure = failed;
        }
    }

    /// Something that the search cannot see past: it was stopped early, or a replay did not confirm
    /// a failure. Given as the end of the sentence "Not finished: …".
    pub fn forbid_proof(&mut self, reason: impl Into<String>) {
        let reason = reason.into();
        if !self.obstacles.contains(&reason) {
            self.obstacles.push(reason);
        }
    }

    /// Something that the reader of the claim must know, though the claim holds.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.insert(note.into());
    }

    /// Executions so far.
    pub fn executions(&self) -> u64 {
        self.executions
    }

    /// Behaviours so far.
    pub fn behaviours(&self) -> u64 {
        self.behaviours.len() as u64
    }

    /// Failing executions so far.
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// The report. `findings` are those of all executions, each once.
    pub fn report(mut self, findings: Vec<Finding>, wall_ms: u64) -> ExploreReport {
        let coverage = self.strategy.coverage();
        let open = matches!(coverage, Coverage::Partial | Coverage::Sampled);
        if open && self.failure.is_none() {
            self.explain_partial();
        }
        let seen = Seen {
            coverage,
            complete: self.complete,
            executions: self.executions,
            behaviours: self.behaviours(),
            once: self
                .behaviours
                .values()
                .filter(|times| **times == 1)
                .count() as u64,
            refuted: self.failure.is_some(),
            obstacle: self.obstacles.first().cloned(),
        };
        let claim = seen.claim();
        let verdict = seen.verdict(&claim, self.accept);
        ExploreReport {
            verdict,
            claim_text: seen.text(&claim, verdict),
            claim,
            executions: self.executions,
            behaviours: seen.behaviours,
            findings,
            failure: self.failure,
            weakened_by: self.obstacles.into_iter().chain(self.notes).collect(),
            wall_ms,
        }
    }

    fn explain_partial(&mut self) {
        let most = self.options.max_executions;
        match self.options.strategy {
            protocol::Strategy::NonPreemptive => {
                self.forbid_proof("only one execution without forced switches was asked for");
            }
            protocol::Strategy::Random => {
                self.forbid_proof("executions were drawn at random, so some may be missing");
            }
            protocol::Strategy::DepthFirst if self.proposed >= most => {
                self.forbid_proof(format!("the limit of {most} executions was reached"));
            }
            // The caller who stops early has said why.
            protocol::Strategy::DepthFirst if self.obstacles.is_empty() => {
                self.forbid_proof("the search ended before everything was tried");
            }
            protocol::Strategy::DepthFirst => {}
        }
    }

    fn look_for_obstacles(&mut self, proposal: &Proposal, executed: &Executed<'_>) {
        if !executed.follows(&proposal.prefix) {
            self.forbid_proof(
                "the program is not deterministic: the same schedule did not lead to the same \
                 steps again",
            );
        }
        match &executed.trace().outcome {
            Outcome::Limit { limit } => {
                self.forbid_proof(format!("an execution hit the limit of {}", words(*limit)));
            }
            Outcome::Lost { reason } => {
                self.forbid_proof(format!("an execution was lost ({reason})"));
            }
            Outcome::Cancelled => self.forbid_proof("it was cancelled"),
            _ => {}
        }
        let mut timeouts = false;
        for event in &executed.trace().events {
            match &event.what {
                What::Uncontrolled { call } => {
                    let call: String = call.chars().take(80).collect();
                    self.forbid_proof(format!("the program uses {call}, which is not controlled"));
                }
                What::Op { result, .. } => timeouts |= *result == OpResult::TimedOut,
                What::Wait { .. } | What::Uncaught { .. } => {}
            }
        }
        if timeouts {
            self.note("Timeouts fire only when nothing else can go on.");
        }
    }
}

fn words(limit: Limit) -> &'static str {
    match limit {
        Limit::Wall => "time",
        Limit::Cpu => "CPU time",
        Limit::Memory => "memory",
        Limit::Processes => "processes and threads",
        Limit::Output => "output",
        Limit::Events => "events",
    }
}
