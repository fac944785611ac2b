//! Opens one connection to one address: TCP, TLS and the server's greeting. Nothing else is said before the
//! connection is encrypted, and no password or message before the server's certificate is trusted.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::connectors::smtp::tls::{Security, Trust};

/// What a connection needs besides its address.
#[derive(Clone)]
pub(super) struct Opening {
    /// The name that we say in EHLO.
    pub hello: ClientId,
    /// How it is protected.
    pub security: Security,
}

/// Why a connection could not be opened.
#[derive(Debug)]
pub(super) enum OpeningError {
    /// No connection, or no greeting.
    Unreachable(SmtpError),
    /// STARTTLS failed.
    NotEncrypted(SmtpError),
    /// The server has another certificate than the one that is trusted.
    OtherCertificate,
}

impl Opening {
    /// Opens a connection. A certificate that stands in the CA file itself is trusted as it is: most
    /// certificates that a machine issues for itself are those of an authority, which no verifier accepts
    /// from a server.
    pub async fn open(self, at: SocketAddr) -> Result<AsyncSmtpConnection, OpeningError> {
        let Some(Trust { issued, pinned }) = self.security.trust() else {
            return self.connect(at, None).await;
        };
        match (self.connect(at, Some(issued)).await, pinned) {
            (Err(error), Some(pinned)) if error.is_untrusted() => {
                let mut connection = self.connect(at, Some(&pinned.tls)).await?;
                let shown = connection.peer_certificate().unwrap_or_default();
                if pinned.certificates.contains(&shown) {
                    return Ok(connection);
                }
                connection.abort().await;
                Err(OpeningError::OtherCertificate)
            }
            (outcome, _) => outcome,
        }
    }

    async fn connect(
        &self,
        at: SocketAddr,
        tls: Option<&TlsParameters>,
    ) -> Result<AsyncSmtpConnection, OpeningError> {
        if matches!(self.security, Security::Implicit(_)) {
            let opened = AsyncSmtpConnection::connect_tokio1(at, None, &self.hello, tls.cloned(), None);
            return opened.await.map_err(OpeningError::Unreachable);
        }
        let opened = AsyncSmtpConnection::connect_tokio1(at, None, &self.hello, None, None);
        let mut connection = opened.await.map_err(OpeningError::Unreachable)?;
        if let Some(tls) = tls {
            let encrypted = connection.starttls(tls.clone(), &self.hello).await;
            encrypted.map_err(OpeningError::NotEncrypted)?;
        }
        Ok(connection)
    }
}

impl OpeningError {
    /// Whether the server's certificate is not trusted.
    fn is_untrusted(&self) -> bool {
        let tls = self.io_error().and_then(|error| error.get_ref()?.downcast_ref::<rustls::Error>());
        matches!(tls, Some(rustls::Error::InvalidCertificate(_)))
    }

    /// Whether a server answered at all.
    pub fn was_answered(&self) -> bool {
        !matches!(self, Self::Unreachable(error) if find_io_error(error).is_some_and(|error| error.get_ref().is_none()))
    }

    fn io_error(&self) -> Option<&io::Error> {
        match self {
            Self::Unreachable(error) | Self::NotEncrypted(error) => find_io_error(error),
            Self::OtherCertificate => None,
        }
    }
}

/// The network or TLS error behind an error of the protocol.
pub(super) fn find_io_error(error: &SmtpError) -> Option<&io::Error> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<io::Error>() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}
