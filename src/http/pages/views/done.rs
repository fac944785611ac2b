//! The page that confirms a password reset.

use askama::Template;

use crate::http::html::page::{AppLink, Page};
use crate::http::pages::views::ada;
use crate::http::routes::urls;

/// `GET /forgot-password/done`.
#[derive(Clone, Template)]
#[template(path = "pages/forgot_password/done.html")]
pub struct DoneView {
    /// The page context.
    pub page: Page,
    /// The identifier of the account.
    pub identifier: String,
    /// How many sessions were ended.
    pub ended_sessions: i64,
    /// Whether a notice was sent.
    pub notified: bool,
    /// The URL to sign in at.
    pub sign_in: String,
}

impl DoneView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let plain = Self {
            page: Page { app: None, ..page.clone() },
            identifier: ada(),
            ended_sessions: 0,
            notified: false,
            sign_in: urls::sign_in_url(None),
        };
        let start = Some("https://app.example.org/".to_owned());
        let app = Some(AppLink { id: "lumen".to_owned(), name: "Lumen".to_owned(), start });
        vec![
            ("plain", plain.clone()),
            ("notified", Self { ended_sessions: 1, notified: true, ..plain.clone() }),
            ("app", Self { page: Page { app, ..page.clone() }, ended_sessions: 3, notified: true, ..plain }),
        ]
    }

    /// The application to return to: its name and start URL.
    fn start(&self) -> Option<(&str, &str)> {
        let app = self.page.app.as_ref().filter(|_| self.page.interaction.is_none())?;
        Some((app.name.as_str(), app.start.as_deref()?))
    }
}
