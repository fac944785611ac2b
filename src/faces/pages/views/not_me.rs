//! The page behind "this wasn't me" in a notice. Looking at it changes nothing; the button does.

use askama::Template;

use crate::faces::common::journey::Repudiated;
use crate::faces::common::page::Page;

/// What became of the link in the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMeState {
    /// It works.
    Ready,
    /// The account is safe again; this was done.
    Done(Repudiated),
    /// It was used before.
    Used,
    /// It is past its time.
    Expired,
    /// What it would undo was undone, or changed again since.
    Ended,
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
        let nothing = Repudiated::default();
        vec![
            ("ready", state(NotMeState::Ready)),
            ("ready-bare", Self { device: String::new(), ..state(NotMeState::Ready) }),
            ("ready-address", Self { is_address: true, ..state(NotMeState::Ready) }),
            ("done", state(NotMeState::Done(Repudiated { is_frozen: true, is_sent: true, ..nothing }))),
            ("restored", state(NotMeState::Done(Repudiated { is_restored: true, is_sent: true, ..nothing }))),
            ("removed", state(NotMeState::Done(Repudiated { is_removed: true, is_frozen: true, ..nothing }))),
            ("signed-out", state(NotMeState::Done(nothing))),
            ("ended", state(NotMeState::Ended)),
            ("used", state(NotMeState::Used)),
            ("expired", state(NotMeState::Expired)),
            ("unknown", state(NotMeState::Unknown)),
        ]
    }

    const fn is_ready(&self) -> bool {
        matches!(self.state, NotMeState::Ready)
    }

    const fn is_done(&self) -> bool {
        matches!(self.state, NotMeState::Done(_))
    }

    /// What was done, as locale keys.
    fn facts(&self) -> Vec<&'static str> {
        let NotMeState::Done(done) = self.state else { return Vec::new() };
        let facts = [
            (done.is_restored, "not-me-done-restored"),
            (done.is_removed, "not-me-done-removed"),
            (done.is_frozen, "not-me-done-freeze"),
            (true, "not-me-done-sessions"),
            (done.is_sent, "not-me-done-recover"),
        ];
        facts.into_iter().filter(|(is_so, _)| *is_so).map(|(_, key)| key).collect()
    }

    /// Whether a code is on its way.
    const fn is_sent(&self) -> bool {
        matches!(self.state, NotMeState::Done(Repudiated { is_sent: true, .. }))
    }

    /// What becomes of the change, as its locale key.
    const fn undoes(&self) -> &'static str {
        if self.is_address { "not-me-address-back" } else { "not-me-freeze" }
    }

    fn title(&self) -> &'static str {
        match self.state {
            NotMeState::Ready => "not-me-title",
            NotMeState::Done(_) => "not-me-done-title",
            NotMeState::Used | NotMeState::Expired | NotMeState::Ended | NotMeState::Unknown => {
                "not-me-over-title"
            }
        }
    }

    /// The first sentence, as its locale key.
    fn lead(&self) -> &'static str {
        match self.state {
            NotMeState::Ready if self.is_address => "not-me-address-lead",
            NotMeState::Ready => "not-me-lead",
            NotMeState::Done(_) => "not-me-done-lead",
            NotMeState::Used => "not-me-used",
            NotMeState::Expired => "not-me-expired",
            NotMeState::Ended => "not-me-ended",
            NotMeState::Unknown => "not-me-unknown",
        }
    }
}
