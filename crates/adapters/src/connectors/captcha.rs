//! Asks a captcha provider whether a token is valid: Turnstile, hCaptcha and reCAPTCHA share one protocol. It
//! neither decides when a captcha is needed nor keeps state. Anything but a clear yes counts as no, including
//! a response that is late, too long or not JSON.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;

use crate::connectors::OutboundProxy;
use crate::connectors::http::{self, OutboundClients};
use crate::connectors::public_dns::Reach;
use rekey_core::captcha::port::{CaptchaRequest, CaptchaVerifier, VerifyFuture};
use rekey_core::settings::captcha::Score;
use rekey_core::types::error::CaptchaFault;

/// The longest accepted response, in bytes.
const MAX_RESPONSE_BYTES: usize = 16 * 1024;

/// The client for all providers.
pub struct SiteVerify {
    clients: OutboundClients,
    bootstrap_url: Option<String>,
}

/// The fields of the response that matter here.
#[derive(Deserialize)]
struct VerifyResponse {
    success: bool,
    score: Option<f64>,
    #[serde(default, rename = "error-codes")]
    codes: Vec<String>,
}

impl SiteVerify {
    /// Built once and kept, because it holds connections. The address that the bootstrap file names may be
    /// private.
    pub fn build(aimed_by_file: Option<String>, proxy: &OutboundProxy) -> anyhow::Result<Self> {
        Ok(Self { clients: OutboundClients::new(proxy)?, bootstrap_url: aimed_by_file })
    }

    async fn request_verdict(&self, captcha_request: CaptchaRequest<'_>) -> Result<(), CaptchaFault> {
        let mut fields = vec![("secret", captcha_request.secret), ("response", captcha_request.token)];
        fields.extend(Some(("remoteip", captcha_request.ip)).filter(|(_, ip)| !ip.is_empty()));
        let body = serde_urlencoded::to_string(fields).map_err(|_| CaptchaFault::Invalid)?;
        let by_file = self.bootstrap_url.as_deref() == Some(captcha_request.address);
        let outbound =
            self.clients.for_reach(Reach::allowing_private(captcha_request.allows_private || by_file));
        let request = outbound
            .client()
            .post(captcha_request.address)
            .header("content-type", "application/x-www-form-urlencoded")
            .timeout(Duration::from_secs(u64::from(captcha_request.timeout)))
            .body(body);
        let response = outbound.send(request).await.map_err(|_| CaptchaFault::Unavailable)?;
        if response.status() != StatusCode::OK {
            return Err(CaptchaFault::Unavailable);
        }
        let body =
            http::read_body(response, MAX_RESPONSE_BYTES).await.map_err(|_| CaptchaFault::Unavailable)?;
        let answer: VerifyResponse = serde_json::from_slice(&body).map_err(|_| CaptchaFault::Unavailable)?;
        evaluate(&answer, captcha_request.threshold)
    }
}

/// The error codes of a token that was used, is too old or is unknown.
const EXPIRED_CODES: [&str; 2] = ["timeout-or-duplicate", "invalid-input-response"];

fn evaluate(answer: &VerifyResponse, threshold: Option<Score>) -> Result<(), CaptchaFault> {
    if !answer.success {
        let is_over = answer.codes.iter().any(|code| EXPIRED_CODES.contains(&code.as_str()));
        return Err(if is_over { CaptchaFault::Expired } else { CaptchaFault::Invalid });
    }
    // A missing or impossible score counts as failed.
    let score = answer.score.unwrap_or(0.0);
    match threshold {
        Some(_) if !(0.0..=1.0).contains(&score) => Err(CaptchaFault::Unavailable),
        Some(least) if Score::from(score) < least => Err(CaptchaFault::LowScore),
        _ => Ok(()),
    }
}

impl CaptchaVerifier for SiteVerify {
    fn verify<'a>(&'a self, captcha_request: CaptchaRequest<'a>) -> VerifyFuture<'a> {
        Box::pin(self.request_verdict(captcha_request))
    }
}
