//! The page behind the link in a message. Viewing it changes nothing, because mail scanners open links too.

/// The page for a token in an operator's own message.
pub mod one_time;

use askama::Template;

use rekey_core::types::error::Refusal;
use rekey_server::http::html::page::Page;
use rekey_server::http::html::page::form_error::FormError;

/// The status of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It is valid.
    Ready,
    /// It has expired.
    Expired,
    /// The link, or the code in the same message, was used.
    Used,
    /// A newer message replaced it.
    Superseded,
    /// The link does not exist.
    Unknown,
    /// It is shorter than a link, or has other signs.
    Cut,
}

/// `GET|POST /forgot-password/link`.
#[derive(Clone, Template)]
#[template(path = "pages/forgot_password/link.html")]
pub struct LinkView {
    /// The page context.
    pub page: Page,
    /// The address that the message was sent to, masked.
    pub address: String,
    /// Whether this browser requested the message.
    pub same_window: bool,
    /// The status of the link.
    pub state: LinkState,
    /// Why the last attempt was refused.
    pub problem: Option<FormError>,
}

impl LinkView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let ready = Self {
            page: page.clone(),
            address: "a•••@example.org".to_owned(),
            same_window: false,
            state: LinkState::Ready,
            problem: None,
        };
        let wrong = Some(FormError::from_refusal("number", &Refusal::NumberWrong { tries_left: 2 }));
        let state = |state| Self { state, ..ready.clone() };
        vec![
            ("ready", ready.clone()),
            ("same-window", Self { same_window: true, ..ready.clone() }),
            ("wrong-number", Self { problem: wrong, ..ready.clone() }),
            ("expired", state(LinkState::Expired)),
            ("used", state(LinkState::Used)),
            ("earlier", state(LinkState::Superseded)),
            ("unknown", state(LinkState::Unknown)),
            ("cut", Self::cut(page)),
        ]
    }

    /// The page of a link that is not whole.
    pub fn cut(page: &Page) -> Self {
        let (page, state) = (page.clone(), LinkState::Cut);
        Self { page, address: String::new(), same_window: false, state, problem: None }
    }

    const fn is_ready(&self) -> bool {
        matches!(self.state, LinkState::Ready)
    }

    /// Whether a new message to the same address would help.
    const fn can_send(&self) -> bool {
        matches!(self.state, LinkState::Expired | LinkState::Superseded)
    }

    fn title(&self) -> &'static str {
        match self.state {
            LinkState::Ready => "ask-title",
            LinkState::Cut => "link-cut-title",
            _ => "link-over-title",
        }
    }

    /// The locale key of the reason.
    fn reason(&self) -> &'static str {
        match self.state {
            LinkState::Ready => "link-ready",
            LinkState::Expired => "refusal-link-expired",
            LinkState::Used => "refusal-link-used",
            LinkState::Superseded => "refusal-link-earlier",
            LinkState::Unknown => "refusal-link-unknown",
            LinkState::Cut => "link-cut-lead",
        }
    }
}
