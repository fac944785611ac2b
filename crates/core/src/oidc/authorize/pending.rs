//! Pending requests of apps, which wait until their user has signed in or consented. A row names nobody; the
//! browser's sealed cookie holds its id, and it is finished once.

use crate::apps::client_app::ClientApp;
use crate::oidc::authorization_request::{AuthorizationRequest, AuthorizeParams, to_stored};
use crate::oidc::authorize::response::{AppResponse, code_response, error_response};
use crate::oidc::authorize::store::{self, AuthorizationStage};
use crate::oidc::authorize::{AuthorizationState, AuthorizeOutcome, LOGIN_REQUIRED, authorization_state};
use crate::oidc::params::Params;
use crate::oidc::token::issuance::{self, AppRequest};
use crate::sessions::AuthenticatedUser;
use crate::throttle::in_memory;
use crate::types::caller::Caller;
use crate::types::error::{Error, Refusal, Result};
use crate::types::ids::generate;
use crate::{Context, Core};

/// How long a pending request lives, in seconds: an hour.
const REQUEST_TTL_SECONDS: i64 = 3600;

/// A request that waits for its user.
#[derive(Clone, Debug)]
pub struct PendingAuthorization {
    /// Its id, for the sealed cookie and nowhere else.
    pub id: String,
    /// The app.
    pub app_id: String,
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
    /// Nothing: back to the app.
    Respond(AppResponse),
}

/// Stores a pending request. Anybody can cause such a row, so the number per network is limited.
pub(super) async fn store_pending_request(
    context: Context<'_>,
    request: AppRequest<'_>,
    params: Params,
    only_consent: bool,
) -> Result<AuthorizeOutcome> {
    in_memory::limit_authorization(context)?;
    let AppRequest { app, authorize_params } = request;
    let request = new_request(context.core, app, to_stored(authorize_params)?);
    let mut tx = context.core.store.write().await?;
    store::insert(
        &mut tx,
        &request,
        AuthorizationStage::Open,
        context.now().plus_seconds(REQUEST_TTL_SECONDS),
    )
    .await?;
    tx.commit().await?;
    Ok(AuthorizeOutcome::Interact(PendingAuthorization {
        id: request.id,
        app_id: request.app_id,
        params,
        only_consent,
    }))
}

pub(super) fn new_request(core: &Core, app: &ClientApp, asked: String) -> AuthorizationRequest {
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
pub(in crate::oidc) async fn load_pending_request(
    core: &Core,
    id: &str,
) -> Result<(AuthorizationRequest, ClientApp, AuthorizeParams)> {
    let mut tx = core.store.read().await?;
    let request = store::by_id(&mut tx, id, core.now()).await?.ok_or(Refusal::NotFound)?;
    let app = core.snapshot().app(&request.app_id).cloned().ok_or(Refusal::NotFound)?;
    let authorize_params = serde_json::from_str(&request.asked).map_err(anyhow::Error::from)?;
    Ok((request, app, authorize_params))
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
    current: Option<&AuthenticatedUser>,
) -> Result<ResumeOutcome> {
    let core = context.core;
    let (request, app, authorize_params) = load_pending_request(core, id).await?;
    let caller = Caller { app_id: Some(app.id.clone()), ..context.caller.clone() };
    let context = context.with_caller(&caller);
    let by_app = AppRequest { app: &app, authorize_params: &authorize_params };
    match authorization_state(core, by_app, request.created_at, request.consented_by.as_ref(), current)
        .await?
    {
        AuthorizationState::SignIn => Ok(ResumeOutcome::SignIn),
        AuthorizationState::Consent => Ok(ResumeOutcome::Consent),
        AuthorizationState::WrongUser => {
            cancel(core, id).await?;
            Ok(ResumeOutcome::Respond(error_response(core, &authorize_params, &LOGIN_REQUIRED)))
        }
        AuthorizationState::Ready(current) => {
            let code = issuance::issue_code(context, by_app, current, Some(id)).await?;
            Ok(code.map_or(ResumeOutcome::SignIn, |code| {
                ResumeOutcome::Respond(code_response(core, &authorize_params, &code))
            }))
        }
    }
}

/// Finishes a pending request without a code.
pub(in crate::oidc) async fn cancel(core: &Core, id: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    if !store::mark_finished(&mut tx, id, core.now()).await? {
        return Err(Error::Refused(Refusal::NotFound));
    }
    Ok(tx.commit().await?)
}
