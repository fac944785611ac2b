//! The pages between an application and this server.

use askama::Template;

use crate::http::pages::views::ada;
use rekey_core::types::scope::Scope;
use rekey_server::http::html::page::{AppLink, Page};

/// `GET /oidc/auth/{id}` for a request that has ended.
#[derive(Clone, Template)]
#[template(path = "pages/apps/lost.html")]
pub struct ExpiredRequestView {
    /// The page context.
    pub page: Page,
    /// Whether the visitor is signed in.
    pub is_here: bool,
}

impl ExpiredRequestView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let with = |start: Option<&str>, is_here| {
            let start = start.map(str::to_owned);
            let app = AppLink { id: "lumen".to_owned(), name: "Lumen".to_owned(), start };
            Self { page: Page { app: Some(app), ..page.clone() }, is_here }
        };
        vec![
            ("start", with(Some("https://app.example.org/"), true)),
            ("no-start", with(None, true)),
            ("nobody", Self { page: Page { app: None, ..page.clone() }, is_here: false }),
        ]
    }

    /// The application's name and start URL.
    fn start(&self) -> Option<(&str, &str)> {
        let app = self.page.app.as_ref()?;
        Some((app.name.as_str(), app.start.as_deref()?))
    }
}

/// `GET /consent`.
#[derive(Clone, Template)]
#[template(path = "pages/apps/consent.html")]
pub struct ConsentView {
    /// The page context.
    pub page: Page,
    /// The app's name.
    pub app: String,
    /// The identifier of the signed-in user.
    pub identifier: String,
    /// What the application would learn.
    pub learned: ScopeSummary,
}

impl ConsentView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let scope = "openid profile email phone offline_access custom_data read:photos";
        let asking = |scope| Self {
            page: page.clone(),
            app: "Lumen".to_owned(),
            identifier: ada(),
            learned: ScopeSummary::from_scope(&Scope::parse(scope)),
        };
        vec![("whole", asking(scope)), ("little", asking("openid"))]
    }
}

/// What scopes let an application learn.
#[derive(Clone, Debug, Default)]
pub struct ScopeSummary {
    /// The locale keys of standard scopes.
    pub learns: Vec<&'static str>,
    /// Other scopes, by their own names.
    pub others: Vec<String>,
}

impl ScopeSummary {
    /// The summary of these scopes.
    pub fn from_scope(scope: &Scope) -> Self {
        let learns = scope.values().filter_map(scope_key).collect();
        let others = scope.values().filter(|value| scope_key(value).is_none()).map(str::to_owned).collect();
        Self { learns, others }
    }
}

fn scope_key(scope: &str) -> Option<&'static str> {
    match scope {
        "openid" => Some("consent-id"),
        "profile" => Some("consent-profile"),
        "email" => Some("consent-email"),
        "phone" => Some("consent-phone"),
        "offline_access" => Some("consent-offline"),
        "custom_data" => Some("consent-custom"),
        "address" => Some("consent-address"),
        _ => None,
    }
}

/// `GET /oidc/session/end`.
#[derive(Clone, Template)]
#[template(path = "pages/apps/end_session.html")]
pub struct EndSessionView {
    /// The page context.
    pub page: Page,
    /// The identifier of the signed-in user.
    pub identifier: String,
    /// The application's name, if the request names it.
    pub app: Option<String>,
    /// Its client id.
    pub client_id: Option<String>,
    /// The post-logout redirect URI.
    pub to: Option<String>,
    /// The `state` to return.
    pub state: Option<String>,
    /// Whether the request proves that it is about this session.
    pub is_proven: bool,
}

impl EndSessionView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let plain = Self {
            page: page.clone(),
            identifier: ada(),
            app: None,
            client_id: None,
            to: None,
            state: None,
            is_proven: false,
        };
        let app = Self {
            app: Some("Lumen".to_owned()),
            client_id: Some("lumen".to_owned()),
            to: Some("https://app.example.org/".to_owned()),
            state: Some("x".to_owned()),
            ..plain.clone()
        };
        vec![("plain", plain), ("app", app)]
    }
}
