//! The authorization endpoint. The response redirects to one of our pages or back to the application; which
//! page comes first depends on `first_screen` and related parameters, and on nothing else in the URL.

use actix_web::HttpRequest;

use crate::http::html::flow_state::PendingAppRequest;
use crate::http::html::form::QueryForm;
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::middleware::request_log::record_app;
use crate::http::routes::urls;
use rekey_core::oidc::authorize::{self, AuthorizeOutcome, PendingAuthorization};
use rekey_core::oidc::first_screen::{FirstScreen, MAX_PAGE_PARAM_BYTES};
use rekey_core::oidc::params::Params;

/// `GET /oidc/auth`. It stores a request that names no user, or for a signed-in user issues a code. That is a
/// safe GET in practice: a link scanner has no session.
pub async fn show(request: PageRequest, http_request: HttpRequest) -> PageResponse {
    let params = match Params::parse(http_request.query_string().as_bytes()) {
        Ok(params) => params,
        Err(fault) => return request.oauth_error_page(&fault),
    };
    let current = match request.current_session().await {
        Ok(current) => current,
        Err(failed) => return request.error_response(&failed, urls::SIGN_IN),
    };
    match authorize::begin(request.context(), params, current.as_ref()).await {
        Ok(AuthorizeOutcome::Respond(response)) => request.respond_to_app(&response),
        Ok(AuthorizeOutcome::Interact(kept)) => redirect_to_first_page(&request, kept),
        Err(error) => request.error_response(&error, urls::SIGN_IN),
    }
}

/// `POST /oidc/auth`: redirected to the equivalent GET, because a POST from another site arrives without our
/// cookies.
pub async fn submit(request: PageRequest, sent: QueryForm) -> PageResponse {
    request.redirect_or_lead(&sent.to_url(urls::OIDC_AUTH))
}

fn redirect_to_first_page(request: &PageRequest, kept: PendingAuthorization) -> PageResponse {
    record_app(&kept.app_id);
    let page = if kept.only_consent {
        urls::with_query(urls::CONSENT, &[("app_id", Some(&kept.app_id))])
    } else {
        first_page_url(&kept.params, &kept.app_id)
    };
    request.update_flow_state(|flow_state| {
        flow_state.add_pending(PendingAppRequest { id: kept.id, app: kept.app_id })
    });
    request.redirect(&page)
}

/// The URL of the first page with its parameters, in the documented order.
fn first_page_url(params: &Params, app_id: &str) -> String {
    let param = |name| params.all(name).next().filter(|text| text.len() <= MAX_PAGE_PARAM_BYTES);
    let pairs = [
        ("app_id", Some(app_id)),
        ("organization_id", param("organization_id")),
        ("ui_locales", param("ui_locales")),
        ("one_time_token", param("one_time_token")),
        ("login_hint", param("login_hint")),
        ("identifier", param("identifier")),
    ];
    urls::with_query(urls::first_page(FirstScreen::requested(params)), &pairs)
}
