//! Sign-out at the request of an application. A GET never signs anyone out: there is a button, which the
//! script presses if the application proved that it means the current session. A visitor who is not signed in
//! is redirected at once.

use actix_web::HttpRequest;
use validator::Validate;

use crate::http::pages::views::EndSessionView;
use rekey_core::oidc::logout::{self, LogoutRequest};
use rekey_core::oidc::params::Params;
use rekey_core::sessions::AuthenticatedUser;
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_server::http::html::flow_state::Flash;
use rekey_server::http::html::form::{Form, QueryForm};
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::html::signed_in::redirect_signed_out;
use rekey_server::http::middleware::content_security_policy;
use rekey_server::http::routes::urls;

/// The parameters of the application's request, repeated by the form.
#[derive(serde::Deserialize, Validate)]
pub struct EndSessionForm {
    client_id: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// `GET /oidc/session/end`.
pub async fn show(request: PageRequest, http_request: HttpRequest) -> PageResponse {
    match load_request(&request, Params::parse(http_request.query_string().as_bytes()).map_err(Error::from))
        .await
    {
        Ok((params, leaving, Some(current))) => confirmation_page(&request, &params, leaving, &current),
        Ok((_, leaving, None)) => redirect_onward(&request, leaving.post_logout_redirect.as_deref()),
        Err(error) => request.error_response(&error, urls::SIGN_IN),
    }
}

/// `POST /oidc/session/end`: redirected to the equivalent GET, because a POST from another site arrives
/// without our cookies.
pub async fn submit(request: PageRequest, sent: QueryForm) -> PageResponse {
    request.redirect(&sent.to_url(urls::OIDC_END))
}

async fn load_request(
    request: &PageRequest,
    params: Result<Params>,
) -> Result<(Params, LogoutRequest, Option<AuthenticatedUser>)> {
    let params = params?;
    let current = request.current_session().await?;
    let leaving = logout::read_request(&request.app.core, &params, current.as_ref())?;
    Ok((params, leaving, current))
}

fn confirmation_page(
    request: &PageRequest,
    params: &Params,
    leaving: LogoutRequest,
    current: &AuthenticatedUser,
) -> PageResponse {
    let param = |name| params.all(name).next().map(str::to_owned);
    let target =
        leaving.post_logout_redirect.as_deref().and_then(content_security_policy::form_action_source);
    let view = EndSessionView {
        page: request.page(),
        identifier: current.user.best_identifier(),
        client_id: leaving.app.as_ref().map(|app| app.id.clone()),
        app: leaving.app.map(|app| app.name),
        to: param("post_logout_redirect_uri").filter(|_| leaving.post_logout_redirect.is_some()),
        state: param("state"),
        is_proven: leaving.is_proven,
    };
    request.ok_with_form_action(target.as_deref(), &view)
}

fn redirect_onward(request: &PageRequest, to: Option<&str>) -> PageResponse {
    to.map_or_else(|| request.redirect(urls::SIGN_IN), |address| request.redirect_external(address))
}

/// `POST /oidc/session/end/confirm`.
pub async fn confirm(request: PageRequest, form: Form<EndSessionForm>) -> PageResponse {
    let EndSessionForm { client_id, post_logout_redirect_uri, state } = form.0;
    let pairs =
        [("client_id", client_id), ("post_logout_redirect_uri", post_logout_redirect_uri), ("state", state)];
    let given = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    match load_request(&request, Params::new(given.collect()).map_err(Error::from)).await {
        Ok((_, leaving, Some(current))) => match logout::sign_out(request.context(), &current).await {
            Ok(()) => signed_out_response(&request, leaving.post_logout_redirect.as_deref()),
            Err(failed) => request.error_response(&failed, urls::ACCOUNT),
        },
        Ok((_, leaving, None)) => signed_out_response(&request, leaving.post_logout_redirect.as_deref()),
        Err(Error::Refused(Refusal::Protocol(fault))) => request.oauth_error_page(&fault),
        Err(failed) => request.error_response(&failed, urls::ACCOUNT),
    }
}

/// Ends the sign-out and redirects to where the application asked for.
fn signed_out_response(request: &PageRequest, to: Option<&str>) -> PageResponse {
    let mut reply = redirect_signed_out(request, Flash::SignedOut);
    if let Some(address) = to.and_then(|to| actix_web::http::header::HeaderValue::try_from(to).ok()) {
        reply.headers_mut().insert(actix_web::http::header::LOCATION, address);
    }
    reply
}
