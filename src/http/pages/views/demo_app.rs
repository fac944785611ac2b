//! The page of the demo application. Never in production.

use askama::Template;

use rekey_server::http::html::page::Page;

/// The state of the demo application. Its script switches between them; the gallery, and visitors without a
/// registered application, see one alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DemoAppState {
    /// Decided by its script.
    Live,
    /// Signed out.
    SignedOut,
    /// Signed in.
    SignedIn,
    /// The sign-in failed.
    Trouble,
    /// The application is not registered.
    Unregistered,
}

/// `GET /demo-app`.
#[derive(Clone, Template)]
#[template(path = "pages/dev/demo_app.html")]
pub struct DemoAppView {
    /// The page context.
    pub page: Page,
    /// Scheme, host and port of the provider and of the application, which are the same here.
    pub origin: String,
    /// The application's client id.
    pub client: &'static str,
    /// The initial state.
    pub screen: DemoAppState,
}

impl DemoAppView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let origin = "http://localhost:4000".to_owned();
        let app = |screen| Self { page: page.clone(), origin: origin.clone(), client: "demo-app", screen };
        vec![
            ("signed-out", app(DemoAppState::SignedOut)),
            ("signed-in", app(DemoAppState::SignedIn)),
            ("trouble", app(DemoAppState::Trouble)),
            ("unregistered", app(DemoAppState::Unregistered)),
        ]
    }
}
