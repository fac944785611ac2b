//! Pages that were opened by another address than the public one, where their cookies and forms do not work: a GET
//! is sent on to the public address. Only that address is ever written into a redirect, whatever a request says.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{ACCEPT, HOST, LOCATION};
use actix_web::http::{Method, Uri};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::PublicSite;
use crate::http::routes::urls;

/// Says that the browser was sent here by this redirect. Whoever says so and still names another host is behind a
/// proxy that writes its own: a second redirect would never end.
const MARK: (&str, &str) = ("opened", "here");
/// The most hosts of such proxies that are remembered.
const MAX_HOSTS: usize = 64;
/// The start of paths that are no pages.
const NO_PAGES: [&str; 10] = [
    "/api",
    "/graphql",
    "/tenant",
    "/static",
    "/sdk",
    "/health",
    "/ready",
    "/.well-known",
    "/dev",
    urls::OIDC,
];

/// The hosts that proxies write in place of the one that was opened.
#[derive(Debug, Default)]
pub struct RewrittenHosts(Mutex<HashSet<String>>);

impl RewrittenHosts {
    fn contains(&self, host: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(host)
    }

    fn remember(&self, host: &str) {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() < MAX_HOSTS && hosts.insert(host.to_owned()) && hosts.len() == 1 {
            tracing::warn!(
                host,
                "a proxy writes its own Host header; with the one that was opened (nginx: proxy_set_header Host $host), \
                 people who open Rekey by another address are sent to public_url"
            );
        }
    }
}

/// The redirect of a page that was opened by another address.
pub(super) fn redirect_to_public_address(
    request: &ServiceRequest,
    site: &PublicSite,
) -> Option<HttpResponse> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || !is_page(request.path()) || !accepts_html(request.request()) {
        return None;
    }
    let host = find_other_host(request.request(), site)?;
    if request.query_string().ends_with(&format!("{}={}", MARK.0, MARK.1)) {
        site.rewritten_hosts.remember(&host);
        return None;
    }
    let path = request.uri().path_and_query().map_or(urls::ROOT, |path| path.as_str());
    let address = urls::with_query(&format!("{}{path}", site.origin), &[(MARK.0, Some(MARK.1))]);
    Some(HttpResponse::Found().insert_header((LOCATION, address)).finish())
}

/// Whether this form was opened by another address, as far as the request says.
pub fn is_opened_elsewhere(request: &HttpRequest, site: &PublicSite) -> bool {
    find_other_host(request, site).is_some()
}

/// The host by which this site was opened, if it is another. A loopback host tells nothing: it is that of a proxy
/// on this machine, or of this machine itself, where cookies work.
fn find_other_host(request: &HttpRequest, site: &PublicSite) -> Option<String> {
    let host = request.headers().get(HOST)?.to_str().ok()?.to_ascii_lowercase();
    let name = host.parse::<Uri>().ok()?.host()?.trim_matches(['[', ']']).to_owned();
    let is_loopback = name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let is_ours = site.is_own_authority(&host);
    (!is_ours && !is_loopback && !site.rewritten_hosts.contains(&host)).then_some(host)
}

fn is_page(path: &str) -> bool {
    let is_oidc_page = [urls::OIDC_AUTH, urls::OIDC_END].contains(&path);
    let is_below =
        |start: &str| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    is_oidc_page || !NO_PAGES.iter().any(|start| is_below(start.trim_end_matches('/')))
}

/// Programs and probes, which ask for no page, are answered where they are.
fn accepts_html(request: &HttpRequest) -> bool {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn interfaces_and_files_are_no_pages() {
        for path in ["/", "/sign-in", "/account/password", "/oidc/auth", "/oidc/session/end", "/developers"] {
            assert!(is_page(path), "{path}");
        }
        for path in ["/api/status", "/oidc/token", "/static/a.css", "/health", "/.well-known/x", "/dev/inbox"]
        {
            assert!(!is_page(path), "{path}");
        }
    }
}
