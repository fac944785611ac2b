//! Hashes passwords on a few dedicated threads, with a short queue in which networks take turns. An unknown
//! user costs exactly one real verification, so that timing does not reveal who has an account.

mod fair_queue;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use anyhow::anyhow;
use tokio::sync::oneshot;
use tracing::Span;

use crate::passwords::argon::{Argon2Params, HashBuffer, OUTPUT_LEN};
use crate::passwords::hash_formats;
use crate::passwords::hasher::fair_queue::{FairQueue, PushResult};
use crate::passwords::password::{Password, spellings};
use crate::types::caller::Network;
use crate::types::error::{Error, Refusal, Result};
use crate::types::secret::Secret;

pub use crate::passwords::argon::HashingParams;

/// The result of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The password matches the digest.
    pub matches: bool,
    /// It matches, all of it was compared, and the digest uses another scheme or other parameters than the
    /// current ones: hash it again.
    pub needs_renewal: bool,
    /// The digest tells this password from every other. Of a longer one than the digest reads, a new hash would
    /// lock its owner out, who may have chosen another ending.
    pub is_whole: bool,
}

/// A job for a thread.
struct Job {
    /// The span of the request that waits for the result.
    span: Span,
    work: Work,
}

/// It is called without memory when another network displaced the job, and then reports that.
type Work = Box<dyn FnOnce(Option<&mut HashBuffer>) + Send>;

/// The handle to the hashing threads; clones share them, and they end with the last clone.
#[derive(Clone)]
pub struct Hasher {
    threads: Arc<ThreadPool>,
    recipe: Argon2Params,
    /// A digest at the current cost that matches no password, for unknown users.
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
        let recipe = Argon2Params::current(&params)?;
        let nobody = recipe.to_phc(&[0; 16], &[0; OUTPUT_LEN]).into();
        let door = ThreadPool(Arc::new(FairQueue::new(params.queue)));
        for number in 0..params.concurrency {
            let queue = Arc::clone(&door.0);
            let memory = HashBuffer::new(recipe.blocks());
            thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || run_thread(&queue, memory))?;
        }
        Ok(Self { threads: Arc::new(door), recipe, decoy_digest: nobody })
    }

    /// Computes the PHC string to store, for a user of this network; the salt comes from `Rng`.
    pub async fn hash(&self, network: Network, password: &Password, salt: [u8; 16]) -> Result<String> {
        let recipe = self.recipe.clone();
        let password = password.clone();
        let work = move |memory: &mut HashBuffer| {
            let mut output = [0; OUTPUT_LEN];
            let done = recipe.compute(password.expose().as_bytes(), &salt, &mut output, memory);
            done.then(|| recipe.to_phc(&salt, &output))
                .ok_or_else(|| anyhow!("argon2 did not accept its parameters"))
        };
        Ok(self.run_on_thread(network, work).await??)
    }

    /// Compares a password typed by a user of this network with the stored digest. An unknown user, a missing
    /// password, an unreadable digest and an oversized text cost the same work and never match.
    pub async fn verify(&self, network: Network, typed: &Secret, stored: Option<&str>) -> Result<Verdict> {
        let password = Password::parse(typed.expose()).ok();
        let real = stored.filter(|_| password.is_some()).and_then(hash_formats::parse);
        let is_real = real.is_some();
        let Some(digest) = real.or_else(|| hash_formats::parse(&self.decoy_digest)) else {
            return Err(anyhow!("the digest for unknown users can't be parsed").into());
        };
        let is_outdated = is_real && !digest.matches_params(&self.recipe, OUTPUT_LEN);
        let spellings = spellings(password, typed, is_outdated);
        let is_whole = self
            .run_on_thread(network, move |memory| {
                let found = spellings.iter().find(|text| digest.matches(text.expose(), memory));
                found.map(|text| digest.reads_all(text.expose()))
            })
            .await?
            .filter(|_| is_real);
        let (matches, is_whole) = (is_whole.is_some(), is_whole.unwrap_or(false));
        Ok(Verdict { matches, needs_renewal: is_whole && is_outdated, is_whole })
    }

    /// The number of jobs waiting for a thread.
    pub fn waiting(&self) -> usize {
        self.threads.0.len()
    }

    /// Queues a job and waits for its result. If the queue is full, or the network has used its share, the
    /// job is refused at once: users do not wait longer, so a late result would be wasted work.
    async fn run_on_thread<T: Send + 'static>(
        &self,
        network: Network,
        work: impl FnOnce(&mut HashBuffer) -> T + Send + 'static,
    ) -> Result<T> {
        let (answer, arrival) = oneshot::channel();
        let work: Work = Box::new(move |memory| {
            if !answer.is_closed() {
                let _ = answer.send(memory.map(work));
            }
        });
        match self.threads.0.push(network, Job { span: Span::current(), work }) {
            PushResult::Full => return Err(Refusal::Busy { retry_after: 1 }.into()),
            PushResult::Queued(Some(displaced)) => (displaced.work)(None),
            PushResult::Queued(None) => {}
        }
        let done = arrival.await.map_err(|_| anyhow!("the thread that hashes a password panicked"))?;
        done.ok_or(Error::Refused(Refusal::Busy { retry_after: 1 }))
    }
}

/// Runs one thread. A panic within a job must not end the thread.
fn run_thread(queue: &FairQueue<Job>, mut memory: HashBuffer) {
    while let Some(Job { span, work }) = queue.take() {
        let _entered = span.enter();
        if catch_unwind(AssertUnwindSafe(|| work(Some(&mut memory)))).is_err() {
            tracing::error!("hashing a password panicked");
        }
    }
}

#[cfg(test)]
mod tests;
