//! The pages between an application and this server: resuming its authorization request, consent, and
//! sign-out at its request. The core decides what the application gets. For a request that was finished in
//! another window or has expired, a page says so and offers the application's start URL.

/// Consent to an application.
pub mod consent;
/// Sign-out at the request of an application.
pub mod end_session;

use actix_web::web::Path;

use crate::http::pages::views::ExpiredRequestView;
use rekey_core::oidc::authorize::{self, ResumeOutcome};
use rekey_core::types::error::{Error, Refusal};
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls;

/// `GET /oidc/auth/{id}`: redirects back to the application if nothing is missing, otherwise to the page for
/// what is. Only the browser whose encrypted cookie names the request gets a response.
pub async fn resume(request: PageRequest, id: Path<String>) -> PageResponse {
    let id = id.into_inner();
    let flow_state = request.flow_state();
    let Some(interaction) = flow_state.interactions.into_iter().find(|known| known.id == id) else {
        return request_expired_page(&request).await;
    };
    request.update_flow_state(|flow_state| flow_state.select_pending(&id));
    let current = match request.current_session().await {
        Ok(current) => current,
        Err(failed) => return request.error_response(&failed, urls::SIGN_IN),
    };
    let app = Some(interaction.app.as_str());
    match authorize::resume(request.context(), &id, current.as_ref()).await {
        Ok(ResumeOutcome::SignIn) => request.redirect(&urls::with_query(urls::SIGN_IN, &[("app_id", app)])),
        Ok(ResumeOutcome::Consent) => request.redirect(&urls::with_query(urls::CONSENT, &[("app_id", app)])),
        Ok(ResumeOutcome::Respond(response)) => {
            request.update_flow_state(|flow_state| flow_state.remove_pending(&id));
            request.respond_to_app(&response)
        }
        Err(Error::Refused(Refusal::NotFound)) => {
            request.update_flow_state(|flow_state| flow_state.remove_pending(&id));
            request_expired_page(&request).await
        }
        Err(error) => request.error_response(&error, urls::SIGN_IN),
    }
}

/// The page for a request that has ended.
async fn request_expired_page(request: &PageRequest) -> PageResponse {
    let is_here = matches!(request.current_session().await, Ok(Some(_)));
    request.gone_page(&ExpiredRequestView { page: request.page(), is_here })
}
