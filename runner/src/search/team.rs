//! Executors side by side, each with a jail of its own.
//!
//! What a batch shows does not depend on how many there are: batches have a fixed width, and what
//! came out is looked at in the order of the proposals.

use std::time::{Duration, Instant};

use heddle_analysis::{Source, analyse_with};
use heddle_explorer::Proposal;
use heddle_trace::{Finding, Outcome, TaskId, Trace};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::executor::{Executor, Terms, Zygotes};
use crate::execution::Execution;
use crate::zygote::{Zygote, ZygoteError};

/// A search that lasts no longer is over before another jail would be of use.
const ALONE: Duration = Duration::from_millis(200);

/// The executors of one search.
pub(super) struct Team<'a> {
    zygotes: &'a dyn Zygotes,
    terms: Terms<'a>,
    source: &'a Source,
    executors: Vec<Executor<'a>>,
    /// Threads for more than one executor; `None` until then.
    threads: Option<ThreadPool>,
    started: Instant,
}

/// An execution and what is wrong with it.
pub(super) struct Seen {
    pub(super) trace: Trace,
    pub(super) findings: Vec<Finding>,
    /// The first task that was passed over because it only repeated its reads, after so many steps.
    pub(super) passed_over: Option<(usize, TaskId)>,
}

/// What became of a proposal.
pub(super) enum Done {
    /// It was executed.
    Seen(Box<Seen>),
    /// It differed from its twin: no execution so far is to be trusted.
    NotAlike,
    /// The time was up before.
    Late,
}

impl<'a> Team<'a> {
    /// A team of one, which grows when the search takes long.
    pub(super) fn new(
        zygotes: &'a dyn Zygotes,
        zygote: Zygote,
        terms: Terms<'a>,
        source: &'a Source,
    ) -> Self {
        Team {
            zygotes,
            terms,
            source,
            executors: vec![Executor::new(zygotes, zygote, terms)],
            threads: None,
            started: Instant::now(),
        }
    }

    /// From here on every execution is forked.
    pub(super) fn fork_all(&mut self) {
        self.terms.goes_round = false;
        self.executors.iter_mut().for_each(Executor::fork_all);
    }

    /// The executor for single executions.
    pub(super) fn first(&mut self) -> &mut Executor<'a> {
        &mut self.executors[0]
    }

    /// Executes and analyses a batch, in the order of its proposals, until the deadline.
    pub(super) fn execute(
        &mut self,
        batch: &[Proposal],
        deadline: Instant,
    ) -> Result<Vec<Done>, ZygoteError> {
        if batch.len() > 1 {
            self.grow()?;
        }
        let (source, members) = (self.source, self.executors.len());
        let work = |(number, executor): (usize, &mut Executor<'a>)| {
            let mine = batch.iter().skip(number).step_by(members);
            mine.map(|proposal| execute(executor, proposal, source, deadline))
                .collect::<Result<Vec<Done>, ZygoteError>>()
        };
        let shares: Vec<_> = match &self.threads {
            None => self.executors.iter_mut().enumerate().map(work).collect(),
            Some(threads) => threads.install(|| {
                self.executors
                    .par_iter_mut()
                    .enumerate()
                    .map(work)
                    .collect()
            }),
        };
        let shares: Vec<Vec<Done>> = shares.into_iter().collect::<Result<_, _>>()?;
        Ok(in_turn(shares.into_iter().map(Vec::into_iter).collect()))
    }

    /// One executor for each core, when the search has lasted long enough.
    fn grow(&mut self) -> Result<(), ZygoteError> {
        if self.threads.is_some() || self.started.elapsed() < ALONE {
            return Ok(());
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let Ok(threads) = ThreadPoolBuilder::new().num_threads(cores).build() else {
            return Ok(()); // It goes on alone.
        };
        while self.executors.len() < cores {
            let zygote = self.zygotes.fresh()?;
            let executor = Executor::new(self.zygotes, zygote, self.terms);
            self.executors.push(executor);
        }
        self.threads = Some(threads);
        Ok(())
    }
}

fn execute(
    executor: &mut Executor<'_>,
    proposal: &Proposal,
    source: &Source,
    deadline: Instant,
) -> Result<Done, ZygoteError> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Ok(Done::Late);
    }
    let next = executor.next(&proposal.prefix, proposal.policy, left)?;
    let Some(Execution {
        trace, passed_over, ..
    }) = next
    else {
        return Ok(Done::NotAlike);
    };
    // A redundant execution shows nothing that another one does not.
    let findings = match trace.outcome {
        Outcome::Stopped => Vec::new(),
        _ => analyse_with(&trace, source),
    };
    Ok(Done::Seen(Box::new(Seen {
        trace,
        findings,
        passed_over,
    })))
}

/// One of each share in turn, until all are used up.
fn in_turn<T>(mut shares: Vec<std::vec::IntoIter<T>>) -> Vec<T> {
    let mut all = Vec::new();
    loop {
        let before = all.len();
        all.extend(shares.iter_mut().filter_map(Iterator::next));
        if all.len() == before {
            return all;
        }
    }
}
