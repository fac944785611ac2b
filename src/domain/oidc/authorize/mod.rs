//! An app sends a person here: is the app known, is its redirect proven, is what it asks allowed, is the person here, have they agreed.
//! Until the redirect is proven nothing goes to it, not even an error (RFC 9700 4.11). The surprise: a request whose person
//! must do something first is a row that names nobody; the browser's sealed cookie names it, and the row is finished once.

mod request;
mod response;

use super::consent;
use super::issuance::{self, AppRequest};
use crate::domain::sessions::AuthenticatedUser;
use crate::domain::{Core, memory_limiter};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::ids::UserId;
use crate::model::ids::fresh;
use crate::model::oidc::authorization_request::{AuthorizationRequest, AuthorizeParams, to_stored};
use crate::model::oidc::oauth_error::{OAuthError, ProtocolError};
use crate::model::oidc::params::Params;
use crate::model::time::Timestamp;
use crate::store::authorizations::{self, AuthorizationStage};

pub use self::request::{PUSHED_TTL_SECONDS, push};
use self::request::{identify, read_params, validate_redirect_uri};
pub(super) use self::response::error_redirect;
use self::response::{code_redirect, unparsed_error_redirect};

/// How long a person may take, in seconds: an hour.
const REQUEST_TTL_SECONDS: i64 = 3600;

/// Where a request goes on.
#[derive(Clone, Debug)]
pub enum AuthorizeOutcome {
    /// The person has something to do first.
    Interact(PendingAuthorization),
    /// Back to the app, with a code or an error.
    Redirect(String),
}

/// A request that waits for its person.
#[derive(Clone, Debug)]
pub struct PendingAuthorization {
    /// Its id, for the sealed cookie and nowhere else.
    pub id: String,
    /// The app.
    pub app_id: String,
    /// Where its answer will go.
    pub redirect_uri: String,
    /// Everything that was sent, for whoever chooses the first screen.
    pub params: Params,
    /// Whether the person is here and only has to agree.
    pub only_consent: bool,
}

/// What a waiting request waits for.
#[derive(Clone, Debug)]
pub enum ResumeOutcome {
    /// Somebody signs in.
    SignIn,
    /// The person agrees.
    Consent,
    /// Nothing: back to the app.
    Redirect(String),
}

/// Whether a person can be sent back yet.
enum AuthorizationState<'a> {
    Ready(&'a AuthenticatedUser),
    SignIn,
    Consent,
    /// Somebody else than the app expects has signed in for it.
    WrongUser,
}

/// Takes a request of an app. A fault that must not go to the app is the answer's refusal.
pub async fn begin(
    rekey: &Core,
    caller: &Caller,
    params: Params,
    here: Option<&AuthenticatedUser>,
) -> Result<AuthorizeOutcome> {
    let (app, params) = identify(rekey, params).await?;
    let redirect_uri = validate_redirect_uri(&app, &params)?.to_owned();
    let asked = match read_params(rekey, &app, &params, &redirect_uri) {
        Ok(asked) => asked,
        Err(fault) => {
            return Ok(AuthorizeOutcome::Redirect(unparsed_error_redirect(
                rekey,
                &params,
                &redirect_uri,
                &fault,
            )));
        }
    };
    let caller = Caller { app_id: Some(app.id.clone()), ..caller.clone() };
    let now = rekey.now();
    let request = AppRequest { app: &app, asked: &asked };
    let standing = authorization_state(rekey, request, now, None, here).await?;
    if let AuthorizationState::Ready(here) = standing
        && let Some(code) = issuance::issue_code(rekey, &caller, request, here, None).await?
    {
        return Ok(AuthorizeOutcome::Redirect(code_redirect(rekey, &asked, &code)));
    }
    // Whoever was ready gets here when their session ended between the look and the writing: as if nobody had been here.
    match standing {
        AuthorizationState::Consent if asked.prompt.none => {
            Ok(AuthorizeOutcome::Redirect(error_redirect(rekey, &asked, &CONSENT_REQUIRED)))
        }
        _ if asked.prompt.none => {
            Ok(AuthorizeOutcome::Redirect(error_redirect(rekey, &asked, &LOGIN_REQUIRED)))
        }
        AuthorizationState::Consent => store_pending_request(rekey, &caller, request, params, true).await,
        _ => store_pending_request(rekey, &caller, request, params, false).await,
    }
}

const CONSENT_REQUIRED: ProtocolError =
    ProtocolError::new(OAuthError::ConsentRequired, "the person has to agree first");
const LOGIN_REQUIRED: ProtocolError =
    ProtocolError::new(OAuthError::LoginRequired, "the person has to sign in first");

/// Where the person stands. A sign-in after the request was made is always fresh enough for it.
async fn authorization_state<'a>(
    rekey: &Core,
    request: AppRequest<'_>,
    made_at: Timestamp,
    consented_by: Option<&UserId>,
    here: Option<&'a AuthenticatedUser>,
) -> Result<AuthorizationState<'a>> {
    let Some(here) = here else { return Ok(AuthorizationState::SignIn) };
    let asked = request.asked;
    let signed_in = here.session.created_at;
    let in_time = asked.max_age.is_none_or(|age| signed_in.plus_seconds(age) >= rekey.now());
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
    let agreed = consent::is_granted(rekey, request, consented_by, &here.user.id).await?;
    Ok(if agreed { AuthorizationState::Ready(here) } else { AuthorizationState::Consent })
}

/// Keeps a request for its person. It is a row that anybody can cause, so a network makes only so many.
async fn store_pending_request(
    rekey: &Core,
    caller: &Caller,
    request: AppRequest<'_>,
    params: Params,
    only_consent: bool,
) -> Result<AuthorizeOutcome> {
    memory_limiter::limit_by_network(rekey, caller)?;
    let AppRequest { app, asked } = request;
    let request = new_request(rekey, app, to_stored(asked)?);
    let mut tx = rekey.store.write().await?;
    authorizations::insert(
        &mut tx,
        &request,
        AuthorizationStage::Open,
        rekey.now().plus_seconds(REQUEST_TTL_SECONDS),
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

fn new_request(rekey: &Core, app: &ClientApp, asked: String) -> AuthorizationRequest {
    let now = rekey.now();
    AuthorizationRequest {
        id: fresh(now, rekey.rng(), 21),
        app_id: app.id.clone(),
        asked,
        consented_by: None,
        created_at: now,
    }
}

/// A waiting request, and its app.
pub(super) async fn load_pending_request(
    rekey: &Core,
    id: &str,
) -> Result<(AuthorizationRequest, ClientApp, AuthorizeParams)> {
    let mut tx = rekey.store.read().await?;
    let request = authorizations::by_id(&mut tx, id, rekey.now()).await?.ok_or(Refusal::NotFound)?;
    let app = rekey.snapshot().app(&request.app_id).cloned().ok_or(Refusal::NotFound)?;
    let asked = serde_json::from_str(&request.asked).map_err(anyhow::Error::from)?;
    Ok((request, app, asked))
}

/// Whether this request still waits for its person.
pub async fn is_pending(rekey: &Core, id: &str) -> Result<bool> {
    match load_pending_request(rekey, id).await {
        Ok(_) => Ok(true),
        Err(Error::Refused(Refusal::NotFound)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Goes on with a waiting request; `NotFound` when it was finished, or its hour is over.
pub async fn resume(
    rekey: &Core,
    caller: &Caller,
    id: &str,
    here: Option<&AuthenticatedUser>,
) -> Result<ResumeOutcome> {
    let (request, app, asked) = load_pending_request(rekey, id).await?;
    let caller = Caller { app_id: Some(app.id.clone()), ..caller.clone() };
    let by_app = AppRequest { app: &app, asked: &asked };
    match authorization_state(rekey, by_app, request.created_at, request.consented_by.as_ref(), here).await? {
        AuthorizationState::SignIn => Ok(ResumeOutcome::SignIn),
        AuthorizationState::Consent => Ok(ResumeOutcome::Consent),
        AuthorizationState::WrongUser => {
            cancel(rekey, id).await?;
            Ok(ResumeOutcome::Redirect(error_redirect(rekey, &asked, &LOGIN_REQUIRED)))
        }
        AuthorizationState::Ready(here) => {
            let code = issuance::issue_code(rekey, &caller, by_app, here, Some(id)).await?;
            Ok(code.map_or(ResumeOutcome::SignIn, |code| {
                ResumeOutcome::Redirect(code_redirect(rekey, &asked, &code))
            }))
        }
    }
}

/// Finishes a waiting request without a code.
pub(super) async fn cancel(rekey: &Core, id: &str) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    if !authorizations::mark_finished(&mut tx, id, rekey.now()).await? {
        return Err(Error::Refused(Refusal::NotFound));
    }
    Ok(tx.commit().await?)
}
