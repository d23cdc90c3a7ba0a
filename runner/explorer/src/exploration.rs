//! One exploration from its first execution to its report.

use std::collections::{BTreeSet, HashMap, VecDeque};

use heddle_trace::protocol::{self, Accept, ExploreOptions};
use heddle_trace::{ExploreReport, FailingExecution, Finding, Granularity, Timeouts, Trace};

use crate::claim::{Drawn, Seen};
use crate::obstacles::Obstacles;
use crate::strategy::is_drawn;
use crate::uniform::Uniform;
use crate::{
    BehaviourId, BoundedDpor, Coverage, DepthFirst, Dpor, Executed, Plain, Portfolio, Proposal,
    Queue, Sampler, Sampling, Strategy,
};

/// Executions that are proposed together. The same on every machine, or results would depend on how
/// many cores there are.
const BATCH: usize = 8;

/// Proposes executions, counts what they show, and makes the report.
///
/// Executions are proposed in batches. Those of one batch may be run in any order and at the same
/// time, but they are recorded in the order in which they were proposed. After the first failure
/// the rest of its batch does not count (unless the options say to keep going). So the report
/// depends on the options and the program alone.
pub struct Exploration {
    options: ExploreOptions,
    strategy: Box<dyn Strategy + Send>,
    batch: VecDeque<Proposal>,
    under_way: usize,
    proposed: u64,
    executions: u64,
    complete: u64,
    failures: u64,
    behaviours: BTreeSet<BehaviourId>,
    /// How often each behaviour came among the executions that were drawn.
    drawn: HashMap<BehaviourId, u64>,
    uniform: Uniform,
    failure: Option<FailingExecution>,
    failed_at: Option<u64>,
    obstacles: Obstacles,
    /// Why it ended before the search did.
    stopped: Option<String>,
    interpreter: Option<String>,
}

impl Exploration {
    /// The search that the options ask for.
    pub fn new(options: ExploreOptions) -> Self {
        Exploration {
            strategy: strategy(&options),
            options,
            batch: VecDeque::new(),
            under_way: 0,
            proposed: 0,
            executions: 0,
            complete: 0,
            failures: 0,
            behaviours: BTreeSet::new(),
            drawn: HashMap::new(),
            uniform: Uniform::default(),
            failure: None,
            failed_at: None,
            obstacles: Obstacles::default(),
            stopped: None,
            interpreter: None,
        }
    }

    /// The next executions to run, to the end, each with its proposal's prefix and policy. Empty
    /// when there are none, a failure was found and the options do not say to keep going, or what
    /// has been seen is enough. All executions of the batch before must have been recorded.
    pub fn propose_batch(&mut self) -> Vec<Proposal> {
        self.fill();
        self.under_way += self.batch.len();
        self.batch.drain(..).collect()
    }

    /// As [`Exploration::propose_batch`], one by one: the result is the same.
    pub fn propose(&mut self) -> Option<Proposal> {
        self.fill();
        let proposal = self.batch.pop_front()?;
        self.under_way += 1;
        Some(proposal)
    }

    fn fill(&mut self) {
        if self.is_decided() {
            self.batch.clear();
        } else if self.batch.is_empty() && self.under_way == 0 && !self.is_enough() {
            let left = self.options.max_executions.saturating_sub(self.proposed);
            let most = usize::try_from(left).map_or(BATCH, |left| left.min(BATCH));
            let strategy = &mut self.strategy;
            let next = std::iter::from_fn(|| strategy.next());
            self.batch.extend(next.take(most));
            self.proposed += self.batch.len() as u64;
        }
    }

    fn is_decided(&self) -> bool {
        self.failure.is_some() && !self.options.keep_going
    }

    /// Whether as much has been seen as was said to be enough.
    fn is_enough(&self) -> bool {
        match self.options.accept {
            Accept::Proof => false,
            Accept::Bound(enough) => self.bound().is_some_and(|bound| bound >= enough),
            Accept::Samples(enough) => self.complete >= enough,
        }
    }

    /// The proposed execution did that. `failed`: it fails, and a replay has confirmed it. The
    /// behaviour that it showed, if it showed one and counts.
    pub fn record(
        &mut self,
        proposal: &Proposal,
        trace: &Trace,
        failed: Option<FailingExecution>,
    ) -> Option<BehaviourId> {
        self.under_way = self.under_way.saturating_sub(1);
        if self.is_decided() {
            return None;
        }
        let executed = Executed::new(trace);
        self.executions += 1;
        if !self.strategy.foresaw(proposal, &executed) && !executed.follows(&proposal.prefix) {
            self.forbid_proof(
                "the program is not deterministic: the same schedule did not lead to the same \
                 steps again",
            );
        }
        self.strategy.record(proposal, &executed);
        self.obstacles.look_at(&executed);
        let shown = executed
            .is_complete()
            .then(|| self.count(proposal, &executed));
        if failed.is_some() {
            self.failures += 1;
            self.failed_at.get_or_insert(self.executions);
        }
        if self.failure.is_none() {
            self.failure = failed;
        }
        shown
    }

    fn count(&mut self, proposal: &Proposal, executed: &Executed<'_>) -> BehaviourId {
        self.complete += 1;
        let behaviour = BehaviourId::of(executed);
        self.behaviours.insert(behaviour);
        self.uniform.look_at(proposal, executed);
        if is_drawn(proposal) {
            *self.drawn.entry(behaviour).or_default() += 1;
        }
        behaviour
    }

    /// Something that the search cannot see past, such as a failure that a replay did not confirm.
    /// Given as the end of the sentence "Not finished: …".
    pub fn forbid_proof(&mut self, reason: impl Into<String>) {
        self.obstacles.forbid_proof(reason.into());
    }

    /// The search ends here, before it is complete, for this reason. What it has covered so far
    /// stays covered.
    pub fn stop(&mut self, reason: impl Into<String>) {
        self.stopped.get_or_insert(reason.into());
    }

    /// Who executes: in granularity `gil` a claim is about this interpreter.
    pub fn set_interpreter(&mut self, name: &str) {
        self.interpreter = Some(name.to_owned());
    }

    /// Something that the reader of the claim must know, though the claim holds.
    pub fn note(&mut self, note: impl Into<String>) {
        self.obstacles.note(note.into());
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

    /// What is known to be still to run, with the steps of at most `most` executions.
    pub fn queue(&self, most: usize) -> Queue {
        self.strategy.queue(most)
    }

    /// The number of forced switches up to which every execution has been covered.
    pub fn bound(&self) -> Option<u32> {
        self.strategy.bound()
    }

    /// The report. `findings` are those of all executions, each once.
    pub fn report(mut self, findings: Vec<Finding>, wall_ms: u64) -> ExploreReport {
        let coverage = self.strategy.coverage();
        let reason = self.why_not_complete(coverage);
        let terms = self.terms();
        let (obstacles, notes) = self.obstacles.into_parts();
        let seen = Seen {
            coverage,
            complete: self.complete,
            executions: self.executions,
            behaviours: self.behaviours.len() as u64,
            drawn: Drawn {
                executions: self.drawn.values().sum(),
                once: self.drawn.values().filter(|times| **times == 1).count() as u64,
                uniform: self.uniform.holds(&self.options),
            },
            refuted: self.failure.is_some(),
            obstacle: obstacles.first().cloned(),
            reason: reason.clone(),
        };
        let claim = seen.claim();
        let verdict = seen.verdict(&claim, self.options.accept);
        let weakened = obstacles.into_iter().chain(reason).chain(notes);
        ExploreReport {
            verdict,
            claim_text: seen.text(&claim, verdict) + &terms,
            claim,
            executions: self.executions,
            behaviours: seen.behaviours,
            complete: coverage == Coverage::Complete && seen.obstacle.is_none(),
            findings,
            // The caller knows when it saw them.
            sightings: Vec::new(),
            failure: self.failure,
            failed_at: self.failed_at,
            weakened_by: weakened.collect(),
            wall_ms,
            minimise_ms: 0,
        }
    }

    /// What a claim is about, where it is less, or other, than the default.
    fn terms(&self) -> String {
        let mut terms = String::new();
        if self.options.granularity == Granularity::Gil {
            let name = self.interpreter.as_deref().unwrap_or("CPython");
            terms += &format!(" Tasks were switched as {name} with its GIL switches.");
        }
        if self.options.timeouts == Timeouts::Any {
            terms += " Timeouts fired at any moment.";
        }
        terms
    }

    /// Why not everything was covered.
    fn why_not_complete(&mut self, coverage: Coverage) -> Option<String> {
        if coverage == Coverage::Complete || self.failure.is_some() {
            return None;
        }
        let most = self.options.max_executions;
        let reason = match (self.stopped.take(), self.options.strategy, coverage) {
            (Some(reason), ..) => reason,
            (_, protocol::Strategy::NonPreemptive, _) => {
                "only one execution without forced switches was asked for".into()
            }
            (_, protocol::Strategy::RoundRobin, _) => {
                "only one execution in turn was asked for".into()
            }
            (_, _, Coverage::Sampled) => {
                "executions were drawn at random, so some may be missing".into()
            }
            _ if self.proposed >= most => format!("the limit of {most} executions was reached"),
            (_, _, Coverage::UpTo(_)) => return None,
            _ => "the search ended before everything was tried".into(),
        };
        Some(reason)
    }
}

fn strategy(options: &ExploreOptions) -> Box<dyn Strategy + Send> {
    use protocol::Strategy as Wanted;
    let sampling = |sampler| Box::new(Sampling::new(&[sampler], options.seed));
    match (options.strategy, options.preemptions) {
        (Wanted::Auto, Some(most)) => Box::new(Portfolio::up_to(most)),
        (Wanted::Auto, None) => match options.accept {
            Accept::Bound(enough) => Box::new(Portfolio::first_up_to(enough, options.seed)),
            Accept::Proof | Accept::Samples(_) => Box::new(Portfolio::new(options.seed)),
        },
        (Wanted::NonPreemptive, _) => Box::new(Plain::non_preemptive()),
        (Wanted::RoundRobin, _) => Box::new(Plain::round_robin()),
        (Wanted::Random, _) => sampling(Sampler::Random),
        (Wanted::Pct, _) => sampling(Sampler::Pct),
        (Wanted::Pos, _) => sampling(Sampler::Pos),
        (Wanted::Urw, _) => sampling(Sampler::Urw),
        (Wanted::Dfs, None) => Box::new(DepthFirst::new()),
        (Wanted::Dfs, Some(most)) => Box::new(DepthFirst::bounded(most)),
        (Wanted::Dpor, None) => Box::new(Dpor::new()),
        (Wanted::Dpor, Some(most)) => Box::new(BoundedDpor::new(most)),
    }
}
