//! What an exploration may claim, and in which words.
//!
//! Never more than was shown: "proved" needs a complete search in which nothing was missed, and a
//! search that was cut is never a pass, unless the one who asked said beforehand that less is
//! enough ([`Accept`]).

use heddle_trace::{Claim, Verdict};

use crate::Coverage;

/// What is enough for a pass, said beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Accept {
    /// A proof.
    #[default]
    Proof,
    /// Every execution with at most so many forced switches.
    UpTo(u32),
    /// So many executions.
    Samples(u64),
}

/// What was seen.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) coverage: Coverage,
    /// Executions that came to an end of their own.
    pub(crate) complete: u64,
    /// Executions, those that were cut short among them.
    pub(crate) executions: u64,
    pub(crate) behaviours: u64,
    /// Behaviours that were seen once.
    pub(crate) once: u64,
    pub(crate) refuted: bool,
    /// Why nothing can be proved, whatever the coverage.
    pub(crate) obstacle: Option<String>,
}

impl Seen {
    pub(crate) fn claim(&self) -> Claim {
        let behaviours = self.behaviours;
        match (self.coverage, &self.obstacle) {
            _ if self.refuted => Claim::Refuted,
            _ if self.complete == 0 => Claim::Nothing {
                reason: match &self.obstacle {
                    Some(obstacle) => obstacle.clone(),
                    None => "no execution came to an end".into(),
                },
            },
            (Coverage::Complete, None) => Claim::Proved { behaviours },
            (Coverage::UpTo(preemptions), None) => Claim::ProvedUpTo {
                preemptions,
                behaviours,
            },
            (Coverage::Sampled | Coverage::Partial, _) | (_, Some(_)) => Claim::Sampled {
                executions: self.complete,
                behaviours,
                new_per_million: self.new_per_million(),
            },
        }
    }

    /// Good and Turing: the chance that the next execution shows something new is about the share
    /// of executions whose behaviour was seen once (Good, *The population frequencies of species*,
    /// 1953).
    fn new_per_million(&self) -> u32 {
        let share = self.once.saturating_mul(1_000_000) / self.complete.max(1);
        u32::try_from(share.min(1_000_000)).unwrap_or(1_000_000)
    }

    /// The claim as one sentence (or two: why it is not finished).
    pub(crate) fn text(&self, claim: &Claim, verdict: Verdict) -> String {
        let reason = match (verdict, &self.obstacle) {
            (Verdict::Unfinished, Some(obstacle)) => format!(" Not finished: {obstacle}."),
            _ => String::new(),
        };
        match claim {
            Claim::Refuted => format!(
                "A failing execution was found among {}; a replay of its schedule fails in the \
                 same way.",
                counted(self.executions, "execution")
            ),
            Claim::Proved { behaviours: 1 } => {
                "Proved: the program has only one behaviour, and it does not fail.".into()
            }
            Claim::Proved { behaviours } => {
                format!("Proved: none of the {behaviours} different behaviours fails.")
            }
            Claim::ProvedUpTo {
                preemptions,
                behaviours,
            } => format!(
                "Proved for at most {}: none of {} fails. Executions with more forced switches \
                 were not tried.",
                counted(u64::from(*preemptions), "forced switch"),
                counted(*behaviours, "behaviour")
            ),
            Claim::Sampled {
                executions,
                behaviours,
                new_per_million,
            } => {
                let chance = match self.coverage {
                    Coverage::Sampled => {
                        let percent = f64::from(*new_per_million) / 10_000.0;
                        format!(
                            "; the next one shows a new one with a chance of about {percent:.1} %"
                        )
                    }
                    _ => String::new(),
                };
                let executions = counted(*executions, "execution");
                let behaviours = counted(*behaviours, "different behaviour");
                format!("No failure in {executions}, which showed {behaviours}{chance}.{reason}")
            }
            Claim::Nothing { reason } => format!("Nothing can be said: {reason}."),
        }
    }

    pub(crate) fn verdict(&self, claim: &Claim, accept: Accept) -> Verdict {
        let enough = match (claim, accept) {
            (Claim::Refuted, _) => return Verdict::Fail,
            (Claim::Proved { .. }, _) => true,
            (Claim::ProvedUpTo { preemptions, .. }, Accept::UpTo(enough)) => *preemptions >= enough,
            (Claim::Sampled { executions, .. }, Accept::Samples(enough)) => *executions >= enough,
            _ => false,
        };
        match enough {
            true => Verdict::Pass,
            false => Verdict::Unfinished,
        }
    }
}

fn counted(number: u64, what: &str) -> String {
    let plural = match (number, what.ends_with('h')) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{number} {what}{plural}")
}
