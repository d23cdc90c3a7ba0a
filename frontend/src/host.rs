//! What the server runs on, and whether it answers.

use std::sync::Arc;
use std::time::Duration;

use heddle_api::Health;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::load::Load;

/// The time between two questions to a server that does not answer, or has no runner yet.
const AGAIN: Duration = Duration::from_secs(2);

/// What the server runs on; a context of the whole app.
#[derive(Clone, Copy)]
pub(crate) struct Host {
    health: RwSignal<Load<Health>>,
    /// Whether a question is under way or will be asked.
    asking: StoredValue<bool>,
}

impl Host {
    /// Asks now, and again whenever a request of the page found no server.
    pub(crate) fn watch() -> Host {
        let host = Host {
            health: RwSignal::new(Load::Waiting),
            asking: StoredValue::new(false),
        };
        Effect::new(move || {
            api::times_unreachable().track();
            host.ask();
        });
        host
    }

    /// Looks at the last answer.
    pub(crate) fn with<T>(self, look: impl FnOnce(&Load<Health>) -> T) -> T {
        self.health.with(look)
    }

    fn ask(self) {
        if !self.asking.get_value() {
            self.asking.set_value(true);
            spawn_local(self.ask_until_ready());
        }
    }

    async fn ask_until_ready(self) {
        let answer = api::get::<Health>("/healthz").await;
        let ready = matches!(&answer, Ok(health) if health.runner.is_some());
        self.health.set(match answer {
            Ok(health) => Load::Ready(Arc::new(health)),
            Err(failure) => Load::Failed(failure),
        });
        if ready {
            self.asking.set_value(false);
        } else {
            set_timeout(move || spawn_local(self.ask_until_ready()), AGAIN);
        }
    }
}
