//! Email by SMTP: the settings, and the time limit for one message. The protocol is in `server`, encoding in
//! `connectors::email`. Without TLS it connects to this machine only, and sends no password even there.

mod server;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use serde::Deserialize;

use crate::connectors::email::Sender;
use crate::connectors::registry::{Factory, FactoryContext};
use crate::connectors::settings::{self, ConnectorTemplates, is_loopback};
use crate::connectors::smtp::server::{Security, Server, ServerAddress};
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
        let security = choose_security(&set).map_err(|what| wrong("tls.caFile", &what))?;
        let credentials = set.auth.map(|auth| Credentials::new(auth.user, auth.pass.expose().to_owned()));
        let at = ServerAddress { host: set.host, port: set.port, reach: around.reach };
        let server = Server::new(at, client_id(around.public_host), security, credentials);
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

/// Optional STARTTLS can be removed by an attacker on the network path, so STARTTLS is always required where
/// it is configured.
fn choose_security(set: &Settings) -> Result<Security, String> {
    let trusts_something = set.tls.ca_file.is_some();
    if !set.secure && !trusts_something && set.auth.is_none() && is_loopback(&set.host) {
        return Ok(Security::Plain);
    }
    let tls = tls_parameters(&set.host, set.tls.ca_file.as_deref())?;
    Ok(if set.secure { Security::Implicit(tls) } else { Security::StartTls(tls) })
}

/// If a certificate authority is configured it is the only one trusted: the operator does not want a public
/// authority to vouch for another server.
fn tls_parameters(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, String> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca_file {
        let pem = read_authorities(path)?;
        let authority = Certificate::from_pem(&pem).map_err(|_| "expected certificates in PEM".to_owned())?;
        tls = tls.certificate_store(CertificateStore::None).add_root_certificate(authority);
    }
    tls.build_rustls().map_err(|_| "expected certificates of authorities".to_owned())
}

/// The largest certificate file that is read, in bytes.
const MAX_CA_FILE_BYTES: u64 = 1024 * 1024;

/// Reads a file of certificates. The error is the same for every file that holds none, so that a caller
/// cannot probe paths of this machine. Devices and pipes, which never end, are not opened.
fn read_authorities(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable =
        || "cannot be read: expected a file of at most 1 MiB with certificates in PEM".to_owned();
    let about = std::fs::metadata(path).map_err(|_| unreadable())?;
    if !about.is_file() || about.len() > MAX_CA_FILE_BYTES {
        return Err(unreadable());
    }
    let pem = std::fs::read(path).map_err(|_| unreadable())?;
    let has_one = String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----");
    has_one.then_some(pem).ok_or_else(unreadable)
}

/// The name sent to the server: our public host, never the machine's own name.
fn client_id(public_host: &str) -> ClientId {
    match public_host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
        Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
        Err(_) => ClientId::Domain(public_host.to_owned()),
    }
}
