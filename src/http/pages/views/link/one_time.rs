//! The page for a one-time token in an operator's own message. Viewing it uses nothing up.

use askama::Template;

use crate::http::pages::views::ada;
use crate::http::pages::views::link::LinkState;
use rekey_core::types::error::Refusal;
use rekey_server::http::html::page::Page;
use rekey_server::http::html::page::form_error::FormError;

/// `GET|POST /reset-password/token`.
#[derive(Clone, Template)]
#[template(path = "pages/forgot_password/one_time.html")]
pub struct OneTimeView {
    /// The page context.
    pub page: Page,
    /// The address that the application sent or the user entered.
    pub identifier: String,
    /// Whether it need not be entered.
    pub is_known: bool,
    /// Whether ordinary recovery is available if the token does not work.
    pub can_request_code: bool,
    /// The status of the token.
    pub state: LinkState,
    /// Why the last attempt was refused.
    pub problem: Option<FormError>,
}

impl OneTimeView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let known = Self {
            page: page.clone(),
            identifier: ada(),
            is_known: true,
            can_request_code: true,
            state: LinkState::Ready,
            problem: None,
        };
        let unknown = Self { is_known: false, ..known.clone() };
        let refused = |problem| Self { problem: Some(problem), ..unknown.clone() };
        let over = |state| Self { state, ..known.clone() };
        vec![
            ("known", known.clone()),
            ("asked", Self { identifier: String::new(), ..unknown.clone() }),
            ("other-address", refused(FormError::address_mismatch())),
            ("malformed", refused(FormError::from_refusal("identifier", &Refusal::IdentifierMalformed))),
            ("throttled", refused(FormError::from_refusal("", &Refusal::Throttled { retry_after: 2 }))),
            ("expired", over(LinkState::Expired)),
            ("used", over(LinkState::Used)),
            ("unknown", over(LinkState::Unknown)),
            ("over-for-good", Self { can_request_code: false, ..over(LinkState::Expired) }),
        ]
    }

    const fn is_ready(&self) -> bool {
        matches!(self.state, LinkState::Ready)
    }

    fn title(&self) -> &'static str {
        if self.is_ready() { "ask-title" } else { "link-over-title" }
    }

    fn lead(&self) -> &'static str {
        match self.state {
            LinkState::Ready if self.is_known => "one-time-ready",
            LinkState::Ready => "one-time-address",
            LinkState::Expired => "refusal-link-expired",
            LinkState::Used => "refusal-link-used",
            LinkState::Superseded => "refusal-link-earlier",
            LinkState::Unknown | LinkState::Cut => "refusal-link-unknown",
        }
    }
}
