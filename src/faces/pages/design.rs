//! Every page in every state, rendered: what the gallery shows and what `tests/pages.rs` examines. No routes here.

use askama::Template;

use super::views::{
    AccountView, AskView, CaptchaWaitView, CodeView, ConsentView, DemoAppView, DoneView, EndSessionView,
    GalleryView, InboxMessageView, InboxView, LinkView, LostView, NewPasswordView, NotMeView, OneTimeView,
    PasswordView, RegisterView, SignInView,
};
use crate::faces::common::page::Page;
use crate::faces::common::page::error::ErrorView;

/// A page, one of its states, and its HTML.
pub type Sample = (&'static str, &'static str, String);

/// All of them, in the order in which a person meets them.
pub fn samples(page: &Page) -> Vec<Sample> {
    [
        rendered("sign-in", SignInView::samples(page)),
        rendered("register", RegisterView::samples(page)),
        rendered("ask", AskView::samples(page)),
        rendered("captcha-wait", CaptchaWaitView::samples(page)),
        rendered("code", CodeView::samples(page)),
        rendered("link", LinkView::samples(page)),
        rendered("one-time", OneTimeView::samples(page)),
        rendered("new-password", NewPasswordView::samples(page)),
        rendered("done", DoneView::samples(page)),
        rendered("account", AccountView::samples(page)),
        rendered("password", PasswordView::samples(page)),
        rendered("consent", ConsentView::samples(page)),
        rendered("lost", LostView::samples(page)),
        rendered("end-session", EndSessionView::samples(page)),
        rendered("not-me", NotMeView::samples(page)),
        rendered("error", ErrorView::samples(page)),
        rendered("inbox", InboxView::samples(page)),
        rendered("message", InboxMessageView::samples(page)),
        rendered("gallery", GalleryView::samples(page)),
        rendered("demo-app", DemoAppView::samples(page)),
    ]
    .concat()
}

/// A view that does not render shows why, in the gallery and in the failing test.
fn rendered<V: Template>(name: &'static str, samples: Vec<(&'static str, V)>) -> Vec<Sample> {
    let html = |view: &V| view.render().unwrap_or_else(|error| error.to_string());
    samples.into_iter().map(|(state, view)| (name, state, html(&view))).collect()
}
