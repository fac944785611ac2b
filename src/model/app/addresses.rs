//! Which addresses an application may register: those that every program reads alike, that lead to one host, and that nobody on the way can
//! read. What a registration under older rules let in is named, and is not matched.

use url::{Host, Url};

use super::{AppType, ClientApp};

/// What an address of a page should be.
const WEB: &str = "expected an absolute https address";
/// What an address of a program on a device should be.
const NATIVE: &str =
    "expected an https address, or a private-use scheme with a dot such as com.example.app:/callback";
/// Why http is not for the network: whoever is on the way reads the code in it.
const HTTP: &str = "expected https, http is for localhost and loopback addresses only";
/// What an origin should be.
const ORIGIN: &str = "expected an origin such as https://app.example.com";

type Judgement = Result<(), &'static str>;

impl ClientApp {
    /// Every address that could not be registered today, as `path: why`.
    pub fn unfit_addresses(&self) -> Vec<String> {
        let mut found = Vec::new();
        let go = |uri: &str| self.may_go_to(uri);
        each(&mut found, "redirectUris", &self.redirect_uris, go);
        each(&mut found, "postLogoutRedirectUris", &self.post_logout_redirect_uris, go);
        one(&mut found, "initiateLoginUri", self.initiate_login_uri.as_deref(), go);
        each(&mut found, "corsAllowedOrigins", &self.cors_allowed_origins, origin);
        one(&mut found, "backchannelLogoutUri", self.backchannel_logout_uri.as_deref(), web);
        found
    }

    /// The same application without them: people are not sent there, and nobody is answered from there.
    #[must_use]
    pub fn without_unfit_addresses(mut self) -> Self {
        let kind = self.kind;
        self.redirect_uris.retain(|uri| page(kind, uri).is_ok());
        self.post_logout_redirect_uris.retain(|uri| page(kind, uri).is_ok());
        self.initiate_login_uri = self.initiate_login_uri.filter(|uri| page(kind, uri).is_ok());
        self.cors_allowed_origins.retain(|text| origin(text).is_ok());
        self.backchannel_logout_uri = self.backchannel_logout_uri.filter(|uri| web(uri).is_ok());
        self
    }

    fn may_go_to(&self, uri: &str) -> Judgement {
        page(self.kind, uri)
    }
}

/// Where people may be sent. A private-use scheme is for programs on a device only, and needs a dot there (RFC 8252 7.1), which keeps
/// `javascript:` and `data:` out.
fn page(kind: AppType, uri: &str) -> Judgement {
    let is_native = kind == AppType::Native;
    let url = plain(uri).map_err(|why| if is_native && why == WEB { NATIVE } else { why })?;
    let is_private_use = url.scheme().contains('.') && url.scheme().split('.').all(|label| !label.is_empty());
    match url.scheme() {
        "http" | "https" => web(uri),
        _ if is_native && is_private_use => Ok(()),
        _ if is_native => Err(NATIVE),
        _ => Err(WEB),
    }
}

/// An address of one host, over https unless it stays on this machine.
fn web(uri: &str) -> Judgement {
    let url = plain(uri)?;
    match url.scheme() {
        "https" | "http" if !uri.contains("://") || !url.has_host() => Err(WEB),
        "https" | "http" if url.host_str().is_some_and(|host| host.contains('*')) => {
            Err("expected the name of one host, * stands for none")
        }
        "https" => Ok(()),
        "http" if is_here(&url) => Ok(()),
        "http" => Err(HTTP),
        _ => Err(WEB),
    }
}

/// An origin as browsers write it.
fn origin(text: &str) -> Judgement {
    let url = plain(text).map_err(|_| ORIGIN)?;
    match matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text {
        true => web(text),
        false => Err(ORIGIN),
    }
}

/// An address that every program reads alike: no fragment, nobody's name in front of the host, no backslash, nothing invisible.
fn plain(uri: &str) -> Result<Url, &'static str> {
    let legible = uri.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let url = Url::parse(uri).ok().filter(|_| legible).ok_or(WEB)?;
    match () {
        () if url.fragment().is_some() => Err("expected an address without #"),
        () if !url.username().is_empty() || url.password().is_some() => {
            Err("expected an address without a name or password before the host")
        }
        () => Ok(url),
    }
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn each(found: &mut Vec<String>, list: &str, texts: &[String], judge: impl Fn(&str) -> Judgement) {
    for (at, text) in texts.iter().enumerate() {
        one(found, &format!("{list}[{at}]"), Some(text), &judge);
    }
}

fn one(found: &mut Vec<String>, path: &str, text: Option<&str>, judge: impl Fn(&str) -> Judgement) {
    found.extend(text.and_then(|text| judge(text).err()).map(|why| format!("{path}: {why}")));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ClientApp;

    fn said(kind: &str, uri: &str) -> String {
        let given = json!({ "id": "a", "name": "A", "type": kind, "redirectUris": [uri] });
        let app: ClientApp = serde_json::from_value(given).unwrap();
        let said = app.unfit_addresses().join("\n");
        assert_eq!(said.is_empty(), app.without_unfit_addresses().redirect_uris.len() == 1, "{uri}");
        said.trim_start_matches("redirectUris[0]: ").to_owned()
    }

    #[test]
    fn an_address_is_https_or_on_this_machine() {
        for uri in [
            "https://a.example/cb",
            "https://a.example:8443/cb?x=1",
            "http://localhost:4000/cb",
            "http://127.0.0.1/cb",
            "http://127.9.9.9/cb",
            "http://[::1]:4000/cb",
        ] {
            for kind in ["SPA", "Native", "Traditional", "MachineToMachine"] {
                assert_eq!(said(kind, uri), "", "{kind} {uri}");
            }
        }
        assert_eq!(said("Native", "com.example.app:/cb"), "");
    }

    #[test]
    fn what_is_refused_is_told_why() {
        let (web, native, http) = (
            "expected an absolute https address",
            "expected an https address, or",
            "expected https, http is",
        );
        for (kind, uri, why) in [
            ("SPA", "http://a.example/cb", http),
            ("Traditional", "http://192.168.1.5/cb", http),
            ("Native", "http://a.example/cb", http),
            ("SPA", "http://localhost.example/cb", http),
            ("SPA", "http://0.0.0.0/cb", http),
            ("SPA", "https://*.example.com/cb", "expected the name of one host"),
            ("SPA", "https://*/cb", "expected the name of one host"),
            ("SPA", "https://a.example/#x", "expected an address without #"),
            ("SPA", "https://a.example/#", "expected an address without #"),
            ("SPA", "https://ada@a.example/", "expected an address without a name"),
            ("SPA", "com.example.app:/cb", web),
            ("SPA", "javascript:alert(1)", web),
            ("SPA", "https:a.example", web),
            ("SPA", "/cb", web),
            ("Native", "myapp://cb", native),
            ("Native", "javascript:alert(1)", native),
            ("Native", "file:///etc/passwd", native),
            ("Native", "a.:/cb", native),
            ("Native", "cb", native),
        ] {
            assert!(said(kind, uri).starts_with(why), "{kind} {uri}: {}", said(kind, uri));
        }
    }
}
