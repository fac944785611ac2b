//! Tells a hook: one POST, ten seconds and 64 KiB at most, no redirect. Private addresses are refused unless the operator allows them. Beyond its
//! status an answer is only kept for the operator to look at. The surprise: an address that is no name never reaches the resolver, so it is
//! looked at here.

use std::error::Error as _;
use std::net::IpAddr;
use std::sync::Arc;

use reqwest::{Client, RequestBuilder, Url};

use super::http;
use super::public_dns::{NotPublic, PublicOnly, is_public};
use crate::model::hook::{Heard, Parcel};

/// How much of an answer is kept, in bytes.
const KEPT: usize = 1024;

/// The way to hooks.
pub struct Webhooks {
    public: Client,
    any: Client,
}

impl Webhooks {
    /// A way that holds its connections.
    pub fn build() -> anyhow::Result<Self> {
        let public = http::builder()?.dns_resolver(Arc::new(PublicOnly)).build()?;
        Ok(Self { public, any: http::client()? })
    }

    /// Posts the body with these headers.
    pub async fn post(&self, parcel: &Parcel, private: bool) -> Heard {
        let Ok(url) = Url::parse(parcel.url.expose()) else { return nothing("the address is none") };
        let client = if private { &self.any } else { &self.public };
        if !private && is_private_number(&url) {
            return nothing("the address is private");
        }
        let headers = parcel.headers.iter();
        let request = headers
            .fold(client.post(url), |request, (name, value)| request.header(name.as_str(), value.expose()));
        send(request.body(parcel.body.clone())).await
    }
}

async fn send(request: RequestBuilder) -> Heard {
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => return nothing(why(&error)),
    };
    let status = Some(response.status().as_u16());
    match http::body(response, http::BODY_LIMIT).await {
        Ok(bytes) => {
            let kept = bytes.get(..KEPT).unwrap_or(&bytes);
            Heard { status, text: String::from_utf8_lossy(kept).replace('\0', "") }
        }
        // The status has come; a text that does not end is nobody's loss.
        Err(_) => Heard { status, text: String::new() },
    }
}

fn nothing(why: &str) -> Heard {
    Heard { status: None, text: why.to_owned() }
}

fn is_private_number(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host.parse::<IpAddr>().is_ok_and(|address| !is_public(address))
}

/// The error is not quoted: it would name the address, which may hold a key.
fn why(error: &reqwest::Error) -> &'static str {
    let mut source = error.source();
    while let Some(inner) = source {
        if inner.is::<NotPublic>() {
            return "the address is private";
        }
        source = inner.source();
    }
    match () {
        () if error.is_timeout() => "no answer in ten seconds",
        () if error.is_connect() => "no connection",
        () => "the connection broke",
    }
}
