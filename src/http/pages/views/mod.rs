//! The view types: the data that each template needs and nothing more, ready to be shown. Every view has
//! `samples`, which the gallery and `tests/http/pages/rendering.rs` render; a state without a sample is not
//! tested.

mod account;
mod apps;
mod captcha;
mod code;
mod demo_app;
mod dev;
mod dispute;
mod error;
mod forgot_password;
mod leave;
mod link;
mod password;
mod register;
mod sign_in;

use askama::Template;

use rekey_core::sign_in::methods::IdentifierKinds;
use rekey_server::http::html::page::Page;

pub use crate::http::pages::views::account::{AccountView, SessionRow, SharedAppRow};
pub use crate::http::pages::views::apps::{ConsentView, EndSessionView, ExpiredRequestView, ScopeSummary};
pub use crate::http::pages::views::captcha::{CaptchaView, CaptchaWaitView};
pub use crate::http::pages::views::code::CodeView;
pub use crate::http::pages::views::demo_app::{DemoAppState, DemoAppView};
pub use crate::http::pages::views::dev::{GalleryRow, GalleryView, InboxMessageView, InboxRow, InboxView};
pub use crate::http::pages::views::dispute::{DisputeState, DisputeView};
pub use crate::http::pages::views::error::ErrorView;
pub use crate::http::pages::views::forgot_password::ForgotPasswordView;
pub use crate::http::pages::views::leave::LeaveView;
pub use crate::http::pages::views::link::one_time::OneTimeView;
pub use crate::http::pages::views::link::{LinkState, LinkView};
pub use crate::http::pages::views::password::new::{DoneView, NewPasswordView};
pub use crate::http::pages::views::password::{PasswordPageReason, PasswordView};
pub use crate::http::pages::views::register::RegisterView;
pub use crate::http::pages::views::sign_in::SignInView;

/// A page, one of its states, and its HTML.
pub type Sample = (&'static str, &'static str, String);

/// All samples, in the order in which a visitor meets the pages.
pub fn samples(page: &Page) -> Vec<Sample> {
    [
        render_samples("sign-in", SignInView::samples(page)),
        render_samples("register", RegisterView::samples(page)),
        render_samples("ask", ForgotPasswordView::samples(page)),
        render_samples("captcha-wait", CaptchaWaitView::samples(page)),
        render_samples("code", CodeView::samples(page)),
        render_samples("link", LinkView::samples(page)),
        render_samples("one-time", OneTimeView::samples(page)),
        render_samples("new-password", NewPasswordView::samples(page)),
        render_samples("done", DoneView::samples(page)),
        render_samples("account", AccountView::samples(page)),
        render_samples("password", PasswordView::samples(page)),
        render_samples("consent", ConsentView::samples(page)),
        render_samples("leave", LeaveView::samples(page)),
        render_samples("lost", ExpiredRequestView::samples(page)),
        render_samples("end-session", EndSessionView::samples(page)),
        render_samples("not-me", DisputeView::samples(page)),
        render_samples("error", ErrorView::samples(page)),
        render_samples("inbox", InboxView::samples(page)),
        render_samples("message", InboxMessageView::samples(page)),
        render_samples("gallery", GalleryView::samples(page)),
        render_samples("demo-app", DemoAppView::samples(page)),
    ]
    .concat()
}

/// A view that fails to render shows the error, in the gallery and in the failing test.
fn render_samples<V: Template>(name: &'static str, samples: Vec<(&'static str, V)>) -> Vec<Sample> {
    let html = |view: &V| view.render().unwrap_or_else(|error| error.to_string());
    samples.into_iter().map(|(state, view)| (name, state, html(&view))).collect()
}

/// The address in samples; reserved for examples (RFC 2606).
const ADA: &str = "ada@example.org";

fn ada() -> String {
    ADA.to_owned()
}

/// The locale key of the label of a field for these kinds of identifier.
const fn identifier_label(kinds: IdentifierKinds) -> &'static str {
    match (kinds.email, kinds.phone, kinds.username) {
        (true, false, false) => "label-email",
        (false, true, false) => "label-phone",
        (false, false, true) => "label-username",
        (true, true, false) => "label-email-or-phone",
        (true, false, true) => "label-email-or-username",
        (false, true, true) => "label-phone-or-username",
        (true, true, true) | (false, false, false) => "label-identifier",
    }
}

/// Its input type: a strict one only if no other kind is accepted.
const fn identifier_input_type(kinds: IdentifierKinds) -> &'static str {
    match (kinds.email, kinds.phone, kinds.username) {
        (true, false, false) => "email",
        (false, true, false) => "tel",
        _ => "text",
    }
}

/// Its input mode.
const fn identifier_input_mode(kinds: IdentifierKinds) -> &'static str {
    match (kinds.email, kinds.phone, kinds.username) {
        (false, true, false) => "tel",
        (false, false, true) => "text",
        _ => "email",
    }
}
