//! The inbox in memory, where every message of a demo or a test arrives. It is never built in production. Numbers count
//! up and stay with their message, so that a link to one still works after older ones have gone.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;

use crate::model::connector::ConnectorSpec;
use crate::model::message::Dispatch;

use super::factories::{Around, Factory};
use super::{Way, settings, wrong};

/// The factory.
pub(super) const FACTORY: Factory =
    Factory { id: "inbox", kind: None, name: "Inbox in memory", fields: &[], build: shared };

/// How many messages stay.
const KEPT: usize = 200;

/// A shared inbox; clones are the same inbox.
#[derive(Clone, Debug, Default)]
pub struct Inbox(Arc<Mutex<Arrived>>);

/// A message in the inbox.
#[derive(Clone, Debug)]
pub struct InboxMessage {
    /// Its number, from 1.
    pub number: u64,
    /// What was sent.
    pub dispatch: Dispatch,
}

#[derive(Debug, Default)]
struct Arrived {
    count: u64,
    kept: VecDeque<InboxMessage>,
}

/// There is nothing to set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {}

impl Inbox {
    /// Takes a message in; the oldest leaves when there are too many.
    pub fn put(&self, dispatch: Dispatch) {
        let mut arrived = self.arrived();
        arrived.count = arrived.count.saturating_add(1);
        let number = arrived.count;
        arrived.kept.push_back(InboxMessage { number, dispatch });
        if arrived.kept.len() > KEPT {
            arrived.kept.pop_front();
        }
    }

    /// Every message still here, the newest last.
    pub fn all(&self) -> Vec<InboxMessage> {
        self.arrived().kept.iter().cloned().collect()
    }

    /// The message with this number, if it is still here.
    pub fn get(&self, number: u64) -> Option<InboxMessage> {
        self.arrived().kept.iter().find(|message| message.number == number).cloned()
    }

    fn arrived(&self) -> MutexGuard<'_, Arrived> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The inbox that everybody shares, where there is one.
fn shared(spec: &ConnectorSpec, around: &Around<'_>) -> Result<Way, String> {
    let _: Settings = settings::read(spec)?;
    let missing = "inbox is for development: only `rekey demo` and --dev have it";
    around.inbox.cloned().map(Way::Inbox).ok_or_else(|| wrong(spec, "connectorId", missing))
}
