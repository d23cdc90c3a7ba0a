//! What the calling thread is in the middle of: documented operations of the standard library,
//! inside which inner lock traffic is folded away.

use std::cell::RefCell;

use heddle_agent::event::{EventId, RawOp};

/// One documented operation in progress.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// What a wait inside of it is shown as.
    pub(crate) waits_as: RawOp,
    /// The lock that must be free, too, before a wait inside of it can end.
    pub(crate) needs: Option<u32>,
    /// It was let go because its timeout fired: waits inside of it end at once, in vain.
    pub(crate) timed_out: bool,
    /// Its event, as far as it has one.
    pub(crate) event: EventId,
    /// Free runs: its wait has been noted.
    pub(crate) wait_noted: bool,
}

thread_local! {
    static OPERATIONS: RefCell<Vec<Operation>> = const { RefCell::new(Vec::new()) };
}

/// The innermost operation in progress.
pub(crate) fn current() -> Option<Operation> {
    OPERATIONS.with_borrow(|stack| stack.last().copied())
}

/// Whether any documented operation is in progress.
pub(crate) fn is_folded() -> bool {
    OPERATIONS.with_borrow(|stack| !stack.is_empty())
}

pub(crate) fn push(operation: Operation) {
    OPERATIONS.with_borrow_mut(|stack| stack.push(operation));
}

pub(crate) fn pop() -> Option<Operation> {
    OPERATIONS.with_borrow_mut(Vec::pop)
}

/// Changes the innermost operation in progress.
pub(crate) fn update(change: impl FnOnce(&mut Operation)) {
    OPERATIONS.with_borrow_mut(|stack| {
        if let Some(operation) = stack.last_mut() {
            change(operation);
        }
    });
}

/// A forked child is in the middle of nothing.
pub(crate) fn clear() {
    OPERATIONS.with_borrow_mut(Vec::clear);
}
