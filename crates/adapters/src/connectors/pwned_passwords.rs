//! A client for servers with the range protocol of Pwned Passwords: it sends five hex digits and receives the
//! hashes with that prefix. It neither caches nor decides. If any line of a response is not of the protocol
//! the whole response is rejected, so that a proxy's error page never counts as "not listed".

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use reqwest::{Response, StatusCode, Url};

use crate::connectors::OutboundProxy;
use crate::connectors::http::{self, OutboundClient, OutboundError};
use crate::connectors::public_dns::Reach;
use rekey_core::passwords::breach_check::server::{
    BreachServer, RangeFuture, Sha1Prefix, Sha1Suffix, Unavailable,
};

/// The longest accepted response; a real one has tens of KiB. An endless one must not fill our memory.
const MAX_RESPONSE_BYTES: usize = 2 * 1024 * 1024;

/// A server with the range protocol.
pub struct PwnedPasswords {
    outbound: OutboundClient,
    ranges: Url,
    timeout: Duration,
}

impl PwnedPasswords {
    /// A client for the server at this address, which `range/` is appended to, with this timeout. The address
    /// comes from the configuration, which no API caller can change, so it may be in a private network.
    pub fn build(address: &str, timeout: Duration, proxy: &OutboundProxy) -> anyhow::Result<Self> {
        let mut ranges = Url::parse(address).context("expected an http or https address")?;
        push_segment(&mut ranges, "range").map_err(|()| anyhow!("expected an http or https address"))?;
        Ok(Self { outbound: OutboundClient::new(Reach::Anywhere, proxy)?, ranges, timeout })
    }

    async fn fetch_range(&self, prefix: Sha1Prefix) -> Result<Vec<Sha1Suffix>, Unavailable> {
        let mut url = self.ranges.clone();
        push_segment(&mut url, &prefix.to_string())
            .map_err(|()| unavailable("has an address that can't be asked"))?;
        // Padding hides the length of the response, which would tell an observer of the connection the
        // prefix.
        let request = self.outbound.client().get(url).header("add-padding", "true").timeout(self.timeout);
        let response = self.outbound.send(request).await.map_err(outbound_error)?;
        match response.status() {
            StatusCode::OK => read_range(response).await,
            other => Err(unavailable(&format!("answered {}", other.as_u16()))),
        }
    }
}

impl BreachServer for PwnedPasswords {
    fn timeout(&self) -> Duration {
        self.timeout
    }

    fn fetch_range(&self, prefix: Sha1Prefix) -> RangeFuture<'_> {
        Box::pin(self.fetch_range(prefix))
    }
}

fn push_segment(url: &mut Url, name: &str) -> Result<(), ()> {
    url.path_segments_mut()?.pop_if_empty().push(name);
    Ok(())
}

async fn read_range(response: Response) -> Result<Vec<Sha1Suffix>, Unavailable> {
    let body = http::read_body(response, MAX_RESPONSE_BYTES.saturating_add(1))
        .await
        .map_err(|error| response_error(&error))?;
    if body.len() > MAX_RESPONSE_BYTES {
        return Err(unavailable("answered more than 2 MiB"));
    }
    let text = str::from_utf8(&body).ok().filter(|text| !text.is_empty());
    let lines = text.and_then(|text| text.lines().map(parse_line).collect::<Option<Vec<_>>>());
    let lines = lines.ok_or_else(|| unavailable("answered something else than a range"))?;
    let suffix = |line| match line {
        RangeLine::Entry(suffix) => Some(suffix),
        RangeLine::Padding => None,
    };
    Ok(lines.into_iter().filter_map(suffix).collect())
}

/// A line of a range.
enum RangeLine {
    /// A leaked hash.
    Entry(Sha1Suffix),
    /// An entry that is only there to hide how long the range is.
    Padding,
}

/// The content of a line; none for one that is not of the protocol.
fn parse_line(line: &str) -> Option<RangeLine> {
    let (tail, count) = line.split_once(':')?;
    let is_number = count.bytes().all(|digit| digit.is_ascii_digit());
    let count: u64 = count.parse().ok().filter(|_| is_number)?;
    let tail = Sha1Suffix::parse(tail)?;
    Some(if count > 0 { RangeLine::Entry(tail) } else { RangeLine::Padding })
}

/// The error is not quoted: it would name the address, which includes the prefix.
fn response_error(error: &reqwest::Error) -> Unavailable {
    outbound_error(OutboundError::from_reqwest(error))
}

fn outbound_error(why: OutboundError) -> Unavailable {
    match why {
        OutboundError::Timeout => Unavailable::timed_out(),
        OutboundError::Private | OutboundError::Unreachable => unavailable("cannot be reached"),
        OutboundError::Broken => Unavailable("the connection to the breach server broke".to_owned()),
    }
}

fn unavailable(what: &str) -> Unavailable {
    Unavailable(format!("the breach server {what}"))
}
