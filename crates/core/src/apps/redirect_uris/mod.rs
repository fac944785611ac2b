//! Where an application may redirect: exactly the registered URIs, character by character, because every more
//! lenient rule has been exploited (RFC 9700 4.1). The one exception is the port of a native app's loopback
//! URI.

use url::Url;

use crate::apps::client_app::{AppType, ClientApp};

/// Loopback origins. The name could resolve to another machine, so the standard prefers the addresses; native
/// apps use it all the same.
const LOOPBACK_ORIGINS: [&str; 3] = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

impl ClientApp {
    /// Whether this redirect URI is allowed after sign-in.
    pub(crate) fn allows_redirect(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|known| known == uri || self.differs_only_in_port(known, uri))
    }

    /// Whether this redirect URI is allowed after sign-out.
    pub(crate) fn allows_post_logout(&self, uri: &str) -> bool {
        self.post_logout_redirect_uris.iter().any(|known| known == uri)
    }

    /// The origins allowed by CORS for this application.
    pub fn origins(&self) -> Vec<String> {
        let parsed = self.redirect_uris.iter().filter_map(|uri| Url::parse(uri).ok());
        let web = parsed.filter(|url| matches!(url.scheme(), "http" | "https"));
        let mut origins: Vec<String> = web.map(|url| url.origin().ascii_serialization()).collect();
        origins.extend(self.cors_allowed_origins.iter().cloned());
        origins.sort();
        origins.dedup();
        origins
    }

    /// A native app listens on any free port (RFC 8252 7.3); everything else must match.
    fn differs_only_in_port(&self, known: &str, uri: &str) -> bool {
        let on_device = matches!(self.kind, AppType::Native);
        on_device && split_at_port(known).is_some_and(|known| split_at_port(uri) == Some(known))
    }
}

/// A loopback URI split around its port; none when it is no such URI.
fn split_at_port(uri: &str) -> Option<(&'static str, &str)> {
    let (host, rest) = LOOPBACK_ORIGINS.iter().find_map(|host| Some((*host, uri.strip_prefix(host)?)))?;
    let rest = match rest.strip_prefix(':') {
        Some(rest) => rest.strip_prefix(leading_port(rest)?)?,
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
}

/// The digits at the start of `rest`, if they are a normally written port.
fn leading_port(rest: &str) -> Option<&str> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let digits = rest.get(..end)?;
    let number: u16 = digits.parse().ok()?;
    (number > 0 && number.to_string() == digits).then_some(digits)
}

#[cfg(test)]
mod tests;
