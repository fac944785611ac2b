//! A queue in which networks take turns. Each has a lane of bounded length, so a network that floods the
//! queue only delays itself; when all lanes together are full, the newest job of the longest lane is
//! displaced for a network with fewer jobs.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::types::caller::Network;

/// The queue.
pub(super) struct FairQueue<T> {
    state: Mutex<State<T>>,
    arrival: Condvar,
    capacity: usize,
    share: usize,
}

struct State<T> {
    lanes: HashMap<Network, VecDeque<T>>,
    /// The waiting networks, in the order of their turns.
    turns: VecDeque<Network>,
    waiting: usize,
    /// Idle takers: a new job goes to one at once and needs no place in the queue.
    idle: usize,
    is_closed: bool,
}

/// The result of a push.
pub(super) enum PushResult<T> {
    /// The job is queued; a displaced job is returned.
    Queued(Option<T>),
    /// The queue is full.
    Full,
}

impl<T> FairQueue<T> {
    /// A queue of this capacity, half of it for one network.
    pub(super) fn new(capacity: usize) -> Self {
        let state =
            State { lanes: HashMap::new(), turns: VecDeque::new(), waiting: 0, idle: 0, is_closed: false };
        let share = capacity.div_ceil(2);
        Self { state: Mutex::new(state), arrival: Condvar::new(), capacity, share }
    }

    /// Queues a job of this network.
    pub(super) fn push(&self, network: Network, job: T) -> PushResult<T> {
        let mut state = self.lock();
        let own = state.length(network);
        if own >= self.share.saturating_add(state.idle) {
            return PushResult::Full;
        }
        let mut displaced = None;
        if state.waiting >= self.capacity.saturating_add(state.idle) {
            displaced = state.displace(own);
            if displaced.is_none() {
                return PushResult::Full;
            }
        }
        state.append(network, job);
        drop(state);
        self.arrival.notify_one();
        PushResult::Queued(displaced)
    }

    /// Waits for the next job; none once the queue is closed and empty.
    pub(super) fn take(&self) -> Option<T> {
        let mut state = self.lock();
        state.idle += 1;
        loop {
            let next = state.next();
            if next.is_some() || state.is_closed {
                state.idle -= 1;
                return next;
            }
            state = self.arrival.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The number of waiting jobs.
    pub(super) fn len(&self) -> usize {
        self.lock().waiting
    }

    /// Ends every taker once the queue is empty.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.arrival.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn length(&self, network: Network) -> usize {
        self.lanes.get(&network).map_or(0, VecDeque::len)
    }

    fn append(&mut self, network: Network, job: T) {
        let lane = self.lanes.entry(network).or_default();
        if lane.is_empty() {
            self.turns.push_back(network);
        }
        lane.push_back(job);
        self.waiting += 1;
    }

    /// The oldest job of the network whose turn it is, which then moves to the end of the line.
    fn next(&mut self) -> Option<T> {
        let network = self.turns.pop_front()?;
        let lane = self.lanes.get_mut(&network)?;
        let job = lane.pop_front();
        if lane.is_empty() {
            self.lanes.remove(&network);
        } else {
            self.turns.push_back(network);
        }
        self.waiting = self.waiting.saturating_sub(1);
        job
    }

    /// The newest job of the longest lane, if that lane stays no shorter than the own lane becomes.
    fn displace(&mut self, own: usize) -> Option<T> {
        let (network, longest) = self.lanes.iter().max_by_key(|(_, lane)| lane.len())?;
        if longest.len() <= own.saturating_add(1) {
            return None;
        }
        let network = *network;
        let job = self.lanes.get_mut(&network)?.pop_back();
        self.waiting = self.waiting.saturating_sub(1);
        job
    }
}

#[cfg(test)]
mod tests;
