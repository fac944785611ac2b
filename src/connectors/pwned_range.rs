//! Asks a server that speaks the range protocol of Pwned Passwords: five hex digits out, the hashes that begin so back. It
//! neither remembers nor decides. The surprise: an answer of which any line is not of the protocol counts as none, so that
//! a proxy's page of excuses never passes for "not listed".

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use reqwest::{Response, StatusCode, Url};

use crate::domain::ports::{Asked, BreachServer, Prefix, Tail, Unavailable};

use super::http::{self, Outbound, Unsent};
use super::public_dns::Reach;

/// How long an answer may be: a real one has tens of KiB. An endless one must not fill our memory.
const LONGEST: usize = 2 * 1024 * 1024;

/// A server of leaked passwords.
pub struct PwnedRange {
    outbound: Outbound,
    ranges: Url,
    timeout: Duration,
}

impl PwnedRange {
    /// The server at this address, below which `range/` is, and how long it may take to answer. The configuration names it, which no API
    /// caller can change, so it may be in a private network.
    pub fn build(address: &str, timeout: Duration) -> anyhow::Result<Self> {
        let mut ranges = Url::parse(address).context("expected an http or https address")?;
        below(&mut ranges, "range").map_err(|()| anyhow!("expected an http or https address"))?;
        Ok(Self { outbound: Outbound::new(Reach::Anywhere)?, ranges, timeout })
    }

    async fn ask(&self, prefix: Prefix) -> Result<Vec<Tail>, Unavailable> {
        let mut url = self.ranges.clone();
        below(&mut url, &prefix.to_string()).map_err(|()| said("has an address that can't be asked"))?;
        // Padding hides how long the true answer is from whoever watches the line: its length would tell the prefix.
        let request = self.outbound.client().get(url).header("add-padding", "true").timeout(self.timeout);
        let response = self.outbound.send(request).await.map_err(unsent)?;
        match response.status() {
            StatusCode::OK => read(response).await,
            other => Err(said(&format!("answered {}", other.as_u16()))),
        }
    }
}

impl BreachServer for PwnedRange {
    fn timeout(&self) -> Duration {
        self.timeout
    }

    fn range(&self, prefix: Prefix) -> Asked<'_> {
        Box::pin(self.ask(prefix))
    }
}

fn below(url: &mut Url, name: &str) -> Result<(), ()> {
    url.path_segments_mut()?.pop_if_empty().push(name);
    Ok(())
}

async fn read(response: Response) -> Result<Vec<Tail>, Unavailable> {
    let body = http::body(response, LONGEST.saturating_add(1)).await.map_err(|error| broken(&error))?;
    if body.len() > LONGEST {
        return Err(said("answered more than 2 MiB"));
    }
    let text = str::from_utf8(&body).ok().filter(|text| !text.is_empty());
    let lines = text.and_then(|text| text.lines().map(line).collect::<Option<Vec<_>>>());
    let lines = lines.ok_or_else(|| said("answered something else than a range"))?;
    Ok(lines.into_iter().flatten().collect())
}

/// The tail of one line, or nothing inside for a line of padding; nothing at all for what is no line of a range.
fn line(line: &str) -> Option<Option<Tail>> {
    let (tail, count) = line.split_once(':')?;
    let is_number = count.bytes().all(|digit| digit.is_ascii_digit());
    let count: u64 = count.parse().ok().filter(|_| is_number)?;
    let tail = Tail::read(tail)?;
    Some((count > 0).then_some(tail))
}

/// The error is not quoted: it would name the address, and in it the prefix.
fn broken(error: &reqwest::Error) -> Unavailable {
    unsent(Unsent::of(error))
}

fn unsent(why: Unsent) -> Unavailable {
    match why {
        Unsent::Late => Unavailable::late(),
        Unsent::Private | Unsent::Unreachable => said("cannot be reached"),
        Unsent::Broken => Unavailable("the connection to the breach server broke".to_owned()),
    }
}

fn said(what: &str) -> Unavailable {
    Unavailable(format!("the breach server {what}"))
}
