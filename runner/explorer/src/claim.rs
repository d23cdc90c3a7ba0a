//! What an exploration may claim, and in which words.
//!
//! Never more than was shown: "proved" needs a complete search in which nothing was missed, and a
//! search that was cut is never a pass, unless the one who asked said beforehand that less is
//! enough ([`Accept`]).

use heddle_trace::protocol::Accept;
use heddle_trace::{Claim, Verdict};

use crate::Coverage;

/// What was seen.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) coverage: Coverage,
    /// Executions that came to an end of their own.
    pub(crate) complete: u64,
    /// Executions, those that were cut short among them.
    pub(crate) executions: u64,
    pub(crate) behaviours: u64,
    pub(crate) drawn: Drawn,
    pub(crate) refuted: bool,
    /// Why nothing can be proved, whatever the coverage.
    pub(crate) obstacle: Option<String>,
    /// Why not everything was covered.
    pub(crate) reason: Option<String>,
}

/// What the executions that were drawn independently of each other showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawn {
    /// Those that came to an end of their own.
    pub(crate) executions: u64,
    /// Behaviours that came once among them.
    pub(crate) once: u64,
    /// All interleavings had the same chance.
    pub(crate) uniform: bool,
}

impl Seen {
    pub(crate) fn claim(&self) -> Claim {
        let behaviours = self.behaviours;
        match (self.coverage, &self.obstacle) {
            _ if self.refuted => Claim::Refuted,
            _ if self.complete == 0 => Claim::Nothing {
                reason: match self.obstacle.as_ref().or(self.reason.as_ref()) {
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

    /// Good and Turing: the chance that the next execution drawn shows something new is about the
    /// share of those whose behaviour came once (Good, *The population frequencies of species*,
    /// 1953).
    fn new_per_million(&self) -> u32 {
        let Drawn {
            executions, once, ..
        } = self.drawn;
        let share = once.saturating_mul(1_000_000) / executions.max(1);
        match executions {
            0 => 1_000_000,
            _ => u32::try_from(share.min(1_000_000)).unwrap_or(1_000_000),
        }
    }

    /// The claim as one sentence (or two: why it is not finished).
    pub(crate) fn text(&self, claim: &Claim, verdict: Verdict) -> String {
        let reason = match (verdict, self.obstacle.as_ref().or(self.reason.as_ref())) {
            (Verdict::Unfinished, Some(reason)) => format!(" Not finished: {reason}."),
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
                 were not all tried.{reason}",
                counted(u64::from(*preemptions), "forced switch"),
                counted(*behaviours, "behaviour")
            ),
            Claim::Sampled {
                executions,
                behaviours,
                new_per_million,
            } => {
                let executions = counted(*executions, "execution");
                let behaviours = counted(*behaviours, "different behaviour");
                let chance = self.chance(*new_per_million);
                format!("No failure in {executions}, which showed {behaviours}{chance}.{reason}")
            }
            Claim::Nothing { reason } => format!("Nothing can be said: {reason}."),
        }
    }

    /// What the drawn executions say about the others. Nothing when there are too few of them to
    /// say anything (the systematic search needs none).
    fn chance(&self, new_per_million: u32) -> String {
        let Drawn {
            executions,
            uniform,
            ..
        } = self.drawn;
        if executions == 0 {
            return String::new();
        }
        let percent = f64::from(new_per_million) / 10_000.0;
        let who = match self.coverage {
            Coverage::Sampled => "the next one",
            _ => "the next one drawn at random",
        };
        let mut text = format!("; {who} shows a new one with a chance of about {percent:.1} %");
        if uniform {
            // The rule of three: (1 - p)^n = 5 % at about p = 3/n.
            let percent = 300.0 / executions as f64;
            text += &format!(
                "; all interleavings had the same chance, so fewer than {percent:.2} % of them \
                 fail (with 95 % confidence)"
            );
        }
        text
    }

    pub(crate) fn verdict(&self, claim: &Claim, accept: Accept) -> Verdict {
        let enough = match (claim, accept) {
            (Claim::Refuted, _) => return Verdict::Fail,
            (Claim::Nothing { .. }, _) => false,
            (Claim::Proved { .. }, _) => true,
            (Claim::ProvedUpTo { preemptions, .. }, Accept::Bound(enough)) => {
                *preemptions >= enough
            }
            (Claim::ProvedUpTo { .. } | Claim::Sampled { .. }, Accept::Samples(enough)) => {
                self.complete >= enough
            }
            (Claim::ProvedUpTo { .. } | Claim::Sampled { .. }, _) => false,
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
