//! What is known only when the program has ended: last waits, and what went wrong.

use heddle_trace::{Finding, FindingKind, Outcome, TaskId};

use super::{Flag, FlagKind, Recording, last_event};
use crate::task_lane::TaskLane;

impl Recording {
    pub(super) fn end(&mut self, outcome: Outcome, findings: Vec<Finding>) {
        for pending in std::mem::take(&mut self.trace.pending) {
            let lane = usize::from(pending.task.0);
            if lane < self.lanes.len() {
                let object = self.lane_for_wait(pending.task, &pending.op);
                self.lanes[lane].pend(pending.enabled, object);
            }
            self.trace.pending.push(pending);
        }
        self.flag_outcome(&outcome);
        for finding in &findings {
            self.flag_finding(&finding.what);
        }
        self.trace.outcome = outcome;
        self.findings = findings;
        self.finished = true;
    }

    fn flag_outcome(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Deadlock { waiting, cycle } => {
                let stuck: Vec<TaskId> = if cycle.is_empty() {
                    waiting.iter().map(|w| w.task).collect()
                } else {
                    cycle.clone()
                };
                for task in stuck {
                    if let Some(lane) = self.lanes.get_mut(usize::from(task.0)) {
                        lane.stick();
                    }
                    self.flag_at_end(task);
                }
            }
            Outcome::Livelock { tasks } => tasks.iter().for_each(|t| self.flag_at_end(*t)),
            Outcome::Failed { task, .. } => {
                let lane = self.lanes.get(usize::from(task.0));
                let known = |l: &TaskLane| l.flags.iter().any(|f| f.kind == FlagKind::Exception);
                if let Some(event) = lane.filter(|l| !known(l)).and_then(last_event) {
                    self.flag(event, *task, FlagKind::Exception);
                }
            }
            _ => {}
        }
    }

    fn flag_finding(&mut self, finding: &FindingKind) {
        match finding {
            FindingKind::Race { .. }
            | FindingKind::LostUpdate { .. }
            | FindingKind::CheckThenAct { .. }
            | FindingKind::WrongLock { .. } => self.flag_sites(finding, FlagKind::Race),
            FindingKind::LockOrder { .. }
            | FindingKind::LostWakeup { .. }
            | FindingKind::NotifyWithoutWaiter { .. }
            | FindingKind::Unjoined { .. } => self.flag_sites(finding, FlagKind::Lock),
            FindingKind::HeldAtExit { task, .. } => {
                let lane = self.lanes.get(usize::from(task.0));
                if let Some(event) = lane.and_then(last_event) {
                    self.flag(event, *task, FlagKind::Lock);
                }
            }
            // The outcome has them.
            FindingKind::Deadlock { .. }
            | FindingKind::Exception { .. }
            | FindingKind::Livelock { .. } => {}
        }
    }

    fn flag_sites(&mut self, finding: &FindingKind, kind: FlagKind) {
        for site in finding.sites() {
            self.flag(site.event, site.task, kind);
        }
    }

    /// Flags an event of a task, once for each kind. Events that there are not are left out.
    pub(super) fn flag(&mut self, event: u32, task: TaskId, kind: FlagKind) {
        let Some(column) = self.columns.get(event as usize).copied() else {
            return;
        };
        let flag = Flag {
            event,
            column,
            kind,
        };
        if let Some(lane) = self.lanes.get_mut(usize::from(task.0))
            && !lane.flags.contains(&flag)
        {
            lane.flag(flag);
        }
    }

    fn flag_at_end(&mut self, task: TaskId) {
        let flag = Flag {
            event: self.columns.len().saturating_sub(1) as u32,
            column: self.columns() as u32,
            kind: FlagKind::Stuck,
        };
        if let Some(lane) = self.lanes.get_mut(usize::from(task.0)) {
            lane.flag(flag);
        }
    }
}
