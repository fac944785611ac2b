//! Amazon's request signature, version 4, for SES. The algorithm is Amazon's own crate; this module supplies
//! the request and the keys. A signature is valid for five minutes around its time, so a machine whose clock
//! is wrong cannot send.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, Url};

use rekey_core::connectors::port::SendError;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

const JSON: &str = "application/json";

/// The keys, and the region they are used for.
pub struct Signer {
    keys: Credentials,
    region: String,
}

/// A request to Amazon.
pub struct Call {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: Url,
    /// The JSON body.
    pub body: Vec<u8>,
}

impl Signer {
    /// Signs with these keys for this region.
    pub fn new(id: &str, secret: &Secret, region: String) -> Self {
        Self { keys: Credentials::new(id, secret.expose(), None, None, "settings"), region }
    }

    /// Builds the request, signed as of this moment.
    pub fn sign_request(
        &self,
        client: &Client,
        call: Call,
        now: Timestamp,
    ) -> Result<RequestBuilder, SendError> {
        let Call { method, url, body } = call;
        let headers = self.headers(&method, &url, &body, to_system_time(now));
        let headers =
            headers.ok_or_else(|| SendError::Transient("the request cannot be signed".to_owned()))?;
        let request = client.request(method, url).header(CONTENT_TYPE, JSON).body(body);
        Ok(headers.into_iter().fold(request, |request, (name, value)| request.header(name, value)))
    }

    fn headers(
        &self,
        method: &Method,
        url: &Url,
        body: &[u8],
        time: SystemTime,
    ) -> Option<Vec<(&'static str, HeaderValue)>> {
        let identity = self.keys.clone().into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("ses")
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .ok()?;
        let own = [("content-type", JSON)].into_iter();
        let request =
            SignableRequest::new(method.as_str(), url.as_str(), own, SignableBody::Bytes(body)).ok()?;
        let (instructions, _) = sign(request, &params.into()).ok()?.into_parts();
        let (headers, _) = instructions.into_parts();
        headers.iter().map(|header| Some((header.name(), sensitive_header(header.value())?))).collect()
    }
}

fn sensitive_header(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn to_system_time(now: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(now.0.max(0).unsigned_abs())
}
