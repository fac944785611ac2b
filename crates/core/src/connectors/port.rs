//! What messages expect from the outside: connectors that can be configured and that send. Their error texts
//! go to logs and operators and never contain an address, a code or a link.

use std::pin::Pin;

use crate::connectors::spec::{ConnectorSpec, FactoryInfo};
use crate::types::identifier::address::Address;

/// Why a message was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may work later and is retried.
    #[error("{0}")]
    Transient(String),
    /// The recipient or the message was refused permanently.
    #[error("{0}")]
    Permanent(String),
}

impl SendError {
    /// The reason, for a log line or an operator.
    pub fn reason(&self) -> &str {
        match self {
            Self::Transient(reason) | Self::Permanent(reason) => reason,
        }
    }
}

/// The error for an operator who sets a private address.
pub const PRIVATE: &str = "expected a public address; a private one is for the bootstrap file, or for \
    settings.outbound.allowPrivateAddresses";

/// The available connectors, for configuring them.
pub trait ConnectorRegistry: Send + Sync {
    /// The factories that can be configured.
    fn factories(&self) -> Vec<FactoryInfo>;

    /// Whether such a connector could be built here; otherwise what is wrong with it, with the path first.
    /// The error never repeats a value.
    fn check(&self, spec: &ConnectorSpec) -> Result<(), String>;

    /// Where such a connector would send its secrets: scheme, host and port; none when it cannot be built.
    fn destination(&self, spec: &ConnectorSpec) -> Option<String>;

    /// Sends a made-up code through it, without saving it.
    fn send_test<'a>(&'a self, spec: &'a ConnectorSpec, to: Address, locale: &'a str) -> SendFuture<'a>;
}

/// A pending send.
pub type SendFuture<'a> = Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>>;
