//! The port through which a captcha provider is asked; `connectors::captcha` implements it.

use std::pin::Pin;

use crate::settings::captcha::Score;
use crate::types::error::CaptchaFault;

/// Asks a captcha provider.
pub trait CaptchaVerifier: Send + Sync {
    /// Whether this token is valid. Anything but a clear yes is a fault.
    fn verify<'a>(&'a self, request: CaptchaRequest<'a>) -> VerifyFuture<'a>;
}

/// A request to a provider.
#[derive(Clone, Copy)]
pub struct CaptchaRequest<'a> {
    /// The URL of the provider.
    pub address: &'a str,
    /// Whether the settings allow private addresses.
    pub allows_private: bool,
    /// The secret that authenticates this server.
    pub secret: &'a str,
    /// The token that the browser got from the provider.
    pub token: &'a str,
    /// The browser's IP address; empty when unknown.
    pub ip: &'a str,
    /// The timeout, in seconds.
    pub timeout: u32,
    /// The minimum score, if the provider returns one.
    pub threshold: Option<Score>,
}

/// A pending verification.
pub type VerifyFuture<'a> = Pin<Box<dyn Future<Output = Result<(), CaptchaFault>> + Send + 'a>>;
