//! The page behind "this wasn't me" in a notice. Looking at it changes nothing; the button does.

use askama::Template;

use crate::faces::common::page::Page;

/// What became of the link in the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMeState {
    /// It works.
    Ready,
    /// The account is safe again.
    Done,
    /// The account is safe again, but there is no address to send a code to.
    Frozen,
    /// It was used before.
    Used,
    /// It is past its time.
    Expired,
    /// No such link.
    Unknown,
}

/// `GET|POST /not-me`.
#[derive(Clone, Template)]
#[template(path = "pages/not_me.html")]
pub struct NotMeView {
    /// The frame.
    pub page: Page,
    /// What became of the link.
    pub state: NotMeState,
    /// Whether an address changed, not the password.
    pub is_address: bool,
    /// The browser that made the change, in a few words; may be empty.
    pub device: String,
    /// When, as RFC 3339; may be empty.
    pub at: String,
}

impl NotMeView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let state = |state| Self {
            page: page.clone(),
            state,
            is_address: false,
            device: "Chrome on Windows".to_owned(),
            at: "2026-03-09T17:40:00Z".to_owned(),
        };
        vec![
            ("ready", state(NotMeState::Ready)),
            ("ready-bare", Self { device: String::new(), ..state(NotMeState::Ready) }),
            ("ready-address", Self { is_address: true, ..state(NotMeState::Ready) }),
            ("done", state(NotMeState::Done)),
            ("frozen", state(NotMeState::Frozen)),
            ("used", state(NotMeState::Used)),
            ("expired", state(NotMeState::Expired)),
            ("unknown", state(NotMeState::Unknown)),
        ]
    }

    const fn is_ready(&self) -> bool {
        matches!(self.state, NotMeState::Ready)
    }

    const fn is_done(&self) -> bool {
        matches!(self.state, NotMeState::Done | NotMeState::Frozen)
    }

    /// Whether a code is on its way.
    const fn is_sent(&self) -> bool {
        matches!(self.state, NotMeState::Done)
    }

    /// What becomes of the change, as its locale key.
    const fn undoes(&self) -> &'static str {
        if self.is_address { "not-me-address-back" } else { "not-me-freeze" }
    }

    fn title(&self) -> &'static str {
        match self.state {
            NotMeState::Ready => "not-me-title",
            NotMeState::Done | NotMeState::Frozen => "not-me-done-title",
            NotMeState::Used | NotMeState::Expired | NotMeState::Unknown => "not-me-over-title",
        }
    }

    /// The first sentence, as its locale key.
    fn lead(&self) -> &'static str {
        match self.state {
            NotMeState::Ready if self.is_address => "not-me-address-lead",
            NotMeState::Ready => "not-me-lead",
            NotMeState::Done | NotMeState::Frozen => "not-me-done-lead",
            NotMeState::Used => "not-me-used",
            NotMeState::Expired => "not-me-expired",
            NotMeState::Unknown => "not-me-unknown",
        }
    }
}
