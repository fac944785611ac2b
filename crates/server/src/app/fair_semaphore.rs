//! A semaphore for expensive work that limits the total number of permits and the number per network, so that
//! a caller with many requests waits behind its own. A permit is released when it is dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use rekey_core::types::caller::Network;

/// Above this number of networks, those without a permit are forgotten.
const MAX_TRACKED_NETWORKS: usize = 1024;

type Shares = Arc<Mutex<HashMap<Network, Arc<Semaphore>>>>;

/// The semaphore for one kind of work.
pub struct FairSemaphore {
    all: Arc<Semaphore>,
    share: usize,
    shares: Shares,
}

/// One permit.
pub struct FairPermit {
    _one: OwnedSemaphorePermit,
    own: Option<OwnedSemaphorePermit>,
    network: Network,
    shares: Shares,
}

impl FairSemaphore {
    /// Limits the number of permits in total (`all`) and per network (`share`).
    pub fn new(all: usize, share: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), share, shares: Shares::default() }
    }

    /// Waits for a permit, first behind others of the same network, then behind other networks.
    pub async fn acquire(&self, network: Network) -> anyhow::Result<FairPermit> {
        let share = self.network_share(network);
        let own = share.acquire_owned().await?;
        let one = Arc::clone(&self.all).acquire_owned().await?;
        Ok(FairPermit { _one: one, own: Some(own), network, shares: Arc::clone(&self.shares) })
    }

    fn network_share(&self, network: Network) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        // Waits that were abandoned leave entries behind; they are removed once there are many.
        if shares.len() > MAX_TRACKED_NETWORKS {
            shares.retain(|_, share| Arc::strong_count(share) > 1);
        }
        let new = || Arc::new(Semaphore::new(self.share));
        Arc::clone(shares.entry(network).or_insert_with(new))
    }
}

impl Drop for FairPermit {
    fn drop(&mut self) {
        drop(self.own.take());
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        // Nothing else uses this entry.
        if shares.get(&self.network).is_some_and(|share| Arc::strong_count(share) == 1) {
            shares.remove(&self.network);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::FairSemaphore;
    use rekey_core::types::caller::Network;

    #[tokio::test]
    async fn a_network_has_its_share_and_no_more() {
        let turns = FairSemaphore::new(3, 2);
        let one = Network::from_ip("192.0.2.1");
        let another = Network::from_ip("192.0.2.2");
        let first = turns.acquire(one).await.unwrap();
        let _second = turns.acquire(one).await.unwrap();
        let mut third = pin!(turns.acquire(one));
        let mut context = Context::from_waker(Waker::noop());
        assert!(third.as_mut().poll(&mut context).is_pending(), "the share is used up");
        let other = turns.acquire(another).await.unwrap();
        drop(first);
        assert!(third.as_mut().poll(&mut context).is_ready(), "a turn ended");
        drop(other);
        assert_eq!(turns.shares.lock().unwrap().len(), 1, "what nobody holds is forgotten");
    }
}
