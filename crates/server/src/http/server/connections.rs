//! Limits the open connections of each network. A connection uses a file descriptor, of which a process has
//! few, so a client that opens many idle ones would lock everyone else out. Proxies are exempt, because all
//! clients come through them.

use std::any::Any;
use std::collections::HashMap;
use std::net::{Shutdown, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use actix_web::dev::Extensions;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::SockRef;
use tokio::net::TcpStream;

use crate::http::client_ip::Forwarding;
use rekey_core::types::caller::Network;

/// The most connections of one network where the limit of open files is high: more than a household or an
/// office opens.
const MAX_PER_NETWORK: usize = 1000;
/// The most connections of a worker where the limit of open files is high.
const MAX_PER_WORKER: usize = 25_000;
/// File descriptors reserved for everything but connections of the public port.
const RESERVED_FILES: usize = 128;
/// The fewest file descriptors that the program can run with.
const MIN_FILES: usize = 64;

/// The open connections of every network.
#[derive(Clone)]
pub(super) struct OpenConnections(Arc<Inner>);

struct Inner {
    per_network: usize,
    forwarding: Forwarding,
    counts: Mutex<HashMap<Network, usize>>,
    limit_logged: Once,
}

/// A counted connection; dropping it when the connection ends decrements the count.
struct ConnectionGuard {
    connections: OpenConnections,
    network: Network,
}

impl OpenConnections {
    /// Limits connections per network, 0 for no limit; without a number the limit is a quarter of the open
    /// files.
    pub(super) fn new(per_network: Option<usize>, forwarding: Forwarding) -> Self {
        let per_network = per_network.unwrap_or_else(|| (open_files() / 4).min(MAX_PER_NETWORK));
        let counts = Mutex::default();
        Self(Arc::new(Inner { per_network, forwarding, counts, limit_logged: Once::new() }))
    }

    /// Counts a new connection for as long as it lasts, or closes it at once.
    pub(super) fn admit(&self, connection: &dyn Any, kept: &mut Extensions) {
        let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
        let Some(peer) = stream.peer_addr().ok().filter(|peer| self.is_counted(peer)) else { return };
        match self.count(Network::from(peer.ip())) {
            Some(counted) => drop(kept.insert(counted)),
            None => {
                self.log_limit();
                // An error means that it is closed already.
                let _ = SockRef::from(stream).shutdown(Shutdown::Both);
            }
        }
    }

    fn is_counted(&self, peer: &SocketAddr) -> bool {
        self.0.per_network > 0 && !self.0.forwarding.is_trusted(peer.ip().to_canonical())
    }

    fn count(&self, network: Network) -> Option<ConnectionGuard> {
        let mut counts = self.lock();
        let count = counts.entry(network).or_default();
        if *count >= self.0.per_network {
            return None;
        }
        *count += 1;
        Some(ConnectionGuard { connections: self.clone(), network })
    }

    fn log_limit(&self) {
        self.0.limit_logged.call_once(|| {
            tracing::warn!(
                limit = self.0.per_network,
                "a network holds as many connections as connections.per_network allows, more are closed; if it is your proxy, \
                 name it in trusted_proxies"
            );
        });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        let mut counts = self.connections.lock();
        if let Some(count) = counts.get_mut(&self.network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.network);
            }
        }
    }
}

/// The most connections a worker accepts, so that file descriptors are left for the database; further ones
/// wait to be accepted.
pub(super) fn per_worker(workers: usize) -> usize {
    let files = open_files();
    let free = files.saturating_sub(RESERVED_FILES.min(files / 4));
    (free / workers.max(1)).clamp(1, MAX_PER_WORKER)
}

/// How many files this process may open, which limits its connections.
fn open_files() -> usize {
    let limit = getrlimit(Resource::Nofile).current;
    limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX)).max(MIN_FILES)
}

/// Raises the limit of open files as far as allowed and logs the result: a connection is a file, and the
/// usual soft limit of 1,024 is soon reached.
pub fn raise_open_files() {
    let before = getrlimit(Resource::Nofile);
    if before.current != before.maximum {
        let raised = Rlimit { current: before.maximum, maximum: before.maximum };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the limit of open files can't be raised");
        }
    }
    let now = getrlimit(Resource::Nofile).current;
    let files = now.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string());
    tracing::info!(files, "open files are limited");
}
