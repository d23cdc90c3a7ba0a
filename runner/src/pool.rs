//! Warm fork servers, ready before anybody asks.
//!
//! Runs, explorations and judgements each get one that has served nobody. Steps of one program
//! follow each other fast, so a fork server that has just made a step of it is kept for the next:
//! it forks every execution from the same clean state, and clears away what each leaves behind.

use std::sync::{Arc, Mutex, PoisonError};

use heddle_trace::{Limits, ProgramHash};

use crate::host::Host;
use crate::zygote::{Zygote, ZygoteError};

/// Keeps some fork servers warm. Each serves one job and is then thrown away: no program ever
/// meets what another one left.
#[derive(Clone)]
pub struct Pool {
    host: Arc<Host>,
    warm: Arc<Mutex<Vec<Zygote>>>,
    /// The one used last at the end.
    loaded: Arc<Mutex<Vec<(ProgramHash, Zygote)>>>,
    size: usize,
}

/// How many programs that are being stepped are kept loaded.
const MAX_LOADED: usize = 8;

impl Pool {
    /// A pool that keeps `size` fork servers for the default limits.
    pub fn new(host: Host, size: usize) -> Self {
        let pool = Pool {
            host: Arc::new(host),
            warm: Arc::default(),
            loaded: Arc::default(),
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

    /// A fork server in which this program is loaded already.
    pub fn take_loaded(&self, program: &ProgramHash, limits: &Limits) -> Option<Zygote> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = loaded
            .iter()
            .position(|(hash, zygote)| hash == program && fits(zygote.limits(), limits))?;
        Some(loaded.remove(fitting).1)
    }

    /// Keeps a fork server for more steps of the program that is loaded in it.
    pub fn keep_loaded(&self, program: ProgramHash, zygote: Zygote) {
        if zygote.is_gone {
            return;
        }
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.push((program, zygote));
        let surplus = loaded.len().saturating_sub(MAX_LOADED);
        let oldest: Vec<_> = loaded.drain(..surplus).collect();
        drop(loaded);
        // Ending a jail takes milliseconds: not while others wait for the table.
        drop(oldest);
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
