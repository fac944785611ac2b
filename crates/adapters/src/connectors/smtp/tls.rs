//! How a connection to the mail server is protected: TLS from the first byte, required STARTTLS, or nothing
//! on this machine and where the operator chose so; and which certificates are trusted.

use std::path::Path;

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;

use crate::connectors::settings::is_loopback;
use crate::connectors::smtp::Settings;

/// The largest certificate file that is read, in bytes.
const MAX_CA_FILE_BYTES: u64 = 1024 * 1024;

/// How the connection is protected.
#[derive(Clone)]
pub(super) enum Security {
    /// TLS from the first byte.
    Implicit(Trust),
    /// STARTTLS; without it the connection fails.
    StartTls(Trust),
    /// None; for this machine only.
    Plain,
    /// None, to a private address: the operator's explicit choice.
    PlainInPrivateNetwork,
}

impl Security {
    /// Which certificates are trusted, if the connection is encrypted.
    pub(super) const fn trust(&self) -> Option<&Trust> {
        match self {
            Self::Implicit(trust) | Self::StartTls(trust) => Some(trust),
            Self::Plain | Self::PlainInPrivateNetwork => None,
        }
    }
}

/// Which certificates are trusted.
#[derive(Clone)]
pub(super) struct Trust {
    /// Certificates that a trusted authority issued for the server's name.
    pub issued: TlsParameters,
    /// The certificates of the CA file, if one is configured.
    pub pinned: Option<PinnedCertificates>,
}

/// Certificates that a server may show as its own.
#[derive(Clone)]
pub(super) struct PinnedCertificates {
    /// Judges only the server's name and its proof that it holds the key; the certificate has to be compared.
    pub tls: TlsParameters,
    /// The certificates, in DER.
    pub certificates: Vec<Vec<u8>>,
}

/// Whether the connection must be encrypted.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TlsMode {
    /// It must.
    #[default]
    Required,
    /// It is not, which is for a relay in a private network.
    None,
}

/// Optional STARTTLS can be removed by an attacker on the network path, so STARTTLS is always required where
/// it is configured.
pub(super) fn choose_security(set: &Settings) -> Result<Security, TlsSettingError> {
    if set.tls.mode == TlsMode::None {
        return choose_plain(set);
    }
    let trusts_something = set.tls.ca_file.is_some();
    if !set.secure && !trusts_something && set.auth.is_none() && is_loopback(&set.host) {
        return Ok(Security::Plain);
    }
    let trust = build_trust(&set.host, set.tls.ca_file.as_deref())
        .map_err(|what| TlsSettingError { path: "tls.caFile", what })?;
    Ok(if set.secure { Security::Implicit(trust) } else { Security::StartTls(trust) })
}

/// A setting that does not fit the others.
pub(super) struct TlsSettingError {
    /// Its path below `config`.
    pub path: &'static str,
    /// What is wrong.
    pub what: &'static str,
}

fn choose_plain(set: &Settings) -> Result<Security, TlsSettingError> {
    let error = |path, what| Err(TlsSettingError { path, what });
    match () {
        () if set.auth.is_some() => error("auth", "a password is not sent without TLS (tls.mode is none)"),
        () if set.secure => error("secure", "contradicts tls.mode, which is none"),
        () if set.tls.ca_file.is_some() => error("tls.caFile", "is not used without TLS (tls.mode is none)"),
        () => Ok(Security::PlainInPrivateNetwork),
    }
}

/// If a certificate authority is configured it is the only one trusted: the operator does not want a public
/// authority to vouch for another server.
fn build_trust(host: &str, ca_file: Option<&Path>) -> Result<Trust, &'static str> {
    const EXPECTED: &str = "expected certificates of authorities";
    let mut tls = TlsParameters::builder(host.to_owned());
    let Some(path) = ca_file else {
        return Ok(Trust { issued: tls.build_rustls().map_err(|_| EXPECTED)?, pinned: None });
    };
    let pem = read_authorities(path)?;
    let authority = Certificate::from_pem(&pem).map_err(|_| "expected certificates in PEM")?;
    tls = tls.certificate_store(CertificateStore::None).add_root_certificate(authority);
    // Without the authorities this accepts any certificate for the name; `Opening` compares it.
    let unjudged = tls.clone().dangerous_accept_invalid_certs(true).build_rustls().map_err(|_| EXPECTED)?;
    let certificates = CertificateDer::pem_slice_iter(&pem).flatten().map(|one| one.to_vec()).collect();
    let pinned = PinnedCertificates { tls: unjudged, certificates };
    Ok(Trust { issued: tls.build_rustls().map_err(|_| EXPECTED)?, pinned: Some(pinned) })
}

/// Reads a file of certificates. The error is the same for every file that holds none, so that a caller
/// cannot probe paths of this machine. Devices and pipes, which never end, are not opened.
fn read_authorities(path: &Path) -> Result<Vec<u8>, &'static str> {
    const UNREADABLE: &str = "cannot be read: expected a file of at most 1 MiB with certificates in PEM";
    let about = std::fs::metadata(path).map_err(|_| UNREADABLE)?;
    if !about.is_file() || about.len() > MAX_CA_FILE_BYTES {
        return Err(UNREADABLE);
    }
    let pem = std::fs::read(path).map_err(|_| UNREADABLE)?;
    let has_one = String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----");
    has_one.then_some(pem).ok_or(UNREADABLE)
}
