//! Why a finding is wrong, and what usually mends it: one or two sentences for somebody who meets
//! the mistake for the first time.

use heddle_trace::{FindingKind, ObjectKind, Trace};

use crate::Words;

/// For one finding of this trace.
pub(crate) fn explanation(trace: &Trace, what: &FindingKind) -> String {
    let words = Words::new(trace);
    match what {
        FindingKind::Deadlock { cycle, .. } if cycle.len() == 1 => {
            "A task that waits for what it holds itself never gets on: an RLock may be taken again \
             by its owner, a Lock may not."
                .into()
        }
        FindingKind::Deadlock { cycle, .. } if cycle.is_empty() => {
            "Every wait needs somebody who will end it: see who should have released, put, set or \
             notified, and whether that can be skipped or come too early."
                .into()
        }
        FindingKind::Deadlock { .. } => {
            "Each of them keeps what the next one needs. Let all tasks take their locks in one \
             order, or do not hold a lock while waiting for another task."
                .into()
        }
        FindingKind::LostWakeup { object, .. } => match words.kind(*object) {
            Some(ObjectKind::Event) => "An event that is cleared again is missed by whoever comes \
                late: let only the task that has seen it clear it, or use one event for each round."
                .into(),
            _ => "A condition remembers no notification. Keep the news in a variable that is \
                changed under the condition's lock, and wait with `while not …: wait()`."
                .into(),
        },
        FindingKind::Race { .. } => {
            "Which of the two comes first is chance, and the result may depend on it. Hold the same \
             lock at both places, or order them by join, a queue or an event."
                .into()
        }
        FindingKind::LostUpdate { object, .. } => format!(
            "Reading, computing and writing are three steps, and another task can come in between. \
             Hold one lock from the read of {} to the write.",
            words.object(*object)
        ),
        FindingKind::CheckThenAct { object, .. } => format!(
            "What was true at the check need not be true any more when the task acts on it. Hold \
             one lock over both, or look at {} again under the lock.",
            words.object(*object)
        ),
        FindingKind::WrongLock { object, .. } => format!(
            "A lock keeps out only those who take the same lock. Choose one lock for {} and take it \
             wherever it is used.",
            words.object(*object)
        ),
        FindingKind::LockOrder { .. } => {
            "If each task takes its first lock before the other takes its second, both wait for \
             ever. Let all tasks take the locks in one order."
                .into()
        }
        FindingKind::Exception { .. } => {
            "Nobody caught the exception, so the task ended there. If it comes only in some orders \
             of steps, look at what the task relied on."
                .into()
        }
        FindingKind::Livelock { .. } => {
            "They are busy and get nowhere: what they look at will not change. Wait on a condition, \
             an event or a queue instead of looking again and again, and let somebody end the wait."
                .into()
        }
        FindingKind::HeldAtExit { object, .. } => format!(
            "Whoever wants {0} next waits for ever. `with {0}:` gives it back on every way out, an \
             exception among them.",
            words.object(*object)
        ),
        FindingKind::Unjoined { .. } => {
            "A daemon is cut off wherever it is when the program ends. Join it, or tell it to stop \
             and wait until it has, before the main thread ends."
                .into()
        }
        FindingKind::NotifyWithoutWaiter { .. } => {
            "A notification is gone if nobody waits yet, and the one who waits next does not know \
             of it. Let the waiter look at a variable first: `while not …: wait()`."
                .into()
        }
    }
}
