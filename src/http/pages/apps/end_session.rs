//! Sign-out at the request of an application. A GET never signs anyone out: there is a button, which the
//! script presses if the application proved that it means the current session. A visitor who is not signed in
//! is redirected at once.

use actix_web::HttpRequest;
use actix_web::http::header::LOCATION;
use validator::Validate;

use crate::http::pages::views::EndSessionView;
use rekey_core::oidc::authorize::AppResponse;
use rekey_core::oidc::logout::request::LogoutRequest;
use rekey_core::oidc::logout::{self, request as logout_request};
use rekey_core::oidc::params::Params;
use rekey_core::sessions::AuthenticatedUser;
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_server::http::html::flow_state::Flash;
use rekey_server::http::html::form::{Form, QueryForm};
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::html::signed_in::redirect_signed_out;
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
        Ok((leaving, Some(current))) => confirmation_page(&request, leaving, &current),
        Ok((leaving, None)) => redirect_onward(&request, leaving.post_logout_redirect.as_ref()),
        Err(error) => request.error_response(&error, urls::SIGN_IN),
    }
}

/// `POST /oidc/session/end`: redirected to a GET, because a POST from another site arrives without our cookies.
/// What it says is sealed: an ID token must not be in an address.
pub async fn submit(request: PageRequest, sent: QueryForm) -> PageResponse {
    let sealed = Params::parse(sent.as_query().as_bytes())
        .map_err(Error::from)
        .and_then(|params| logout_request::seal(&request.app.core, &params));
    match sealed {
        Ok(sealed) => {
            request.redirect_or_lead(&urls::with_query(urls::OIDC_END, &[("request", Some(&sealed))]))
        }
        Err(error) => request.error_response(&error, urls::SIGN_IN),
    }
}

async fn load_request(
    request: &PageRequest,
    params: Result<Params>,
) -> Result<(LogoutRequest, Option<AuthenticatedUser>)> {
    let params = params?;
    let current = request.current_session().await?;
    let leaving = logout_request::read(&request.app.core, &params, current.as_ref())?;
    Ok((leaving, current))
}

fn confirmation_page(
    request: &PageRequest,
    leaving: LogoutRequest,
    current: &AuthenticatedUser,
) -> PageResponse {
    let (to, state) = leaving.post_logout_redirect.map_or((None, None), |response| {
        let state = response.params.into_iter().next().map(|(_, value)| value);
        (Some(response.redirect_uri), state)
    });
    let view = EndSessionView {
        page: request.page(),
        identifier: current.user.best_identifier(),
        client_id: leaving.app.as_ref().map(|app| app.id.clone()),
        app: leaving.app.map(|app| app.name),
        to,
        state,
        is_proven: leaving.is_proven,
    };
    request.ok_leaving(&view)
}

fn redirect_onward(request: &PageRequest, to: Option<&AppResponse>) -> PageResponse {
    to.map_or_else(|| request.redirect(urls::SIGN_IN), |response| request.respond_to_app(response))
}

/// `POST /oidc/session/end/confirm`.
pub async fn confirm(request: PageRequest, form: Form<EndSessionForm>) -> PageResponse {
    let EndSessionForm { client_id, post_logout_redirect_uri, state } = form.0;
    let pairs =
        [("client_id", client_id), ("post_logout_redirect_uri", post_logout_redirect_uri), ("state", state)];
    let given = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    match load_request(&request, Params::new(given.collect()).map_err(Error::from)).await {
        Ok((leaving, Some(current))) => match logout::sign_out(request.context(), &current).await {
            Ok(()) => signed_out_response(&request, leaving.post_logout_redirect.as_ref()),
            Err(failed) => request.error_response(&failed, urls::ACCOUNT),
        },
        Ok((leaving, None)) => signed_out_response(&request, leaving.post_logout_redirect.as_ref()),
        Err(Error::Refused(Refusal::Protocol(fault))) => request.oauth_error_page(&fault),
        Err(failed) => request.error_response(&failed, urls::ACCOUNT),
    }
}

/// Ends the sign-out and leads to where the application asked for.
fn signed_out_response(request: &PageRequest, to: Option<&AppResponse>) -> PageResponse {
    let signed_out = redirect_signed_out(request, Flash::SignedOut);
    let Some(response) = to else { return signed_out };
    let mut reply = request.respond_to_app(response);
    // The cookie that ends, and the clearing of the browser's cache.
    for (name, value) in signed_out.headers().iter().filter(|(name, _)| **name != LOCATION) {
        reply.headers_mut().append(name.clone(), value.clone());
    }
    reply
}
