//! Tells a hook: one POST, ten seconds and 64 KiB at most, no redirect. Private addresses are refused unless the operator allows them. Beyond its
//! status an answer is only kept for the operator to look at.

use reqwest::{RequestBuilder, Url};

use super::http::{self, Outbound, Outbounds, Unsent};
use super::public_dns::Reach;
use crate::model::hook::{Heard, Parcel};

/// How much of an answer is kept, in bytes.
const KEPT: usize = 1024;

/// The way to hooks.
pub struct Webhooks(Outbounds);

impl Webhooks {
    /// A way that holds its connections.
    pub fn build() -> anyhow::Result<Self> {
        Ok(Self(Outbounds::new()?))
    }

    /// Posts the body with these headers.
    pub async fn post(&self, parcel: &Parcel, reach: Reach) -> Heard {
        let Ok(url) = Url::parse(parcel.url.expose()) else { return nothing("the address is none") };
        let outbound = self.0.to(reach);
        let request = parcel.headers.iter().fold(outbound.client().post(url), |request, (name, value)| {
            request.header(name.as_str(), value.expose())
        });
        send(outbound, request.body(parcel.body.clone())).await
    }
}

async fn send(outbound: &Outbound, request: RequestBuilder) -> Heard {
    let response = match outbound.send(request).await {
        Ok(response) => response,
        Err(unsent) => return nothing(why(unsent)),
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

const fn why(unsent: Unsent) -> &'static str {
    match unsent {
        Unsent::Private => "the address is private",
        Unsent::Late => "no answer in ten seconds",
        Unsent::Unreachable => "no connection",
        Unsent::Broken => "the connection broke",
    }
}
