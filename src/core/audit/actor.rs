//! Who makes a change, for the audit log.

use crate::core::types::caller::Caller;

/// Who makes a change.
#[derive(Clone, Copy)]
pub struct Actor<'a> {
    /// The network side of the request.
    pub caller: &'a Caller,
    /// The id of the API key or application that made the request, for the audit log.
    pub key: &'a str,
}
