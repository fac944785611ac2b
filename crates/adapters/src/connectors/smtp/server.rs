//! An SMTP client: connects, authenticates, sends, and classifies responses. It knows nothing of
//! settings. Idle connections are kept here rather than in lettre's pool, which would reuse a connection
//! whose message was abandoned half-way, so that the next message would be written into the middle of the
//! last.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use lettre::address::Envelope;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::time::Instant;

use crate::connectors::public_dns::{NotPublic, Reach, is_public};
use crate::connectors::smtp::connect::{Opening, OpeningError, find_io_error};
use crate::connectors::smtp::race::race;
use crate::connectors::smtp::tls::Security;
use rekey_core::connectors::port::SendError;

/// Servers close idle connections, and firewalls drop them silently: connections idle for longer are not
/// reused.
const MAX_IDLE: Duration = Duration::from_secs(30);

/// How many idle connections are kept.
const MAX_IDLE_CONNECTIONS: usize = 4;

/// The address of a server, and whether it may be private.
pub(super) struct ServerAddress {
    /// Its host name or IP address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The addresses a connection may reach.
    pub reach: Reach,
}

/// A server with its idle connections.
pub(super) struct Server {
    address: ServerAddress,
    opening: Opening,
    credentials: Option<Credentials>,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Server {
    pub(super) const fn new(at: ServerAddress, opening: Opening, credentials: Option<Credentials>) -> Self {
        Self { address: at, opening, credentials, idle: Mutex::new(Vec::new()) }
    }

    /// Scheme, host and port.
    pub(super) fn destination(&self) -> String {
        let scheme = if matches!(self.opening.security, Security::Implicit(_)) { "smtps" } else { "smtp" };
        format!("{scheme}://{}:{}", self.address.host.to_ascii_lowercase(), self.address.port)
    }

    /// Sends one message. If the caller gives up, the connection is dropped with this future and never
    /// reused.
    pub(super) async fn send(&self, envelope: &Envelope, mail: &[u8]) -> Result<(), SendError> {
        let mut connection = match self.take_idle().await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        connection.send(envelope, mail).await.map_err(|error| classify(&error))?;
        self.return_idle(connection);
        Ok(())
    }

    /// Connects, authenticates and closes the connection with QUIT.
    pub(super) async fn probe(&self) -> Result<(), SendError> {
        self.connect().await?.quit().await.map(|_| ()).map_err(|error| classify(&error))
    }

    async fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (mut connection, since) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            if since.elapsed() < MAX_IDLE && connection.test_connected().await {
                return Some(connection);
            }
        }
    }

    fn return_idle(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < MAX_IDLE);
        if idle.len() < MAX_IDLE_CONNECTIONS {
            idle.push((connection, Instant::now()));
        }
    }

    /// No failure here is the message's fault, so all of them are retried.
    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let addresses = self.resolve_addresses().await?;
        let opened = race(&addresses, |at| self.opening.clone().open(at)).await;
        let mut connection = opened.map_err(|errors| describe_failures(&errors))?;
        if let Some(credentials) = &self.credentials {
            let signed_in = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            signed_in.map_err(|error| {
                transient_error("the mail server refuses the user name and password", &error)
            })?;
        }
        Ok(connection)
    }

    /// Resolved for each connection, so that a DNS name that changes a moment later does not bypass the
    /// reach.
    async fn resolve_addresses(&self) -> Result<Vec<SocketAddr>, SendError> {
        let ServerAddress { host, port, reach } = &self.address;
        let unfit = |error: io::Error| {
            if NotPublic::caused(&error) {
                SendError::Transient("the mail server is at a private address".to_owned())
            } else {
                SendError::Transient(format!("the mail server cannot be reached: {error}"))
            }
        };
        let found = reach.resolve(host, *port).await.map_err(unfit)?;
        let is_open = matches!(self.opening.security, Security::PlainInPrivateNetwork);
        if is_open && found.iter().any(|address| is_public(address.ip())) {
            let reason = "without TLS only a private address is connected to, and this one is public";
            return Err(SendError::Transient(reason.to_owned()));
        }
        Ok(found)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("at", &self.destination()).finish_non_exhaustive()
    }
}

/// The error of an address that answered says more than that of one that did not.
fn describe_failures(errors: &[OpeningError]) -> SendError {
    match errors.iter().find(|error| error.was_answered()).or(errors.first()) {
        Some(OpeningError::Unreachable(error)) => transient_error("the mail server cannot be reached", error),
        Some(OpeningError::NotEncrypted(error)) => {
            transient_error("the mail server does not start TLS as it should", error)
        }
        Some(OpeningError::OtherCertificate) => {
            let reason =
                "the mail server's certificate is neither one of tls.caFile nor issued by one of them";
            SendError::Transient(reason.to_owned())
        }
        None => SendError::Transient("the mail server's name has no address".to_owned()),
    }
}

/// Classifies an error while sending. A 53x asks for authentication, which is the operator's fault; every
/// other 5xx is a permanent error of this message or its recipient. A client error says that this server does
/// not support such an address.
fn classify(error: &SmtpError) -> SendError {
    let asks_for_sign_in = error.status().is_some_and(|code| code.to_string().starts_with("53"));
    if error.is_permanent() && !asks_for_sign_in {
        return SendError::Permanent(describe_error("the mail server refuses the message", error));
    }
    if error.is_client() {
        return SendError::Permanent("the mail server takes no addresses outside ASCII".to_owned());
    }
    transient_error("the mail server did not take the message", error)
}

fn transient_error(what: &str, error: &SmtpError) -> SendError {
    SendError::Transient(describe_error(what, error))
}

/// Adds the status, or the network or TLS error, but never the server's text, which repeats the address.
fn describe_error(what: &str, error: &SmtpError) -> String {
    if let Some(code) = error.status() {
        return format!("{what} ({code})");
    }
    match find_io_error(error) {
        Some(error) => format!("{what}: {error}"),
        None => what.to_owned(),
    }
}
