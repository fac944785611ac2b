//! Who makes a change, for the audit log.

use crate::types::caller::Caller;
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
