//! The account page.

use askama::Template;

use crate::http::pages::views::{ScopeSummary, ada};
use rekey_core::types::scope::Scope;
use rekey_server::http::html::page::Page;

/// A session.
#[derive(Clone)]
pub struct SessionRow {
    /// The id, for the URL that ends it.
    pub id: String,
    /// The browser in a few words.
    pub device: String,
    /// The IP address or a place; may be empty.
    pub place: String,
    /// When it started, as RFC 3339.
    pub started: String,
    /// When it was last used, as RFC 3339.
    pub last_seen: String,
    /// Whether it is the current one.
    pub current: bool,
}

/// A third-party application that the user consented to.
#[derive(Clone)]
pub struct SharedAppRow {
    /// Its id, for the URL that ends it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it may learn.
    pub learned: ScopeSummary,
}

/// `GET /account`.
#[derive(Clone, Template)]
#[template(path = "pages/account/overview.html")]
pub struct AccountView {
    /// The page context.
    pub page: Page,
    /// The display name.
    pub name: Option<String>,
    /// The username.
    pub username: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// Whether the user has a password.
    pub has_password: bool,
    /// Whether the settings allow changing it here.
    pub may_change: bool,
    /// The sessions, the current one first.
    pub sessions: Vec<SessionRow>,
    /// The third-party applications that the user shares data with.
    pub shared: Vec<SharedAppRow>,
    /// The locale key of a success message.
    pub notice: Option<&'static str>,
}

impl AccountView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let full = Self {
            page: page.clone(),
            name: Some("Ada Lovelace".to_owned()),
            username: Some("ada".to_owned()),
            email: Some(ada()),
            phone: Some("+1 202 555 0143".to_owned()),
            has_password: true,
            may_change: true,
            sessions: vec![
                sample_row("Firefox on Linux", true),
                sample_row("Safari on iPhone", false),
                sample_row("", false),
            ],
            shared: vec![SharedAppRow {
                id: "lumen".to_owned(),
                name: "Lumen".to_owned(),
                learned: ScopeSummary::from_scope(&Scope::parse("openid email read:photos")),
            }],
            notice: None,
        };
        let notice = Self { notice: Some("notice-password-changed"), ..full.clone() };
        let mut bare = Self { name: None, username: None, phone: None, has_password: false, ..full.clone() };
        bare.sessions.truncate(1);
        bare.shared.clear();
        let read_only = Self { may_change: false, ..bare.clone() };
        vec![("full", full), ("notice", notice), ("bare", bare), ("read-only", read_only)]
    }

    /// The application that sent the user here, if it has a start URL.
    fn start(&self) -> Option<(&str, &str)> {
        let app = self.page.app.as_ref()?;
        Some((app.name.as_str(), app.start.as_deref()?))
    }

    fn has_others(&self) -> bool {
        self.sessions.len() > 1
    }
}

fn sample_row(device: &str, current: bool) -> SessionRow {
    SessionRow {
        id: format!("ses_{}", device.len()),
        device: device.to_owned(),
        place: "192.0.2.7".to_owned(),
        started: "2026-03-02T08:15:00Z".to_owned(),
        last_seen: "2026-03-09T17:40:00Z".to_owned(),
        current,
    }
}
