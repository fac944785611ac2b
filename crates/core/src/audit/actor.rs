//! Who changed what about the installation, for the audit log.

use serde_json::Value;

use crate::audit::event::{Event, EventKind};
use crate::audit::record;
use crate::db::sql::Tx;
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::{Context, Core};

/// Who makes a change.
#[derive(Clone, Copy)]
pub struct Actor<'a> {
    /// The network side of the request.
    pub caller: &'a Caller,
    /// The id of the API key or application that made the request, for the audit log.
    pub key: &'a str,
}

impl<'a> Actor<'a> {
    /// The context of a step that the actor's change needs.
    pub const fn context(self, core: &'a Core) -> Context<'a> {
        Context::new(core, self.caller)
    }
}

/// Something about the installation that an operator changed.
pub(crate) struct Change<'a> {
    kind: EventKind,
    id: &'a str,
    how: &'static str,
    details: Value,
}

impl<'a> Change<'a> {
    /// A change to the thing of this kind and id: how it was changed, and what differs (`changes::diff`).
    pub(crate) const fn of(kind: EventKind, id: &'a str, how: &'static str, details: Value) -> Self {
        Self { kind, id, how, details }
    }

    /// Whether nothing differs.
    pub(crate) fn is_none(&self) -> bool {
        self.details.as_array().is_some_and(Vec::is_empty)
    }
}

/// Records who changed what and how, in the transaction of the change.
pub(crate) async fn record_change(tx: &mut Tx, core: &Core, by: Actor<'_>, change: Change<'_>) -> Result<()> {
    let Change { kind, id, how, details } = change;
    let event = Event::with_result(kind, how, None).with_details(details);
    if kind != EventKind::ApplicationChange {
        return record(tx, by.context(core), &event.with_subject(id)).await;
    }
    // The application has a column of its own.
    let caller = Caller { app_id: Some(id.to_owned()), ..by.caller.clone() };
    record(tx, by.context(core).with_caller(&caller), &event.with_subject(by.key)).await
}
