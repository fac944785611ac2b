//! What types cannot say of an application: that its addresses can be used, that its times are within bounds, that nobody could take
//! it for a person. Every problem is told at once, as `path: what was expected`.

use url::{Host, Url};

use super::{AppType, ClientApp};
use crate::model::ids;

/// The longest name, in characters.
const LONGEST_NAME: usize = 128;
/// The most addresses or origins in one list.
const MOST: usize = 100;

impl ClientApp {
    /// Everything that cannot be.
    pub fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        found.extend(id(&self.id).map(|said| format!("id: {said}")));
        if self.name.trim().is_empty() || self.name.chars().count() > LONGEST_NAME {
            found.push(format!("name: expected 1 to {LONGEST_NAME} characters"));
        }
        if self.kind == AppType::MachineToMachine && self.is_public == Some(true) {
            found.push("isPublic: expected false, a machine keeps a secret".to_owned());
        }
        self.addresses(&mut found);
        for (path, value) in [("accessTokenTtl", self.access_token_ttl), ("idTokenTtl", self.id_token_ttl)] {
            range(&mut found, path, value, 60, 86_400);
        }
        range(&mut found, "refreshTokenTtlInDays", self.refresh_token_ttl_in_days, 1, 90);
        found
    }

    fn addresses(&self, found: &mut Vec<String>) {
        let place = "an absolute http or https address without #";
        let origin = "an origin such as https://app.example.com";
        each(found, "redirectUris", &self.redirect_uris, place, |uri| self.may_go_to(uri));
        each(found, "postLogoutRedirectUris", &self.post_logout_redirect_uris, place, |uri| {
            self.may_go_to(uri)
        });
        if self.initiate_login_uri.as_deref().is_some_and(|uri| !self.may_go_to(uri)) {
            found.push(format!("initiateLoginUri: expected {place}"));
        }
        each(found, "corsAllowedOrigins", &self.cors_allowed_origins, origin, is_origin);
        if self.backchannel_logout_uri.as_deref().is_some_and(|uri| !may_be_told(uri)) {
            let wanted = "an https address without #, or an http one on this machine";
            found.push(format!("backchannelLogoutUri: expected {wanted}"));
        }
    }

    /// A private-use scheme is for programs on a device only (RFC 8252 7.1), and needs a dot there, which keeps
    /// `javascript:` and `data:` out.
    fn may_go_to(&self, uri: &str) -> bool {
        let Some(url) = plain(uri) else { return false };
        let web = matches!(url.scheme(), "http" | "https") && uri.contains("://") && url.has_host();
        web || matches!(self.kind, AppType::Native) && url.scheme().contains('.')
    }
}

/// What may not be the id of an application. One of a person's form could be that of a person one day, and a token for the one would
/// read like a token about the other (RFC 9700 4.15).
pub fn id(id: &str) -> Option<&'static str> {
    let fits = (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    match (fits, ids::may_be_a_persons(id)) {
        (false, _) => Some("expected 1 to 128 visible ASCII characters"),
        (_, true) => Some(
            "expected anything but 12 small letters and digits, which is what the ids of people look like",
        ),
        _ => None,
    }
}

/// An address that every program reads alike: no fragment, nobody's name in front of the host, no backslash, nothing invisible.
fn plain(uri: &str) -> Option<Url> {
    let legible = uri.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let url = Url::parse(uri).ok().filter(|_| legible)?;
    let anonymous = url.username().is_empty() && url.password().is_none();
    (url.fragment().is_none() && anonymous).then_some(url)
}

fn is_origin(text: &str) -> bool {
    plain(text).is_some_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}

/// Whether the server may call this address: on the network only over TLS, since what it says there ends sessions.
fn may_be_told(uri: &str) -> bool {
    plain(uri).is_some_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => is_here(&url),
        _ => false,
    })
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn each(found: &mut Vec<String>, list: &str, texts: &[String], wanted: &str, fits: impl Fn(&str) -> bool) {
    if texts.len() > MOST {
        found.push(format!("{list}: expected at most {MOST}"));
    }
    let odd = texts.iter().enumerate().filter(|(_, text)| !fits(text));
    found.extend(odd.map(|(at, _)| format!("{list}[{at}]: expected {wanted}")));
}

fn range(found: &mut Vec<String>, path: &str, value: u32, min: u32, max: u32) {
    if value < min || value > max {
        found.push(format!("{path}: expected a number from {min} to {max}"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::ClientApp;

    fn with(kind: &str, more: Value) -> ClientApp {
        let mut given = json!({"id": "a", "name": "A", "type": kind});
        given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(given).unwrap()
    }

    fn app(kind: &str, uris: &[&str]) -> ClientApp {
        with(kind, json!({ "redirectUris": uris }))
    }

    #[test]
    fn absolute_addresses_are_fine() {
        assert!(app("SPA", &["http://localhost:4000/callback", "https://a.example/"]).problems().is_empty());
        assert!(app("Native", &["com.example.app:/callback"]).problems().is_empty());
    }

    #[test]
    fn other_addresses_are_refused() {
        for bad in [
            "/callback",
            "javascript:alert(1)",
            "com.example.app:/x",
            "https:a.example",
            "https://a.example/#x",
            "https://a.example/#",
            "https://ada@a.example/",
            "https://a.example\\x",
            "https://a.example/x y",
            "https://ä.example/",
            "",
        ] {
            assert_eq!(
                app("SPA", &["https://a.example/", bad]).problems(),
                ["redirectUris[1]: expected an absolute http or https address without #"],
                "{bad}"
            );
        }
        assert!(!app("Native", &["javascript:alert(1)"]).problems().is_empty());
    }

    #[test]
    fn what_is_not_said_is_the_documented_default() {
        let app = app("SPA", &[]);
        assert_eq!((app.access_token_ttl, app.id_token_ttl, app.refresh_token_ttl_in_days), (3600, 3600, 14));
        assert!(app.rotate_refresh_token && app.management_api && !app.always_issue_refresh_token);
        let kinds = [("SPA", true), ("Native", true), ("Traditional", false), ("MachineToMachine", false)];
        for (kind, public) in kinds {
            assert_eq!(with(kind, json!({})).is_public(), public, "{kind}");
        }
        assert!(!with("SPA", json!({"isPublic": false})).is_public());
    }

    #[test]
    fn every_problem_is_told_with_its_path() {
        let app = with(
            "MachineToMachine",
            json!({"id": "a b", "name": " ", "isPublic": true, "accessTokenTtl": 59, "idTokenTtl": 86_401, "refreshTokenTtlInDays": 91,
                   "corsAllowedOrigins": ["https://a.example", "https://a.example/", "*", "null", "https://A.example"],
                   "postLogoutRedirectUris": ["x"], "initiateLoginUri": "y", "backchannelLogoutUri": "http://a.example/"}),
        );
        insta::assert_snapshot!(app.problems().join("\n"), @r"
        id: expected 1 to 128 visible ASCII characters
        name: expected 1 to 128 characters
        isPublic: expected false, a machine keeps a secret
        postLogoutRedirectUris[0]: expected an absolute http or https address without #
        initiateLoginUri: expected an absolute http or https address without #
        corsAllowedOrigins[1]: expected an origin such as https://app.example.com
        corsAllowedOrigins[2]: expected an origin such as https://app.example.com
        corsAllowedOrigins[3]: expected an origin such as https://app.example.com
        corsAllowedOrigins[4]: expected an origin such as https://app.example.com
        backchannelLogoutUri: expected an https address without #, or an http one on this machine
        accessTokenTtl: expected a number from 60 to 86400
        idTokenTtl: expected a number from 60 to 86400
        refreshTokenTtlInDays: expected a number from 1 to 90
        ");
    }

    #[test]
    fn a_server_is_told_over_tls_or_on_this_machine() {
        for (uri, fine) in [
            ("https://a.example/out", true),
            ("http://localhost:4000/out", true),
            ("http://127.0.0.1/out", true),
            ("http://[::1]:1/out", true),
            ("http://localhost.example/out", false),
            ("https://a.example/out#x", false),
            ("ftp://a.example/", false),
        ] {
            let app = with("Traditional", json!({ "backchannelLogoutUri": uri }));
            assert_eq!(app.problems().is_empty(), fine, "{uri}");
        }
    }

    #[test]
    fn clients_can_not_choose_an_id_that_a_person_could_have() {
        for (id, fine) in [
            ("ada000000001", false),
            ("abcdefghijkl", false),
            ("012345678901", false),
            ("demo-app", true),
            ("Ada000000001", true),
            ("ada00000001", true),
            ("ada0000000012", true),
            ("ada-00000001", true),
        ] {
            assert_eq!(with("SPA", json!({ "id": id })).problems().is_empty(), fine, "{id}");
        }
    }
}
