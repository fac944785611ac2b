//! The error type of everything above the store. `Refused` concerns the caller and is safe to show, as a code
//! without sentences; `Failed` is a fault of ours, logged once at the edge and shown as a plain page with a
//! request id. Every API translates refusals in one exhaustive match, so a new one does not compile until
//! each of them handles it.

mod faults;
pub mod oauth_error;
pub mod parse_error;
mod refusal;
mod refusal_code;
pub mod violation;

pub use crate::types::error::faults::{AccountApiError, CaptchaFault, ConnectorFault};
use crate::types::error::oauth_error::ProtocolError;
pub use crate::types::error::refusal::Refusal;
use crate::types::identifier::IdentifierError;

/// Why a step failed.
#[derive(Debug)]
pub enum Error {
    /// Safe to tell the caller.
    Refused(Refusal),
    /// Internal; only logged.
    Failed(anyhow::Error),
}

/// The short form of a result in the core.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<IdentifierError> for Error {
    fn from(why: IdentifierError) -> Self {
        Self::Refused(why.into())
    }
}

impl From<ProtocolError> for Error {
    fn from(fault: ProtocolError) -> Self {
        Self::Refused(Refusal::Protocol(fault))
    }
}

impl From<AccountApiError> for Error {
    fn from(denied: AccountApiError) -> Self {
        Self::Refused(Refusal::Account(denied))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}
