//! A user for each jail of a runner that is root.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The first of them, and how many: a range that neither Debian nor systemd hands out.
const FIRST: u32 = 60_600;
const COUNT: u32 = 500;

static TAKEN: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// A uid, and the gid of the same number, that no other jail of this runner has at the time. Two
/// runners on one machine may share one: their jails do not see each other's processes or files.
#[derive(Debug)]
pub(crate) struct UserId(u32);

impl UserId {
    /// None when all are taken.
    pub(crate) fn take() -> Option<UserId> {
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        // Runners start at different places, so that sharing stays rare.
        let start = std::process::id() % COUNT;
        let id = (0..COUNT)
            .map(|n| FIRST + (start + n) % COUNT)
            .find(|id| taken.insert(*id))?;
        Some(UserId(id))
    }

    pub(crate) fn number(&self) -> u32 {
        self.0
    }
}

impl Drop for UserId {
    fn drop(&mut self) {
        TAKEN
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_jails_never_have_the_same_user() {
        let (one, two) = (UserId::take().unwrap(), UserId::take().unwrap());
        assert_ne!(one.number(), two.number());
    }
}
