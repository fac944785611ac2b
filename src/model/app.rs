//! An application that sends people here to sign in (an OpenID Connect client). Its secret is not part of it: that is
//! kept as a digest elsewhere. Addresses are compared exactly later, so here they are only known to be absolute.

use serde::{Deserialize, Serialize};
use url::Url;

/// One registered application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientApp {
    /// The client id.
    pub id: String,
    /// What people see.
    pub name: String,
    /// What kind of program it is.
    #[serde(rename = "type")]
    pub kind: AppType,
    /// Where a sign-in may end.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where a sign-out may end.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where a sign-in starts anew when its beginning is lost.
    #[serde(default)]
    pub initiate_login_uri: Option<String>,
    /// Whether people must agree before it learns who they are.
    #[serde(default)]
    pub is_third_party: bool,
}

/// What kind of program an application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppType {
    /// Runs in the browser.
    #[serde(rename = "SPA")]
    Spa,
    /// Runs on the person's device.
    Native,
    /// Runs on a server and shows pages.
    Traditional,
    /// Runs on a server, for nobody in particular.
    MachineToMachine,
}

impl AppType {
    /// Whether it cannot keep a secret, so that PKCE takes its place.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Spa | Self::Native)
    }
}

impl ClientApp {
    /// Every address that cannot be used, as `path: what was expected`.
    pub fn problems(&self) -> Vec<String> {
        let listed = |name: &'static str, uris: &[String]| -> Vec<(String, String)> {
            uris.iter().enumerate().map(|(at, uri)| (format!("{name}[{at}]"), uri.clone())).collect()
        };
        let mut uris = listed("redirectUris", &self.redirect_uris);
        uris.extend(listed("postLogoutRedirectUris", &self.post_logout_redirect_uris));
        uris.extend(self.initiate_login_uri.iter().map(|uri| ("initiateLoginUri".to_owned(), uri.clone())));
        uris.retain(|(_, uri)| !self.may_go_to(uri));
        uris.into_iter()
            .map(|(path, _)| format!("{path}: expected an absolute http or https address without #"))
            .collect()
    }

    /// A private-use scheme is for programs on a device only (RFC 8252 7.1), and needs a dot there, which keeps
    /// `javascript:` and `data:` out.
    fn may_go_to(&self, uri: &str) -> bool {
        let Ok(url) = Url::parse(uri) else { return false };
        let web = matches!(url.scheme(), "http" | "https") && uri.contains("://") && url.has_host();
        let device = matches!(self.kind, AppType::Native) && url.scheme().contains('.');
        url.fragment().is_none() && (web || device)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ClientApp;

    fn app(kind: &str, uris: &[&str]) -> ClientApp {
        let given = json!({"id": "a", "name": "A", "type": kind, "redirectUris": uris});
        serde_json::from_value(given).unwrap()
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
}
