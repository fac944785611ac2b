//! How messages leave the building. A connector carries one rendered message and says how it went; it neither retries nor
//! writes words. The surprise: `inbox` exists only when the caller passes one in, which is how `serve` cannot have it.

pub mod back_channel;
pub mod file;
pub mod http;
pub mod http_sms;
pub mod inbox;
mod mail;
mod public_dns;
pub mod pwned_range;
mod settings;
pub mod smtp;
mod smtp_server;
pub mod webhook;

use crate::domain::ports::CarryError;
use crate::model::connector::{ConnectorSpec, ConnectorType};
use crate::model::message::{Address, Dispatch};

use self::file::Folder;
use self::http_sms::HttpSms;
use self::inbox::Inbox;
use self::smtp::Smtp;

const KNOWN: [&str; 4] = [smtp::ID, http_sms::ID, file::ID, inbox::ID];

/// One way out, ready to use.
#[derive(Debug)]
pub enum Connector {
    /// Mail to an SMTP server.
    Smtp(Box<Smtp>),
    /// Short messages to somebody's HTTP endpoint.
    HttpSms(Box<HttpSms>),
    /// Files in a folder, for development.
    File(Box<Folder>),
    /// The inbox in memory, for development.
    Inbox {
        /// What it stands in for.
        kind: ConnectorType,
        /// Where messages arrive.
        inbox: Inbox,
    },
}

impl Connector {
    /// Makes the connector that the operator described, or says which setting is wrong; `inbox` is `None` outside
    /// `demo` and `--dev`, `public_host` is the name we go by.
    pub fn build(spec: &ConnectorSpec, inbox: Option<&Inbox>, public_host: &str) -> Result<Self, String> {
        match spec.connector_id.as_str() {
            smtp::ID => {
                only(spec, ConnectorType::Email)?;
                Smtp::build(spec, public_host).map(|smtp| Self::Smtp(Box::new(smtp)))
            }
            http_sms::ID => {
                only(spec, ConnectorType::Sms)?;
                HttpSms::build(spec).map(|sms| Self::HttpSms(Box::new(sms)))
            }
            file::ID => Folder::build(spec, public_host).map(|folder| Self::File(Box::new(folder))),
            inbox::ID => shared(spec, inbox),
            unknown => Err(wrong(spec, "connectorId", &settings::unknown_word(unknown, &KNOWN))),
        }
    }

    /// Whether messages to this address go this way.
    pub const fn serves(&self, address: &Address) -> bool {
        match self {
            Self::Smtp(_) => fits(ConnectorType::Email, address),
            Self::HttpSms(_) => fits(ConnectorType::Sms, address),
            Self::File(folder) => fits(folder.kind, address),
            Self::Inbox { kind, .. } => fits(*kind, address),
        }
    }

    /// Carries one message; `Ok` means that somebody else has taken responsibility for it.
    pub async fn carry(&self, dispatch: &Dispatch) -> Result<(), CarryError> {
        match self {
            Self::Smtp(smtp) => smtp.carry(dispatch).await,
            Self::HttpSms(sms) => sms.carry(dispatch).await,
            Self::File(folder) => folder.carry(dispatch).await,
            Self::Inbox { inbox, .. } => {
                inbox.put(dispatch.clone());
                Ok(())
            }
        }
    }

    /// Goes as far as possible without sending anything: connects, signs in, looks at the folder.
    pub async fn probe(&self) -> Result<(), CarryError> {
        match self {
            Self::Smtp(smtp) => smtp.probe().await,
            Self::HttpSms(sms) => sms.probe().await,
            Self::File(folder) => folder.probe().await,
            Self::Inbox { .. } => Ok(()),
        }
    }
}

const fn fits(kind: ConnectorType, address: &Address) -> bool {
    matches!(
        (kind, address),
        (ConnectorType::Email, Address::Email(_)) | (ConnectorType::Sms, Address::Phone(_))
    )
}

fn only(spec: &ConnectorSpec, kind: ConnectorType) -> Result<(), String> {
    if spec.kind == kind {
        return Ok(());
    }
    Err(wrong(spec, "type", &format!("expected \"{kind:?}\" for {}", spec.connector_id)))
}

fn shared(spec: &ConnectorSpec, inbox: Option<&Inbox>) -> Result<Connector, String> {
    let _: inbox::Settings = settings::read(spec)?;
    let Some(inbox) = inbox else {
        return Err(wrong(
            spec,
            "connectorId",
            "inbox is for development: only `rekey demo` and --dev have it",
        ));
    };
    Ok(Connector::Inbox { kind: spec.kind, inbox: inbox.clone() })
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
