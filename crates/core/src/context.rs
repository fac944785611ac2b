//! What a step of a journey is given: the core, and the caller that it is done for. An adapter builds the
//! context once for a request and the rules pass it on as a whole, so that no step is counted or logged
//! under another caller by mistake.

use std::sync::Arc;

use crate::Core;
use crate::snapshot::Snapshot;
use crate::types::caller::Caller;
use crate::types::time::Timestamp;

/// The core, and the caller that a step is done for.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The core.
    pub core: &'a Core,
    /// The network side of the request.
    pub caller: &'a Caller,
}

impl<'a> Context<'a> {
    /// The context of a request of this caller.
    pub const fn new(core: &'a Core, caller: &'a Caller) -> Self {
        Self { core, caller }
    }

    /// The same step for a caller of whom more is known by now, such as the app.
    pub const fn with_caller(self, caller: &'a Caller) -> Self {
        Self { caller, ..self }
    }

    /// The current time.
    pub fn now(self) -> Timestamp {
        self.core.now()
    }

    /// The current settings, connectors and applications, without a query.
    pub fn snapshot(self) -> Arc<Snapshot> {
        self.core.snapshot()
    }
}
