//! Which URLs an application may register: those that every parser reads alike, that lead to a single host,
//! and that cannot be read on the network. URLs registered under older rules that no longer qualify are
//! reported, and never match.

use url::{Host, Url};

use crate::apps::client_app::{AppType, ClientApp};

/// The error for the URL of a web page.
const EXPECTED_WEB: &str = "expected an absolute https address";
/// The error for the URL of a native app.
const EXPECTED_NATIVE: &str =
    "expected an https address, or a private-use scheme with a dot such as com.example.app:/callback";
/// The error for http over the network, where anybody on the path can read the code.
const EXPECTED_HTTPS: &str = "expected https, http is for localhost and loopback addresses only";
/// The error for an origin.
const EXPECTED_ORIGIN: &str = "expected an origin such as https://app.example.com or chrome-extension://ID";
/// The schemes of programs that are made of web pages. Browsers send their origin as scheme and host.
const EMBEDDED_SCHEMES: [&str; 6] =
    ["chrome-extension", "moz-extension", "safari-web-extension", "capacitor", "ionic", "tauri"];

type AddressCheck = Result<(), &'static str>;

impl ClientApp {
    /// Every registered URL that is not allowed today, as `path: why`.
    pub fn invalid_addresses(&self) -> Vec<String> {
        let mut found = Vec::new();
        let go = |uri: &str| self.check_redirect(uri);
        check_each(&mut found, "redirectUris", &self.redirect_uris, go);
        check_each(&mut found, "postLogoutRedirectUris", &self.post_logout_redirect_uris, go);
        check_one(&mut found, "initiateLoginUri", self.initiate_login_uri.as_deref(), go);
        check_each(&mut found, "corsAllowedOrigins", &self.cors_allowed_origins, check_origin);
        check_one(&mut found, "backchannelLogoutUri", self.backchannel_logout_uri.as_deref(), check_web_url);
        found
    }

    /// The application without them: users are not redirected there, and CORS does not allow those origins.
    #[must_use]
    pub(crate) fn without_invalid_addresses(mut self) -> Self {
        let kind = self.kind;
        self.redirect_uris.retain(|uri| check_page_url(kind, uri).is_ok());
        self.post_logout_redirect_uris.retain(|uri| check_page_url(kind, uri).is_ok());
        self.initiate_login_uri = self.initiate_login_uri.filter(|uri| check_page_url(kind, uri).is_ok());
        self.cors_allowed_origins.retain(|text| check_origin(text).is_ok());
        self.backchannel_logout_uri = self.backchannel_logout_uri.filter(|uri| check_web_url(uri).is_ok());
        self
    }

    fn check_redirect(&self, uri: &str) -> AddressCheck {
        check_page_url(self.kind, uri)
    }
}

/// Where users may be redirected. A private-use scheme is for native apps only and must contain a dot (RFC
/// 8252 7.1), which excludes `javascript:` and `data:`.
fn check_page_url(kind: AppType, uri: &str) -> AddressCheck {
    let is_native = kind == AppType::Native;
    let url = parse_plain_url(uri)
        .map_err(|why| if is_native && why == EXPECTED_WEB { EXPECTED_NATIVE } else { why })?;
    let is_private_use = url.scheme().contains('.') && url.scheme().split('.').all(|label| !label.is_empty());
    match url.scheme() {
        "http" | "https" => check_web_url(uri),
        _ if is_native && is_private_use => Ok(()),
        _ if is_native => Err(EXPECTED_NATIVE),
        _ => Err(EXPECTED_WEB),
    }
}

/// A URL with a host, over https unless it stays on this machine.
fn check_web_url(uri: &str) -> AddressCheck {
    let url = parse_plain_url(uri)?;
    match url.scheme() {
        "https" | "http" if !uri.contains("://") || !url.has_host() => Err(EXPECTED_WEB),
        "https" | "http" if url.host_str().is_some_and(|host| host.contains('*')) => {
            Err("expected the name of one host, * stands for none")
        }
        "https" => Ok(()),
        "http" if is_loopback(&url) => Ok(()),
        "http" => Err(EXPECTED_HTTPS),
        _ => Err(EXPECTED_WEB),
    }
}

/// An origin as browsers write it.
fn check_origin(text: &str) -> AddressCheck {
    if is_embedded_origin(text) {
        return Ok(());
    }
    let url = parse_plain_url(text).map_err(|_| EXPECTED_ORIGIN)?;
    if matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text {
        check_web_url(text)
    } else {
        Err(EXPECTED_ORIGIN)
    }
}

/// The origin of a browser extension or of an app in a web view, exactly as it is sent.
fn is_embedded_origin(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, host)| {
        let is_host_byte =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        EMBEDDED_SCHEMES.contains(&scheme) && !host.is_empty() && host.bytes().all(is_host_byte)
    })
}

/// A URL that every parser reads alike: no fragment, no userinfo, no backslash, nothing invisible.
fn parse_plain_url(uri: &str) -> Result<Url, &'static str> {
    let legible = uri.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let url = Url::parse(uri).ok().filter(|_| legible).ok_or(EXPECTED_WEB)?;
    match () {
        () if url.fragment().is_some() => Err("expected an address without #"),
        () if !url.username().is_empty() || url.password().is_some() => {
            Err("expected an address without a name or password before the host")
        }
        () => Ok(url),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn check_each(found: &mut Vec<String>, list: &str, texts: &[String], judge: impl Fn(&str) -> AddressCheck) {
    for (at, text) in texts.iter().enumerate() {
        check_one(found, &format!("{list}[{at}]"), Some(text), &judge);
    }
}

fn check_one(found: &mut Vec<String>, path: &str, text: Option<&str>, judge: impl Fn(&str) -> AddressCheck) {
    found.extend(text.and_then(|text| judge(text).err()).map(|why| format!("{path}: {why}")));
}

#[cfg(test)]
mod tests;
