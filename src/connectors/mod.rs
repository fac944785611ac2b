//! How messages leave the building. A connector carries one rendered message and says how it went; it neither retries nor
//! writes words. The surprise: `inbox` exists only when the caller passes one in, which is how `serve` cannot have it.

pub mod back_channel;
pub mod captcha;
mod factories;
pub mod file;
pub mod http;
pub mod inbox;
mod mail;
mod providers;
mod public_dns;
pub mod pwned_range;
mod settings;
pub mod smtp;
pub mod webhook;

use crate::domain::ports::CarryError;
pub use crate::model::connector::Field;
use crate::model::connector::{ConnectorSpec, ConnectorType};
use crate::model::message::{Address, Dispatch};
use crate::model::time::Timestamp;

use self::file::Folder;
use self::inbox::Inbox;
use self::providers::Http;
use self::smtp::Smtp;

pub use self::factories::{Around, Factory, factories, shown};
pub use self::public_dns::Reach;

/// One way out, ready to use.
#[derive(Debug)]
pub struct Connector {
    /// The operator's own name for it.
    pub id: String,
    /// What it carries.
    pub kind: ConnectorType,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// An SMTP server.
    Smtp(Box<Smtp>),
    /// Somebody's HTTP API.
    Http(Box<Http>),
    /// Files in a folder, for development.
    File(Box<Folder>),
    /// The inbox in memory, for development.
    Inbox(Inbox),
}

impl Connector {
    /// Makes the connector that the operator described, or says which setting is wrong.
    pub fn build(spec: &ConnectorSpec, around: &Around<'_>) -> Result<Self, String> {
        let Some(factory) = factories::by_id(&spec.connector_id) else {
            let known: Vec<&str> = factories().iter().map(|factory| factory.id).collect();
            return Err(wrong(spec, "connectorId", &settings::unknown_word(&spec.connector_id, &known)));
        };
        if let Some(kind) = factory.kind.filter(|kind| *kind != spec.kind) {
            return Err(wrong(spec, "type", &format!("expected \"{kind:?}\" for {}", factory.id)));
        }
        let way = (factory.build)(spec, around)?;
        Ok(Self { id: spec.id.clone(), kind: spec.kind, way })
    }

    /// Whether messages to this address go this way.
    pub const fn serves(&self, address: &Address) -> bool {
        matches!(
            (self.kind, address),
            (ConnectorType::Email, Address::Email(_)) | (ConnectorType::Sms, Address::Phone(_))
        )
    }

    /// To whom it shows its secrets: scheme, host and port, and nothing for one that stays on this machine.
    pub fn destination(&self) -> String {
        match &self.way {
            Way::Smtp(smtp) => smtp.destination(),
            Way::Http(http) => http.destination(),
            Way::File(_) | Way::Inbox(_) => String::new(),
        }
    }

    /// Carries one message; `Ok` means that somebody else has taken responsibility for it.
    pub async fn carry(&self, dispatch: &Dispatch) -> Result<(), CarryError> {
        match &self.way {
            Way::Smtp(smtp) => smtp.carry(dispatch).await,
            Way::Http(http) => http.carry(dispatch).await,
            Way::File(folder) => folder.carry(dispatch).await,
            Way::Inbox(inbox) => {
                inbox.put(dispatch.clone());
                Ok(())
            }
        }
    }

    /// Goes as far as possible without sending anything: connects, signs in, looks at the folder.
    pub async fn probe(&self, now: Timestamp) -> Result<(), CarryError> {
        match &self.way {
            Way::Smtp(smtp) => smtp.probe().await,
            Way::Http(http) => http.probe(now).await,
            Way::File(folder) => folder.probe().await,
            Way::Inbox(_) => Ok(()),
        }
    }
}

/// `connectors[mail].type: expected "Email" …`: the path first, as everywhere in the bootstrap file.
fn wrong(spec: &ConnectorSpec, path: &str, what: &str) -> String {
    format!("connectors[{}].{path}: {what}", spec.id)
}

/// The address as other programs expect it: a number with its plus.
fn written(address: &Address) -> String {
    match address {
        Address::Email(address) => address.clone(),
        Address::Phone(digits) => format!("+{digits}"),
    }
}
