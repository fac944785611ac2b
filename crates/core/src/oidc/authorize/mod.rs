//! Authorization requests of apps: is the app known, is its redirect URI registered, is the request allowed,
//! is the user signed in, have they consented. Until the redirect URI is validated nothing is sent to it, not
//! even an error (RFC 9700 4.11). A request that needs the user to act first is stored as a row that names
//! nobody; the browser's sealed cookie holds its id, and it is finished once.

mod request;
mod response;
pub mod store;

use crate::apps::client_app::ClientApp;
use crate::oidc::authorization_request::{AuthorizationRequest, AuthorizeParams, to_stored};
use crate::oidc::authorize::store::AuthorizationStage;
use crate::oidc::consent;
use crate::oidc::params::Params;
use crate::oidc::token::issuance::{self, AppRequest};
use crate::sessions::AuthenticatedUser;
use crate::throttle::in_memory;
use crate::types::caller::Caller;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::error::{Error, Refusal, Result};
use crate::types::ids::{UserId, generate};
use crate::types::time::Timestamp;
use crate::{Context, Core};

pub use crate::oidc::authorize::request::{PUSHED_TTL_SECONDS, push};
use crate::oidc::authorize::request::{identify, read_params, validate_redirect_uri};
pub(super) use crate::oidc::authorize::response::error_redirect;
use crate::oidc::authorize::response::{code_redirect, unparsed_error_redirect};

/// How long a pending request lives, in seconds: an hour.
const REQUEST_TTL_SECONDS: i64 = 3600;

/// The next step of a request.
#[derive(Clone, Debug)]
pub enum AuthorizeOutcome {
    /// The user has something to do first.
    Interact(PendingAuthorization),
    /// Redirect to the app, with a code or an error.
    Redirect(String),
}

/// A request that waits for its user.
#[derive(Clone, Debug)]
pub struct PendingAuthorization {
    /// Its id, for the sealed cookie and nowhere else.
    pub id: String,
    /// The app.
    pub app_id: String,
    /// The redirect URI.
    pub redirect_uri: String,
    /// All parameters that were sent, from which the first page is chosen.
    pub params: Params,
    /// Whether the user is signed in and only has to consent.
    pub only_consent: bool,
}

/// What a pending request waits for.
#[derive(Clone, Debug)]
pub enum ResumeOutcome {
    /// The user has to sign in.
    SignIn,
    /// The user has to consent.
    Consent,
    /// Nothing: redirect to the app.
    Redirect(String),
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
    here: Option<&AuthenticatedUser>,
) -> Result<AuthorizeOutcome> {
    let core = context.core;
    let (app, params) = identify(core, params).await?;
    let redirect_uri = validate_redirect_uri(&app, &params)?.to_owned();
    let asked = match read_params(core, &app, &params, &redirect_uri) {
        Ok(asked) => asked,
        Err(fault) => {
            return Ok(AuthorizeOutcome::Redirect(unparsed_error_redirect(
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
    let request = AppRequest { app: &app, asked: &asked };
    let standing = authorization_state(core, request, now, None, here).await?;
    if let AuthorizationState::Ready(here) = standing
        && let Some(code) = issuance::issue_code(context, request, here, None).await?
    {
        return Ok(AuthorizeOutcome::Redirect(code_redirect(core, &asked, &code)));
    }
    // If the session ended between the check and the write, the request continues as if the user had not been
    // signed in.
    match standing {
        AuthorizationState::Consent if asked.prompt.none => {
            Ok(AuthorizeOutcome::Redirect(error_redirect(core, &asked, &CONSENT_REQUIRED)))
        }
        _ if asked.prompt.none => {
            Ok(AuthorizeOutcome::Redirect(error_redirect(core, &asked, &LOGIN_REQUIRED)))
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
    here: Option<&'a AuthenticatedUser>,
) -> Result<AuthorizationState<'a>> {
    let Some(here) = here else { return Ok(AuthorizationState::SignIn) };
    let asked = request.asked;
    let signed_in = here.session.created_at;
    let in_time = asked.max_age.is_none_or(|age| signed_in.plus_seconds(age) >= core.now());
    if signed_in < made_at && (asked.prompt.login || !in_time) || signed_in == made_at && asked.prompt.login {
        return Ok(AuthorizationState::SignIn);
    }
    if asked.subject.as_ref().is_some_and(|subject| *subject != here.user.id) {
        return Ok(if signed_in > made_at {
            AuthorizationState::WrongUser
        } else {
            AuthorizationState::SignIn
        });
    }
    let agreed = consent::is_granted(core, request, consented_by, &here.user.id).await?;
    Ok(if agreed { AuthorizationState::Ready(here) } else { AuthorizationState::Consent })
}

/// Stores a pending request. Anybody can cause such a row, so the number per network is limited.
async fn store_pending_request(
    context: Context<'_>,
    request: AppRequest<'_>,
    params: Params,
    only_consent: bool,
) -> Result<AuthorizeOutcome> {
    in_memory::limit_by_network(context)?;
    let AppRequest { app, asked } = request;
    let request = new_request(context.core, app, to_stored(asked)?);
    let mut tx = context.core.store.write().await?;
    store::insert(
        &mut tx,
        &request,
        AuthorizationStage::Open,
        context.now().plus_seconds(REQUEST_TTL_SECONDS),
    )
    .await?;
    tx.commit().await?;
    let redirect_uri = asked.redirect_uri.clone();
    Ok(AuthorizeOutcome::Interact(PendingAuthorization {
        id: request.id,
        app_id: request.app_id,
        redirect_uri,
        params,
        only_consent,
    }))
}

fn new_request(core: &Core, app: &ClientApp, asked: String) -> AuthorizationRequest {
    let now = core.now();
    AuthorizationRequest {
        id: generate(now, core.rng(), 21),
        app_id: app.id.clone(),
        asked,
        consented_by: None,
        created_at: now,
    }
}

/// A pending request, and its app.
pub(super) async fn load_pending_request(
    core: &Core,
    id: &str,
) -> Result<(AuthorizationRequest, ClientApp, AuthorizeParams)> {
    let mut tx = core.store.read().await?;
    let request = store::by_id(&mut tx, id, core.now()).await?.ok_or(Refusal::NotFound)?;
    let app = core.snapshot().app(&request.app_id).cloned().ok_or(Refusal::NotFound)?;
    let asked = serde_json::from_str(&request.asked).map_err(anyhow::Error::from)?;
    Ok((request, app, asked))
}

/// Whether this request is still pending.
pub async fn is_pending(core: &Core, id: &str) -> Result<bool> {
    match load_pending_request(core, id).await {
        Ok(_) => Ok(true),
        Err(Error::Refused(Refusal::NotFound)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Continues a pending request; `NotFound` when it was finished or has expired.
#[tracing::instrument(name = "resume_authorization", skip_all)]
pub async fn resume(
    context: Context<'_>,
    id: &str,
    here: Option<&AuthenticatedUser>,
) -> Result<ResumeOutcome> {
    let core = context.core;
    let (request, app, asked) = load_pending_request(core, id).await?;
    let caller = Caller { app_id: Some(app.id.clone()), ..context.caller.clone() };
    let context = context.with_caller(&caller);
    let by_app = AppRequest { app: &app, asked: &asked };
    match authorization_state(core, by_app, request.created_at, request.consented_by.as_ref(), here).await? {
        AuthorizationState::SignIn => Ok(ResumeOutcome::SignIn),
        AuthorizationState::Consent => Ok(ResumeOutcome::Consent),
        AuthorizationState::WrongUser => {
            cancel(core, id).await?;
            Ok(ResumeOutcome::Redirect(error_redirect(core, &asked, &LOGIN_REQUIRED)))
        }
        AuthorizationState::Ready(here) => {
            let code = issuance::issue_code(context, by_app, here, Some(id)).await?;
            Ok(code.map_or(ResumeOutcome::SignIn, |code| {
                ResumeOutcome::Redirect(code_redirect(core, &asked, &code))
            }))
        }
    }
}

/// Finishes a pending request without a code.
pub(super) async fn cancel(core: &Core, id: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    if !store::mark_finished(&mut tx, id, core.now()).await? {
        return Err(Error::Refused(Refusal::NotFound));
    }
    Ok(tx.commit().await?)
}
