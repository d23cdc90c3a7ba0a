//! The events of one task as points.

use heddle_trace::{OpKind, What};

use crate::mask::{Mask, MaskTree};

/// Events of one task, in order, each with its category.
#[derive(Debug, Clone, Default)]
pub(crate) struct Points {
    pub(crate) event: Vec<u32>,
    pub(crate) masks: MaskTree,
}

impl Points {
    pub(crate) fn push(&mut self, event: u32, category: Mask) {
        self.event.push(event);
        self.masks.push(category);
    }
}

/// The category of an event, for its mark.
pub(crate) fn category(what: &What) -> Mask {
    match what {
        What::Op { op, .. } => op_category(op.kind),
        What::Wait { .. } => Mask::NONE,
        What::Uncaught { .. } | What::Uncontrolled { .. } => Mask::OTHER,
    }
}

fn op_category(kind: OpKind) -> Mask {
    match kind {
        OpKind::TaskBegin
        | OpKind::TaskEnd
        | OpKind::Start
        | OpKind::Join
        | OpKind::ProcessExit => Mask::LIFE,
        OpKind::Read => Mask::READ,
        OpKind::Write => Mask::WRITE,
        OpKind::Output => Mask::OUTPUT,
        OpKind::Sleep | OpKind::ClockRead | OpKind::External => Mask::OTHER,
        _ => Mask::SYNC,
    }
}
