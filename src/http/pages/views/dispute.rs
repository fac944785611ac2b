//! The page behind "this wasn't me" in a notice. Viewing it changes nothing; the button does.

use askama::Template;

use rekey_server::http::html::flow_state::DisputeFlash;
use rekey_server::http::html::page::Page;

/// The status of the link in the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeState {
    /// It is valid.
    Ready,
    /// The account was secured; what was done.
    Done(DisputeFlash),
    /// It was used before.
    Used,
    /// It has expired.
    Expired,
    /// The change was already undone, or another change followed.
    Ended,
    /// The link does not exist.
    Unknown,
    /// It is shorter than a link, or has other signs.
    Cut,
}

/// `GET|POST /not-me`.
#[derive(Clone, Template)]
#[template(path = "pages/not_me.html")]
pub struct DisputeView {
    /// The page context.
    pub page: Page,
    /// The status of the link.
    pub state: DisputeState,
    /// Whether an address changed rather than the password.
    pub is_address: bool,
    /// The browser that made the change, in a few words; may be empty.
    pub device: String,
    /// When, as RFC 3339; may be empty.
    pub at: String,
}

impl DisputeView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let state = |state| Self {
            page: page.clone(),
            state,
            is_address: false,
            device: "Chrome on Windows".to_owned(),
            at: "2026-03-09T17:40:00Z".to_owned(),
        };
        let nothing = DisputeFlash::default();
        vec![
            ("ready", state(DisputeState::Ready)),
            ("ready-bare", Self { device: String::new(), ..state(DisputeState::Ready) }),
            ("ready-address", Self { is_address: true, ..state(DisputeState::Ready) }),
            ("done", state(DisputeState::Done(DisputeFlash { is_frozen: true, is_sent: true, ..nothing }))),
            (
                "restored",
                state(DisputeState::Done(DisputeFlash { is_restored: true, is_sent: true, ..nothing })),
            ),
            (
                "removed",
                state(DisputeState::Done(DisputeFlash { is_removed: true, is_frozen: true, ..nothing })),
            ),
            ("signed-out", state(DisputeState::Done(nothing))),
            ("ended", state(DisputeState::Ended)),
            ("used", state(DisputeState::Used)),
            ("expired", state(DisputeState::Expired)),
            ("unknown", state(DisputeState::Unknown)),
            ("cut", state(DisputeState::Cut)),
        ]
    }

    const fn is_ready(&self) -> bool {
        matches!(self.state, DisputeState::Ready)
    }

    const fn is_done(&self) -> bool {
        matches!(self.state, DisputeState::Done(_))
    }

    /// What was done, as locale keys.
    fn facts(&self) -> Vec<&'static str> {
        let DisputeState::Done(done) = self.state else { return Vec::new() };
        let facts = [
            (done.is_restored, "not-me-done-restored"),
            (done.is_removed, "not-me-done-removed"),
            (done.is_frozen, "not-me-done-freeze"),
            (true, "not-me-done-sessions"),
            (done.is_sent, "not-me-done-recover"),
        ];
        facts.into_iter().filter(|(is_so, _)| *is_so).map(|(_, key)| key).collect()
    }

    /// Whether a code was sent.
    const fn is_sent(&self) -> bool {
        matches!(self.state, DisputeState::Done(DisputeFlash { is_sent: true, .. }))
    }

    /// The locale key of what happens to the change.
    const fn undo_effect(&self) -> &'static str {
        if self.is_address { "not-me-address-back" } else { "not-me-freeze" }
    }

    fn title(&self) -> &'static str {
        match self.state {
            DisputeState::Ready => "not-me-title",
            DisputeState::Done(_) => "not-me-done-title",
            DisputeState::Cut => "link-cut-title",
            DisputeState::Used | DisputeState::Expired | DisputeState::Ended | DisputeState::Unknown => {
                "not-me-over-title"
            }
        }
    }

    /// The locale key of the first sentence.
    fn lead(&self) -> &'static str {
        match self.state {
            DisputeState::Ready if self.is_address => "not-me-address-lead",
            DisputeState::Ready => "not-me-lead",
            DisputeState::Done(_) => "not-me-done-lead",
            DisputeState::Used => "not-me-used",
            DisputeState::Expired => "not-me-expired",
            DisputeState::Ended => "not-me-ended",
            DisputeState::Unknown => "not-me-unknown",
            DisputeState::Cut => "link-cut-lead",
        }
    }
}
