//! How a connection to the mail server is protected: TLS from the first byte, required STARTTLS, or nothing
//! on this machine; and which certificate authorities are trusted.

use std::path::Path;

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};

use crate::connectors::settings::is_loopback;
use crate::connectors::smtp::Settings;

/// The largest certificate file that is read, in bytes.
const MAX_CA_FILE_BYTES: u64 = 1024 * 1024;

/// How the connection is protected.
pub(super) enum Security {
    /// TLS from the first byte.
    Implicit(TlsParameters),
    /// STARTTLS; without it the connection fails.
    StartTls(TlsParameters),
    /// None; for this machine only.
    Plain,
}

/// Optional STARTTLS can be removed by an attacker on the network path, so STARTTLS is always required where
/// it is configured.
pub(super) fn choose_security(set: &Settings) -> Result<Security, String> {
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
