//! Consent to share data with a third-party application. The operator's own apps need none. Consent is
//! remembered by its scopes, so that an app which wants more asks again.

use crate::apps::client_app::ClientApp;
use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::grants::consents_store;
use crate::oidc::authorize::{self, AppResponse, error_response, load_pending_request, store};
use crate::oidc::token::issuance::AppRequest;
use crate::sessions::{AuthenticatedUser, revoke};
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::error::{Refusal, Result};
use crate::types::ids::UserId;
use crate::types::scope::Scope;
use crate::{Context, Core, audit};

/// What the user is asked to consent to.
#[derive(Clone, Debug)]
pub struct ConsentPrompt {
    /// The app's name.
    pub app: String,
    /// The scopes that it would get.
    pub scope: Scope,
}

/// Whether the user has consented to the requested scopes, or the app needs no consent. A request with
/// `prompt=consent` accepts only a consent given for itself (`consented_by`), and only until it is revoked.
pub(super) async fn is_granted(
    core: &Core,
    request: AppRequest<'_>,
    consented_by: Option<&UserId>,
    user: &UserId,
) -> Result<bool> {
    let AppRequest { app, authorize_params } = request;
    if !app.is_third_party {
        return Ok(true);
    }
    if authorize_params.prompt.consent && consented_by != Some(user) {
        return Ok(false);
    }
    let mut tx = core.store.read().await?;
    let agreed = consents_store::scope_by_user(&mut tx, user, &app.id).await?;
    Ok(agreed.is_some_and(|agreed| agreed.covers(&authorize_params.scope)))
}

/// Locks the consent until the end of the transaction: a concurrent revocation waits, or has happened and
/// this returns false.
pub(super) async fn lock(tx: &mut Tx, app: &ClientApp, user: &UserId) -> Result<bool> {
    Ok(!app.is_third_party || consents_store::lock(tx, user, &app.id).await?)
}

/// The consent that the pending request asks for.
pub async fn prompt(core: &Core, id: &str) -> Result<ConsentPrompt> {
    let (_, app, authorize_params) = load_pending_request(core, id).await?;
    Ok(ConsentPrompt { app: app.name, scope: authorize_params.scope })
}

/// Records the user's consent.
#[tracing::instrument(name = "agree_to_consent", skip_all)]
pub async fn agree(context: Context<'_>, id: &str, current: &AuthenticatedUser) -> Result<()> {
    let (_, app, authorize_params) = load_pending_request(context.core, id).await?;
    let user = &current.user.id;
    let now = context.now();
    let mut tx = context.core.store.write().await?;
    if !store::mark_consented(&mut tx, id, user, now).await? {
        return Err(Refusal::NotFound.into());
    }
    let before = consents_store::scope_by_user(&mut tx, user, &app.id).await?.unwrap_or_default();
    consents_store::save(&mut tx, user, &app.id, &before.with(&authorize_params.scope), now).await?;
    let event = Event::success(EventKind::Consent, Some(user.clone())).with_subject(&app.id);
    audit::record(&mut tx, context, &event).await?;
    Ok(tx.commit().await?)
}

/// Records that the user declined; returns the response that tells the app.
#[tracing::instrument(name = "decline_consent", skip_all)]
pub async fn decline(context: Context<'_>, id: &str, current: &AuthenticatedUser) -> Result<AppResponse> {
    const NO: ProtocolError = ProtocolError::new(OAuthError::AccessDenied, "the person did not agree");
    let (_, app, authorize_params) = load_pending_request(context.core, id).await?;
    authorize::cancel(context.core, id).await?;
    let event =
        Event::refused(EventKind::Consent, "declined", Some(current.user.id.clone())).with_subject(&app.id);
    audit::record_alone(context, &event).await?;
    Ok(error_response(context.core, &authorize_params, &NO))
}

/// An app that the user shares data with.
#[derive(Clone, Debug)]
pub struct ConsentedApp {
    /// The app's id.
    pub app_id: String,
    /// Its name.
    pub app: String,
    /// The scopes that it has.
    pub scope: Scope,
}

/// All consents of a user, by the names of the apps (ASVS 10.7.3).
pub async fn list(core: &Core, user: &UserId) -> Result<Vec<ConsentedApp>> {
    let snapshot = core.snapshot();
    let mut tx = core.store.read().await?;
    let rows = consents_store::list(&mut tx, user).await?;
    let known = |(app_id, scope): (String, String)| {
        let app = snapshot.app(&app_id)?.name.clone();
        Some(ConsentedApp { app_id, app, scope: Scope::parse(&scope) })
    };
    let mut shared: Vec<ConsentedApp> = rows.into_iter().filter_map(known).collect();
    shared.sort_by(|a, b| a.app.cmp(&b.app));
    Ok(shared)
}

/// Revokes a consent: the app's tokens end, it receives a logout notification if it registered for them, and
/// it has to ask again.
#[tracing::instrument(name = "withdraw_consent", skip_all)]
pub async fn revoke(context: Context<'_>, user: &UserId, app_id: &str) -> Result<()> {
    let mut tx = context.core.store.write().await?;
    if !consents_store::revoke(&mut tx, user, app_id).await? {
        return Err(Refusal::NotFound.into());
    }
    revoke::revoke_app_grants(&mut tx, context.core, user, app_id).await?;
    let event = Event::with_result(EventKind::Consent, "withdrawn", Some(user.clone())).with_subject(app_id);
    audit::record(&mut tx, context, &event).await?;
    Ok(tx.commit().await?)
}
