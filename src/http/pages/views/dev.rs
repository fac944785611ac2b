//! The pages of the demo: the inbox that catches every message, and the gallery of all pages. Never in
//! production.

use askama::Template;

use crate::http::pages::views::{ADA, ada};
use rekey_server::http::html::page::Page;

/// A message in the list.
#[derive(Clone)]
pub struct InboxRow {
    /// Its number.
    pub n: usize,
    /// The recipient.
    pub to: String,
    /// The subject, or the text of an SMS.
    pub subject: String,
    /// When, as RFC 3339.
    pub at: String,
    /// Whether it is an SMS.
    pub by_phone: bool,
}

/// `GET /dev/inbox`.
#[derive(Clone, Template)]
#[template(path = "pages/dev/inbox.html")]
pub struct InboxView {
    /// The page context.
    pub page: Page,
    /// Newest first.
    pub messages: Vec<InboxRow>,
}

/// `GET /dev/inbox/{n}`.
#[derive(Clone, Template)]
#[template(path = "pages/dev/message.html")]
pub struct InboxMessageView {
    /// The page context.
    pub page: Page,
    /// Its number.
    pub n: usize,
    /// The recipient.
    pub to: String,
    /// The subject; empty for an SMS.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The HTML part.
    pub html: Option<String>,
}

/// One state of one page.
#[derive(Clone)]
pub struct GalleryRow {
    /// The page.
    pub name: String,
    /// The state.
    pub state: String,
    /// The URL of the sample.
    pub href: String,
}

/// `GET /design`.
#[derive(Clone, Template)]
#[template(path = "pages/dev/gallery.html")]
pub struct GalleryView {
    /// The page context.
    pub page: Page,
    /// Every page in every state.
    pub entries: Vec<GalleryRow>,
    /// The language tags.
    pub langs: Vec<&'static str>,
}

impl InboxView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let row = |n, to: &str, subject: &str, by_phone| {
            let to = to.to_owned();
            let subject = subject.to_owned();
            InboxRow { n, to, subject, at: "2026-03-09T17:40:00Z".to_owned(), by_phone }
        };
        let rows = vec![row(2, "+12025550143", "SMS", true), row(1, ADA, "482913", false)];
        vec![
            ("empty", Self { page: page.clone(), messages: Vec::new() }),
            ("two", Self { page: page.clone(), messages: rows }),
        ]
    }
}

impl InboxMessageView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let mail = Self {
            page: page.clone(),
            n: 1,
            to: ada(),
            subject: "482913".to_owned(),
            text: "482913\n\nhttp://localhost:4000/forgot-password/link/abc\n".to_owned(),
            html: Some("<p>482913</p>".to_owned()),
        };
        let sms = Self { subject: String::new(), html: None, to: "+12025550143".to_owned(), ..mail.clone() };
        vec![("mail", mail), ("sms", sms)]
    }

    fn number(&self) -> i64 {
        i64::try_from(self.n).unwrap_or_default()
    }

    /// The mail with links that open a new window, because our pages refuse to be framed.
    fn with_external_links(&self, html: &str) -> String {
        html.replacen("<head>", "<head><base target=\"_blank\">", 1)
    }

    /// The words of the text with the spaces after them; URLs are marked.
    fn pieces(&self) -> Vec<(bool, &str)> {
        let pieces = self.text.split_inclusive(char::is_whitespace);
        pieces.map(|piece| (piece.starts_with("http://") || piece.starts_with("https://"), piece)).collect()
    }
}

impl GalleryView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let row = |state: &str| {
            let href = format!("/design/sign-in/{state}");
            GalleryRow { name: "sign-in".to_owned(), state: state.to_owned(), href }
        };
        let entries = vec![row("empty"), row("wrong")];
        vec![("some", Self { page: page.clone(), entries, langs: vec!["en", "de", "ar"] })]
    }
}
