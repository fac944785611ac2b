//! Connectors, which deliver messages by email and SMS. A connector sends one rendered message and reports
//! the outcome; it neither retries nor renders. `inbox` can be built only when the caller passes an inbox in,
//! so it is not available in production.

pub mod callbacks;
pub mod captcha;
mod email;
pub mod file;
pub mod http;
pub mod inbox;
mod outbound_proxy;
mod providers;
mod public_dns;
pub mod pwned_passwords;
mod registry;
mod settings;
pub mod smtp;

use crate::connectors::file::FileConnector;
use crate::connectors::inbox::Inbox;
use crate::connectors::providers::HttpConnector;
use crate::connectors::smtp::Smtp;
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::identifier::address::Address;
use rekey_core::types::time::Timestamp;

pub use crate::connectors::outbound_proxy::OutboundProxy;
pub use crate::connectors::public_dns::Reach;
pub use crate::connectors::registry::{Factory, FactoryContext, available_factories, factories};

/// A connector that is ready to use.
#[derive(Debug)]
pub struct Connector {
    /// Its id, chosen by the operator.
    pub id: String,
    /// The kind of message it sends.
    pub kind: ConnectorType,
    transport: Transport,
}

#[derive(Debug)]
enum Transport {
    /// An SMTP server.
    Smtp(Box<Smtp>),
    /// A provider's HTTP API.
    Http(Box<HttpConnector>),
    /// Files in a directory, for development.
    File(Box<FileConnector>),
    /// The in-memory inbox, for development.
    Inbox(Inbox),
}

impl Connector {
    /// Builds the connector that the operator described, or says which setting is wrong.
    pub fn build(spec: &ConnectorSpec, around: &FactoryContext<'_>) -> Result<Self, String> {
        let Some(factory) = registry::by_id(&spec.connector_id) else {
            let known: Vec<&str> = factories().iter().map(|factory| factory.id).collect();
            return Err(setting_error(
                spec,
                "connectorId",
                &settings::suggest_name(&spec.connector_id, &known),
            ));
        };
        if let Some(kind) = factory.kind.filter(|kind| *kind != spec.kind) {
            return Err(setting_error(spec, "type", &format!("expected \"{kind:?}\" for {}", factory.id)));
        }
        let way = (factory.build)(spec, around)?;
        Ok(Self { id: spec.id.clone(), kind: spec.kind, transport: way })
    }

    /// Whether messages to this address are sent with this connector.
    pub const fn handles(&self, address: &Address) -> bool {
        matches!(
            (self.kind, address),
            (ConnectorType::Email, Address::Email(_)) | (ConnectorType::Sms, Address::Phone(_))
        )
    }

    /// Where its secrets are sent: scheme, host and port, or nothing for a connector that stays on this
    /// machine.
    pub fn destination(&self) -> String {
        match &self.transport {
            Transport::Smtp(smtp) => smtp.destination(),
            Transport::Http(http) => http.destination(),
            Transport::File(_) | Transport::Inbox(_) => String::new(),
        }
    }

    /// Sends one message; `Ok` means that the other side has taken responsibility for it.
    pub async fn send(&self, dispatch: &OutgoingMessage) -> Result<(), SendError> {
        match &self.transport {
            Transport::Smtp(smtp) => smtp.send(dispatch).await,
            Transport::Http(http) => http.send(dispatch).await,
            Transport::File(folder) => folder.send(dispatch).await,
            Transport::Inbox(inbox) => {
                inbox.put(dispatch.clone());
                Ok(())
            }
        }
    }

    /// Tests the connector without sending anything: connects, authenticates, or checks the directory.
    pub async fn probe(&self, now: Timestamp) -> Result<(), SendError> {
        match &self.transport {
            Transport::Smtp(smtp) => smtp.probe().await,
            Transport::Http(http) => http.probe(now).await,
            Transport::File(folder) => folder.probe().await,
            Transport::Inbox(_) => Ok(()),
        }
    }
}

/// Why a connector weakens the security of every user, if it does.
pub fn weakness(spec: &ConnectorSpec) -> Option<String> {
    smtp::weakness(spec)
}

/// `connectors[mail].type: expected "Email" …`: the path first, as everywhere in the bootstrap file.
fn setting_error(spec: &ConnectorSpec, path: &str, what: &str) -> String {
    format!("connectors[{}].{path}: {what}", spec.id)
}

/// The address as other programs expect it: a phone number with its plus sign.
fn format_address(address: &Address) -> String {
    match address {
        Address::Email(address) => address.clone(),
        Address::Phone(digits) => format!("+{digits}"),
    }
}
