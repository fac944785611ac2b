//! Hashing on a few threads of its own, with a short queue in front in which networks take turns. No rules about good passwords here.
//! The surprise: an unknown person costs exactly one real verification, so that time does not tell who has an account.

mod fair_queue;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use anyhow::anyhow;
use tokio::sync::oneshot;

use self::fair_queue::{FairQueue, PushResult};
use super::argon::{Argon2Params, HashBuffer, OUTPUT_LEN};
use super::hash_formats;
use crate::model::caller::Network;
use crate::model::error::{Error, Refusal, Result};
use crate::model::password::Password;
use crate::model::secret::Secret;

/// What one password costs and how many are worked on at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashingParams {
    /// Memory of one argon2id computation.
    pub memory_kib: u32,
    /// Passes over it.
    pub iterations: u32,
    /// Lanes in it; computed one after the other.
    pub parallelism: u32,
    /// Threads.
    pub concurrency: usize,
    /// Jobs that may wait, and half as many of one network; one more is refused.
    pub queue: usize,
}

/// The outcome of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The password belongs to the digest.
    pub matches: bool,
    /// The digest is of another scheme or other parameters than today's; when it matches, hash again.
    pub outdated: bool,
}

/// Work for a thread; without memory it was displaced by somebody who waits less, and is to say so.
type Job = Box<dyn FnOnce(Option<&mut HashBuffer>) + Send>;

/// The door to the hashing threads; clones share them, and they end with the last clone.
#[derive(Clone)]
pub struct Hasher {
    threads: Arc<ThreadPool>,
    recipe: Argon2Params,
    /// A digest of today's cost that no password has, for people who are not there.
    decoy_digest: Arc<str>,
}

/// Ends the threads with the last clone of the hasher.
struct ThreadPool(Arc<FairQueue<Job>>);

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Hasher {
    /// Starts the threads.
    pub fn start(params: HashingParams) -> anyhow::Result<Self> {
        anyhow::ensure!(params.concurrency > 0, "hashing needs at least one thread");
        let recipe = Argon2Params::current(params.memory_kib, params.iterations, params.parallelism)?;
        let nobody = recipe.to_phc(&[0; 16], &[0; OUTPUT_LEN]).into();
        let door = ThreadPool(Arc::new(FairQueue::new(params.queue)));
        for number in 0..params.concurrency {
            let (queue, memory) = (Arc::clone(&door.0), HashBuffer::new(recipe.blocks()));
            thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || run_thread(&queue, memory))?;
        }
        Ok(Self { threads: Arc::new(door), recipe, decoy_digest: nobody })
    }

    /// Makes the PHC string to keep, for somebody of this network; the salt comes from `Chance`.
    pub async fn hash(&self, network: Network, password: &Password, salt: [u8; 16]) -> Result<String> {
        let (recipe, password) = (self.recipe.clone(), password.clone());
        let work = move |memory: &mut HashBuffer| {
            let mut output = [0; OUTPUT_LEN];
            let done = recipe.compute(password.expose().as_bytes(), &salt, &mut output, memory);
            done.then(|| recipe.to_phc(&salt, &output)).ok_or_else(|| anyhow!("argon2 did not compute"))
        };
        Ok(self.run_on_thread(network, work).await??)
    }

    /// Compares what somebody of this network typed with what is stored. Nobody there, no password set, an unreadable digest, or a
    /// text out of bounds: the same work, and no match.
    pub async fn verify(&self, network: Network, typed: &Secret, stored: Option<&str>) -> Result<Verdict> {
        let password = Password::parse(typed.expose()).ok();
        let real = stored.filter(|_| password.is_some()).and_then(hash_formats::parse);
        let is_real = real.is_some();
        let Some(digest) = real.or_else(|| hash_formats::parse(&self.decoy_digest)) else {
            return Err(anyhow!("the digest of nobody is unreadable").into());
        };
        let outdated = is_real && !digest.matches_params(&self.recipe, OUTPUT_LEN);
        let spellings = spellings(password, typed, outdated);
        let matches = self
            .run_on_thread(network, move |memory| {
                spellings.iter().any(|text| digest.matches(text.expose(), memory))
            })
            .await?;
        Ok(Verdict { matches: matches && is_real, outdated })
    }

    /// Jobs that wait for a thread now.
    pub fn waiting(&self) -> usize {
        self.threads.0.len()
    }

    /// Queues the work and waits for its answer. A full queue, or a network that has its share of it, is refused at once: waiting longer
    /// than a person does would only burn the processor for answers that nobody reads.
    async fn run_on_thread<T: Send + 'static>(
        &self,
        network: Network,
        work: impl FnOnce(&mut HashBuffer) -> T + Send + 'static,
    ) -> Result<T> {
        let (answer, arrival) = oneshot::channel();
        let job = move |memory: Option<&mut HashBuffer>| {
            if !answer.is_closed() {
                let _ = answer.send(memory.map(work));
            }
        };
        match self.threads.0.push(network, Box::new(job)) {
            PushResult::Full => return Err(Refusal::Busy { retry_after: 1 }.into()),
            PushResult::Queued(Some(displaced)) => displaced(None),
            PushResult::Queued(None) => {}
        }
        let done = arrival.await.map_err(|_| anyhow!("a hashing job broke off"))?;
        done.ok_or(Error::Refused(Refusal::Busy { retry_after: 1 }))
    }
}

/// The composed text, and for digests from elsewhere also the text as typed, which their makers may have hashed.
fn spellings(password: Option<Password>, typed: &Secret, is_foreign: bool) -> Vec<Secret> {
    let Some(password) = password else {
        return vec![Secret::default()];
    };
    let composed = Secret::from(password.expose());
    if is_foreign && composed.expose() != typed.expose() {
        return vec![composed, typed.clone()];
    }
    vec![composed]
}

/// The life of one thread. A panic within one job must not cost everybody the thread.
fn run_thread(queue: &FairQueue<Job>, mut memory: HashBuffer) {
    while let Some(job) = queue.take() {
        if catch_unwind(AssertUnwindSafe(|| job(Some(&mut memory)))).is_err() {
            tracing::error!("a hashing job panicked");
        }
    }
}

#[cfg(test)]
mod tests;
