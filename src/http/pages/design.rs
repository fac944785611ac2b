//! Renders every page in every state, for the gallery and `tests/http/pages/rendering.rs`. It has no routes.

use askama::Template;

use crate::http::html::page::Page;
use crate::http::html::page::error::ErrorView;
use crate::http::pages::views::{
    AccountView, CaptchaWaitView, CodeView, ConsentView, DemoAppView, DisputeView, DoneView, EndSessionView,
    ExpiredRequestView, ForgotPasswordView, GalleryView, InboxMessageView, InboxView, LinkView,
    NewPasswordView, OneTimeView, PasswordView, RegisterView, SignInView,
};

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
