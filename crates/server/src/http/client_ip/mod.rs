//! Determines the client's IP address. Only the header that the operator configured is read, only from the
//! configured proxies, and from its end: whatever a client writes comes before what the proxies add (ASVS
//! 4.1.3, 15.3.4).

mod hops;

use std::net::IpAddr;
use std::sync::{Arc, Once};

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderName};
use ipnet::IpNet;

use crate::http::middleware::request_log::HttpRequestId;
use rekey_core::types::caller::Caller;

/// The longest user agent that is stored, in characters.
const MAX_USER_AGENT_LEN: usize = 400;
/// The most hops that are read: a client may send a list as long as a request may be.
const MAX_HOPS: usize = 32;
/// The headers that proxies commonly send. They are checked only to warn an operator of a missing setting.
const KNOWN_HEADERS: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip"];

/// The trusted proxies, and the header in which they send the client's address.
#[derive(Clone, Debug)]
pub struct Forwarding {
    proxies: Vec<IpNet>,
    header: HeaderName,
    is_behind_proxy: bool,
    warned_untrusted_peer: Arc<Once>,
    warned_missing_header: Arc<Once>,
}

impl Forwarding {
    /// Trusts this header from these proxies.
    pub fn new(proxies: Vec<IpNet>, header: HeaderName) -> Self {
        Self {
            proxies,
            header,
            is_behind_proxy: false,
            warned_untrusted_peer: Arc::new(Once::new()),
            warned_missing_header: Arc::new(Once::new()),
        }
    }

    /// The same where a proxy certainly stands in front, because the public address is https.
    pub fn behind_proxy(self, is_behind_proxy: bool) -> Self {
        Self { is_behind_proxy, ..self }
    }

    /// The client, as far as the request itself identifies it.
    pub fn caller(&self, request: &HttpRequest, locale: &str) -> Caller {
        Caller {
            ip: self.client_ip(request),
            user_agent: user_agent(request),
            locale: locale.to_owned(),
            request_id: HttpRequestId::find(request),
            ..Caller::default()
        }
    }

    /// The IP address of the client: the nearest hop that is not one of the proxies. If a hop cannot be
    /// parsed, the result is the proxy that wrote it.
    pub fn client_ip(&self, request: &HttpRequest) -> String {
        let Some(peer) = request.peer_addr().map(|peer| peer.ip().to_canonical()) else {
            return String::new();
        };
        if !self.is_trusted(peer) {
            self.warn_untrusted_peer(request, peer);
            return peer.to_string();
        }
        self.warn_missing_header(request);
        let mut nearest = peer;
        for hop in self.hops(request.headers()).take(MAX_HOPS) {
            let Some(ip) = hop else { break };
            nearest = ip;
            if !self.is_trusted(ip) {
                break;
            }
        }
        nearest.to_string()
    }

    /// Whether this address is one of the proxies.
    pub fn is_trusted(&self, ip: IpAddr) -> bool {
        self.proxies.iter().any(|net| net.contains(&ip))
    }

    /// The hops, the last first; `None` for one that cannot be parsed. Several header lines are one list.
    fn hops<'a>(&'a self, headers: &'a HeaderMap) -> impl Iterator<Item = Option<IpAddr>> + 'a {
        let mut lines: Vec<&[u8]> = headers.get_all(&self.header).map(|line| line.as_bytes()).collect();
        lines.reverse();
        let form = hops::HeaderFormat::from_header_name(self.header.as_str());
        let all = lines.into_iter().flat_map(move |line| form.parse_hops(line));
        all.take(if form == hops::HeaderFormat::Single { 1 } else { MAX_HOPS })
    }

    /// Warns once that a request comes from a proxy that is not configured: with its headers, or without any where
    /// everything comes from one. Behind it all visitors share one network address.
    fn warn_untrusted_peer(&self, request: &HttpRequest, peer: IpAddr) {
        if self.warned_untrusted_peer.is_completed() || is_probe(request) {
            return;
        }
        if self.is_behind_proxy || self.find_known_header(request.headers()).is_some() {
            self.warned_untrusted_peer.call_once(|| {
                tracing::warn!(
                    proxy = %peer,
                    "a request came through an address that is not in trusted_proxies, and no forwarding header of it was read; \
                     if that is your proxy, name it there, or all its visitors are counted as one network"
                );
            });
        }
    }

    /// Warns once that a proxy sends another header than the configured one, or none.
    fn warn_missing_header(&self, request: &HttpRequest) {
        let headers = request.headers();
        if self.warned_missing_header.is_completed()
            || headers.contains_key(&self.header)
            || is_probe(request)
        {
            return;
        }
        let found = self.find_known_header(headers);
        if found.is_some() || self.is_behind_proxy {
            self.warned_missing_header.call_once(|| {
                tracing::warn!(
                    expected = self.header.as_str(),
                    found = found.unwrap_or("none"),
                    "a proxy did not write the header that forwarded_header names; its visitors are counted as one network"
                );
            });
        }
    }

    /// The first of the known proxy headers that is present.
    fn find_known_header<'a>(&'a self, headers: &HeaderMap) -> Option<&'a str> {
        let known = std::iter::once(self.header.as_str()).chain(KNOWN_HEADERS);
        known.into_iter().find(|name| headers.contains_key(*name))
    }
}

/// Health checks may come from anywhere.
fn is_probe(request: &HttpRequest) -> bool {
    ["/health", "/ready"].contains(&request.path())
}

/// The user agent without control characters, truncated.
fn user_agent(request: &HttpRequest) -> String {
    let agent = request.headers().get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or("");
    agent.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT_LEN).collect()
}

#[cfg(test)]
mod tests;
