//! Where a page leads: redirects, the target after sign-in, and the way back to the application.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;

use crate::http::html::flow_state::FlowState;
use crate::http::html::page::{AppLink, Page};
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::routes::urls::{self, PostSignInTarget};
use rekey_core::apps::client_app::ClientApp;
use rekey_core::oidc::first_screen::FirstScreen;
use rekey_core::types::error::violation::Violation;
use rekey_core::{account, oidc};

impl PageRequest {
    /// Redirects to another page with 303, so that the browser drops the body and the back button is safe
    /// (RFC 9700).
    pub fn redirect(&self, path: &str) -> PageResponse {
        HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
    }

    /// Where to go after sign-in: the page that was requested here, the application that waits, or the
    /// account page.
    pub fn sign_in_target(&self) -> PostSignInTarget {
        let flow_state = self.flow_state.borrow();
        let to_app = flow_state.app.as_ref().map(|_| PostSignInTarget::App);
        flow_state.after.or(to_app).unwrap_or(PostSignInTarget::Account)
    }

    /// Finishes a sign-in and returns the path to redirect to: the requested target, as far as the settings
    /// allow it. If the current policy rejects the password, the page that says so comes first, and the
    /// target is kept for afterwards.
    pub fn finish_sign_in(&self, weaknesses: Vec<Violation>) -> String {
        let after = match self.sign_in_target() {
            PostSignInTarget::Password if !account::may_change_password(&self.app.core) => {
                PostSignInTarget::Account
            }
            wanted => wanted,
        };
        let is_fine = weaknesses.is_empty();
        self.update_flow_state(|flow_state| {
            flow_state.clear_recovery();
            flow_state.after = Some(after).filter(|_| !is_fine);
            flow_state.weaknesses = weaknesses;
        });
        if is_fine { self.target_url(after, false) } else { urls::ACCOUNT_PASSWORD.to_owned() }
    }

    /// The URL of that target; `past_password` for a user who comes from the password page, which is not
    /// shown again at once.
    pub fn target_url(&self, after: PostSignInTarget, past_password: bool) -> String {
        let waits = self
            .flow_state
            .borrow()
            .current_pending()
            .map(|waits| format!("{}/{}", urls::OIDC_AUTH, waits.id));
        let to_app = || waits.or_else(|| self.page().app.and_then(|app| app.start));
        let path = if past_password { after.path_after_password() } else { after.path() };
        Some(after)
            .filter(|after| *after == PostSignInTarget::App)
            .and_then(|_| to_app())
            .unwrap_or_else(|| path.to_owned())
    }

    /// The page context.
    pub fn page(&self) -> Page {
        let snapshot = self.app.core.snapshot();
        let flow_state = self.flow_state.borrow();
        let app = flow_state.app.as_deref().and_then(|id| snapshot.app(id));
        let brand = snapshot.settings.sign_in_experience.display_name.clone();
        Page {
            translations: self.translations.clone(),
            csrf: flow_state.csrf.expose().to_owned(),
            brand: brand.unwrap_or_else(|| rekey_core::PRODUCT.to_owned()),
            app: app.map(|app| self.app_link(app, &flow_state)),
            interaction: flow_state.current_pending().map(|interaction| interaction.id.clone()),
            assets: self.app.assets.clone(),
            dev: self.app.site.dev,
        }
    }

    /// The application and its start URL. The start URL is used where no request of the application is
    /// pending: it lets the application start one, with a login hint unless the application is third-party.
    fn app_link(&self, app: &ClientApp, flow_state: &FlowState) -> AppLink {
        let hint =
            Some(flow_state.identifier.as_str()).filter(|hint| !hint.is_empty() && !app.is_third_party);
        let issuer = oidc::issuer(&self.app.core);
        let screen = Some(FirstScreen::SignIn.name());
        let pairs = [("iss", Some(issuer.as_str())), ("login_hint", hint), ("first_screen", screen)];
        let start = app.initiate_login_uri.as_deref().map(|uri| urls::with_query(uri, &pairs));
        AppLink { id: app.id.clone(), name: app.name.clone(), start }
    }
}
