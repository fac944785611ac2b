//! Asks a provider whether a token is good: Turnstile, hCaptcha and reCAPTCHA speak the same form. It neither decides when nor remembers.
//! The surprise: whatever is not a clear yes is a no, an answer that is late, long or no JSON too.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;

use crate::domain::ports::{CaptchaAsk, CaptchaVerifier, Verified};
use crate::model::error::CaptchaFault;
use crate::model::settings::captcha::Score;

use super::http::{self, Outbounds};
use super::public_dns::Reach;

/// How long an answer may be, in bytes.
const LONGEST: usize = 16 * 1024;

/// The way to all of them.
pub struct SiteVerify {
    outbounds: Outbounds,
    aimed_by_file: Option<String>,
}

/// What they answer, as far as it matters here.
#[derive(Deserialize)]
struct Answer {
    success: bool,
    score: Option<f64>,
    #[serde(default, rename = "error-codes")]
    codes: Vec<String>,
}

impl SiteVerify {
    /// Built once and kept: it holds connections. The address that the bootstrap file names may be a private one.
    pub fn build(aimed_by_file: Option<String>) -> anyhow::Result<Self> {
        Ok(Self { outbounds: Outbounds::new()?, aimed_by_file })
    }

    async fn ask(&self, ask: CaptchaAsk<'_>) -> Result<(), CaptchaFault> {
        let mut fields = vec![("secret", ask.secret), ("response", ask.token)];
        fields.extend(Some(("remoteip", ask.ip)).filter(|(_, ip)| !ip.is_empty()));
        let body = serde_urlencoded::to_string(fields).map_err(|_| CaptchaFault::Invalid)?;
        let by_file = self.aimed_by_file.as_deref() == Some(ask.address);
        let outbound = self.outbounds.to(Reach::allowing(ask.allows_private || by_file));
        let request = outbound
            .client()
            .post(ask.address)
            .header("content-type", "application/x-www-form-urlencoded")
            .timeout(Duration::from_secs(u64::from(ask.timeout)))
            .body(body);
        let response = outbound.send(request).await.map_err(|_| CaptchaFault::Unavailable)?;
        if response.status() != StatusCode::OK {
            return Err(CaptchaFault::Unavailable);
        }
        let body = http::body(response, LONGEST).await.map_err(|_| CaptchaFault::Unavailable)?;
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| CaptchaFault::Unavailable)?;
        judge(&answer, ask.threshold)
    }
}

/// What is answered for a token that is over: used, too old, or not known any more.
const OVER: [&str; 2] = ["timeout-or-duplicate", "invalid-input-response"];

fn judge(answer: &Answer, threshold: Option<Score>) -> Result<(), CaptchaFault> {
    if !answer.success {
        let is_over = answer.codes.iter().any(|code| OVER.contains(&code.as_str()));
        return Err(if is_over { CaptchaFault::Expired } else { CaptchaFault::Invalid });
    }
    // A score that is missing is none, and one that can't be is no clear yes.
    let score = answer.score.unwrap_or(0.0);
    match threshold {
        Some(_) if !(0.0..=1.0).contains(&score) => Err(CaptchaFault::Unavailable),
        Some(least) if Score::from(score) < least => Err(CaptchaFault::LowScore),
        _ => Ok(()),
    }
}

impl CaptchaVerifier for SiteVerify {
    fn verify<'a>(&'a self, ask: CaptchaAsk<'a>) -> Verified<'a> {
        Box::pin(self.ask(ask))
    }
}
