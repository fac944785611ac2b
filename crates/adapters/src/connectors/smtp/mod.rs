//! Email by SMTP: the settings, and the time limit for one message. The protocol is in `server`, encoding in
//! `connectors::email`. Without TLS it connects to this machine only, or to a private address where the
//! operator chose so, and sends no password even there.

mod connect;
mod race;
mod server;
mod tls;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use serde::Deserialize;
use serde_json::Value;

use crate::connectors::email::Sender;
use crate::connectors::registry::{Factory, FactoryContext};
use crate::connectors::settings::{self, ConnectorTemplates};
use crate::connectors::smtp::connect::Opening;
use crate::connectors::smtp::server::{Server, ServerAddress};
use crate::connectors::smtp::tls::{TlsMode, choose_security};
use crate::connectors::{Reach, Transport};
use rekey_core::connectors::port::{PRIVATE, SendError};
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType, Field};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::secret::Secret;

/// The factory.
pub(super) const FACTORY: Factory = Factory {
    id: "simple-mail-transfer-protocol",
    kind: Some(ConnectorType::Email),
    name: "SMTP",
    fields: &[
        Field::required("host"),
        Field::required("port"),
        Field::optional("auth").secret(),
        Field::optional("secure"),
        Field::optional("tls"),
        Field::required("fromEmail"),
        Field::optional("replyTo"),
        Field::optional("timeoutMs"),
        Field::optional("templates"),
    ],
    build: |spec, around| Ok(Transport::Smtp(Box::new(Smtp::build(spec, around)?))),
};

/// An SMTP server that accepts our mail.
#[derive(Debug)]
pub struct Smtp {
    sender: Sender,
    server: Server,
    timeout: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    host: String,
    port: u16,
    auth: Option<Auth>,
    #[serde(default)]
    secure: bool,
    #[serde(default)]
    tls: Tls,
    from_email: String,
    reply_to: Option<String>,
    #[serde(default = "ten_seconds")]
    timeout_ms: u64,
    #[serde(default, rename = "templates")]
    _templates: ConnectorTemplates,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Auth {
    user: String,
    pass: Secret,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Tls {
    ca_file: Option<PathBuf>,
    #[serde(default)]
    mode: TlsMode,
}

/// Why this connector is weak: it sends codes and links in clear through a network.
pub(super) fn weakness(spec: &ConnectorSpec) -> Option<String> {
    let is_plain = spec.connector_id == FACTORY.id
        && spec.config.pointer("/tls/mode").is_some_and(|mode| mode == "none");
    is_plain.then(|| {
        let why = "codes and links travel without encryption to";
        let host = spec.config.get("host").and_then(Value::as_str).unwrap_or_default();
        let port = spec.config.get("port").and_then(Value::as_u64).unwrap_or_default();
        let server = format!("{host}:{port}");
        settings::setting_error(
            spec,
            "tls.mode",
            &format!("{why} {server}; anyone who can read that traffic can take over accounts"),
        )
    })
}

impl Smtp {
    pub(super) fn build(spec: &ConnectorSpec, around: &FactoryContext<'_>) -> Result<Self, String> {
        let set: Settings = settings::read(spec)?;
        let wrong = |path: &str, what: &str| settings::setting_error(spec, path, what);
        if !around.reach.allows(&set.host) {
            return Err(wrong("host", PRIVATE));
        }
        if set.tls.ca_file.is_some() && around.reach != Reach::Operator {
            return Err(wrong(
                "tls.caFile",
                "a file of this machine can be named by the bootstrap file only",
            ));
        }
        let from = settings::read_mailbox(spec, "fromEmail", &set.from_email)?;
        let reply_to = set.reply_to.as_deref();
        let reply_to = reply_to.map(|text| settings::read_mailbox(spec, "replyTo", text)).transpose()?;
        let timeout = Duration::from_millis(set.timeout_ms);
        let security = choose_security(&set).map_err(|error| wrong(error.path, error.what))?;
        let credentials = set.auth.map(|auth| Credentials::new(auth.user, auth.pass.expose().to_owned()));
        let at = ServerAddress { host: set.host, port: set.port, reach: around.reach };
        let opening = Opening { hello: client_id(around.public_host), security };
        let server = Server::new(at, opening, credentials);
        Ok(Self { sender: Sender::new(from, reply_to), server, timeout })
    }

    /// Scheme, host and port of the server.
    pub(super) fn destination(&self) -> String {
        self.server.destination()
    }

    pub(super) async fn send(&self, dispatch: &OutgoingMessage) -> Result<(), SendError> {
        let mail = self.sender.compose(dispatch)?;
        self.with_timeout(self.server.send(mail.envelope(), &mail.formatted())).await
    }

    pub(super) async fn probe(&self) -> Result<(), SendError> {
        self.with_timeout(self.server.probe()).await
    }

    async fn with_timeout(&self, work: impl Future<Output = Result<(), SendError>>) -> Result<(), SendError> {
        let late = || SendError::Transient("the mail server did not answer in time".to_owned());
        tokio::time::timeout(self.timeout, work).await.map_err(|_| late())?
    }
}

const fn ten_seconds() -> u64 {
    10_000
}

/// The name sent to the server: our public host, never the machine's own name.
fn client_id(public_host: &str) -> ClientId {
    match public_host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
        Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
        Err(_) => ClientId::Domain(public_host.to_owned()),
    }
}
