//! Authorization requests of apps: is the app known, is its redirect URI registered, is the request allowed,
//! is the user signed in, have they consented. Until the redirect URI is validated nothing is sent to it, not
//! even an error (RFC 9700 4.11). A request that needs the user to act first is stored (`pending`).

mod pending;
mod request;
mod response;
pub mod store;

use crate::oidc::authorize::pending::store_pending_request;
use crate::oidc::authorize::request::{identify, read_params, validate_redirect_uri};
use crate::oidc::authorize::response::{code_response, unparsed_error_response};
use crate::oidc::consent;
use crate::oidc::params::Params;
use crate::oidc::token::issuance::{self, AppRequest};
use crate::sessions::AuthenticatedUser;
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::ids::UserId;
use crate::types::time::Timestamp;
use crate::{Context, Core};

pub use crate::oidc::authorize::pending::{PendingAuthorization, ResumeOutcome, is_pending, resume};
pub(super) use crate::oidc::authorize::pending::{cancel, load_pending_request};
pub use crate::oidc::authorize::request::{PUSHED_TTL_SECONDS, push};
pub use crate::oidc::authorize::response::AppResponse;
pub(super) use crate::oidc::authorize::response::error_response;

/// The next step of a request.
#[derive(Clone, Debug)]
pub enum AuthorizeOutcome {
    /// The user has something to do first.
    Interact(PendingAuthorization),
    /// Back to the app, with a code or an error.
    Respond(AppResponse),
}

/// Whether the user can be sent back to the app yet.
enum AuthorizationState<'a> {
    Ready(&'a AuthenticatedUser),
    SignIn,
    Consent,
    /// A user other than the one the app expects is signed in.
    WrongUser,
}

/// Processes an authorization request. A fault that must not be sent to the app is returned as a refusal.
#[tracing::instrument(name = "begin_authorization", skip_all)]
pub async fn begin(
    context: Context<'_>,
    params: Params,
    current: Option<&AuthenticatedUser>,
) -> Result<AuthorizeOutcome> {
    let core = context.core;
    let (app, params) = identify(core, params).await?;
    let redirect_uri = validate_redirect_uri(&app, &params)?.to_owned();
    let authorize_params = match read_params(core, &app, &params, &redirect_uri) {
        Ok(authorize_params) => authorize_params,
        Err(fault) => {
            return Ok(AuthorizeOutcome::Respond(unparsed_error_response(
                core,
                &params,
                &redirect_uri,
                &fault,
            )));
        }
    };
    let caller = Caller { app_id: Some(app.id.clone()), ..context.caller.clone() };
    let context = context.with_caller(&caller);
    let now = core.now();
    let request = AppRequest { app: &app, authorize_params: &authorize_params };
    let state = authorization_state(core, request, now, None, current).await?;
    if let AuthorizationState::Ready(current) = state
        && let Some(code) = issuance::issue_code(context, request, current, None).await?
    {
        return Ok(AuthorizeOutcome::Respond(code_response(core, &authorize_params, &code)));
    }
    // If the session ended between the check and the write, the request continues as if the user had not been
    // signed in.
    match state {
        AuthorizationState::Consent if authorize_params.prompt.none => {
            Ok(AuthorizeOutcome::Respond(error_response(core, &authorize_params, &CONSENT_REQUIRED)))
        }
        _ if authorize_params.prompt.none => {
            Ok(AuthorizeOutcome::Respond(error_response(core, &authorize_params, &LOGIN_REQUIRED)))
        }
        AuthorizationState::Consent => store_pending_request(context, request, params, true).await,
        _ => store_pending_request(context, request, params, false).await,
    }
}

const CONSENT_REQUIRED: ProtocolError =
    ProtocolError::new(OAuthError::ConsentRequired, "the person has to agree first");
const LOGIN_REQUIRED: ProtocolError =
    ProtocolError::new(OAuthError::LoginRequired, "the person has to sign in first");

/// The state of the request for this user. A sign-in after the request was made is always recent enough for
/// it.
async fn authorization_state<'a>(
    core: &Core,
    request: AppRequest<'_>,
    made_at: Timestamp,
    consented_by: Option<&UserId>,
    current: Option<&'a AuthenticatedUser>,
) -> Result<AuthorizationState<'a>> {
    let Some(current) = current else { return Ok(AuthorizationState::SignIn) };
    let authorize_params = request.authorize_params;
    let signed_in = current.session.created_at;
    let in_time = authorize_params.max_age.is_none_or(|age| signed_in.plus_seconds(age) >= core.now());
    if signed_in < made_at && (authorize_params.prompt.login || !in_time)
        || signed_in == made_at && authorize_params.prompt.login
    {
        return Ok(AuthorizationState::SignIn);
    }
    if authorize_params.subject.as_ref().is_some_and(|subject| *subject != current.user.id) {
        return Ok(if signed_in > made_at {
            AuthorizationState::WrongUser
        } else {
            AuthorizationState::SignIn
        });
    }
    let agreed = consent::is_granted(core, request, consented_by, &current.user.id).await?;
    Ok(if agreed { AuthorizationState::Ready(current) } else { AuthorizationState::Consent })
}
