//! Warm fork servers, ready before anybody asks.

use std::sync::{Arc, Mutex, PoisonError};

use heddle_trace::Limits;

use crate::host::Host;
use crate::zygote::{Zygote, ZygoteError};

/// Keeps some fork servers warm. Each serves one job and is then thrown away: no program ever
/// meets what another one left.
#[derive(Clone)]
pub struct Pool {
    host: Arc<Host>,
    warm: Arc<Mutex<Vec<Zygote>>>,
    size: usize,
}

impl Pool {
    /// A pool that keeps `size` fork servers for the default limits.
    pub fn new(host: Host, size: usize) -> Self {
        let pool = Pool {
            host: Arc::new(host),
            warm: Arc::default(),
            size,
        };
        pool.refill();
        pool
    }

    /// The machine.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// A fork server that has served nobody.
    ///
    /// # Errors
    /// When none is warm and none can be started.
    pub fn take(&self, limits: Limits) -> Result<Zygote, ZygoteError> {
        let zygote = self.take_warm(&limits);
        self.refill();
        match zygote {
            Some(zygote) => Ok(zygote),
            None => Zygote::spawn(&self.host, limits),
        }
    }

    fn take_warm(&self, limits: &Limits) -> Option<Zygote> {
        let mut warm = self.warm.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = warm
            .iter()
            .position(|zygote| fits(zygote.limits(), limits))?;
        Some(warm.swap_remove(fitting))
    }

    fn refill(&self) {
        let pool = self.clone();
        std::thread::spawn(move || {
            loop {
                let have = pool
                    .warm
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .len();
                if have >= pool.size {
                    return;
                }
                match Zygote::spawn(&pool.host, Limits::default()) {
                    Ok(zygote) => {
                        pool.warm
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(zygote);
                    }
                    Err(error) => {
                        tracing::warn!("cannot keep a fork server warm: {error}");
                        return;
                    }
                }
            }
        });
    }
}

/// Whether a jail made for some limits serves a job with others: only what the jail itself
/// enforces counts.
fn fits(made_for: &Limits, wanted: &Limits) -> bool {
    made_for.memory == wanted.memory && made_for.processes == wanted.processes
}
