//! The in-memory inbox that receives every message of a demo or a test. It is never built in production.
//! Numbers increase and are never reused, so that a link to a message still works after older ones were
//! dropped.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;

use crate::connectors::registry::{Factory, FactoryContext};
use crate::connectors::{Transport, setting_error, settings};
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::messages::message::OutgoingMessage;

/// The factory.
pub(super) const FACTORY: Factory =
    Factory { id: "inbox", kind: None, name: "Inbox in memory", fields: &[], build: build_inbox };

/// How many messages are kept.
const MAX_MESSAGES: usize = 200;

/// A shared inbox; clones refer to the same inbox.
#[derive(Clone, Debug, Default)]
pub struct Inbox(Arc<Mutex<InboxState>>);

/// A message in the inbox.
#[derive(Clone, Debug)]
pub struct InboxMessage {
    /// Its number, from 1.
    pub number: u64,
    /// The message.
    pub message: OutgoingMessage,
}

#[derive(Debug, Default)]
struct InboxState {
    count: u64,
    messages: VecDeque<InboxMessage>,
}

/// This connector has no settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {}

impl Inbox {
    /// Adds a message; the oldest is dropped when there are too many.
    pub fn put(&self, dispatch: OutgoingMessage) {
        let mut arrived = self.lock();
        arrived.count = arrived.count.saturating_add(1);
        let number = arrived.count;
        arrived.messages.push_back(InboxMessage { number, message: dispatch });
        if arrived.messages.len() > MAX_MESSAGES {
            arrived.messages.pop_front();
        }
    }

    /// Every message that is kept, the newest last.
    pub fn all(&self) -> Vec<InboxMessage> {
        self.lock().messages.iter().cloned().collect()
    }

    /// The message with this number, if it is still kept.
    pub fn get(&self, number: u64) -> Option<InboxMessage> {
        self.lock().messages.iter().find(|message| message.number == number).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, InboxState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The shared inbox, if there is one.
fn build_inbox(spec: &ConnectorSpec, around: &FactoryContext<'_>) -> Result<Transport, String> {
    let _: Settings = settings::read(spec)?;
    let missing = "inbox is for development: only `rekey demo` and --dev have it";
    around.inbox.cloned().map(Transport::Inbox).ok_or_else(|| setting_error(spec, "connectorId", missing))
}
