//! Lists and ends the user's sessions and app grants through their own apps. Both need a recent proof:
//! network addresses and devices are private, and must not be shown to somebody who stole the token.

use crate::account::authorization::{
    Principal, ensure_editable, ensure_readable, ensure_recent_reauthentication, ensure_scope,
};
use crate::audit::event::{Event, EventKind};
use crate::grants::grant::Grant;
use crate::messages::enqueue;
use crate::oidc::consent;
use crate::sessions::{self, Session, revoke};
use crate::types::error::{Refusal, Result};
use crate::types::ids::SessionId;
use crate::types::scope::SESSIONS;
use crate::{Context, Core, audit, grants};

async fn authorize_read(core: &Core, principal: &Principal, proof: Option<&str>) -> Result<()> {
    ensure_recent_reauthentication(&mut core.store.read().await?, core, &principal.user, proof).await?;
    ensure_readable(core, |fields| fields.session)?;
    ensure_scope(principal, SESSIONS)
}

async fn authorize_end(core: &Core, principal: &Principal, proof: Option<&str>) -> Result<()> {
    ensure_recent_reauthentication(&mut core.store.read().await?, core, &principal.user, proof).await?;
    ensure_editable(core, |fields| fields.session)?;
    ensure_scope(principal, SESSIONS)
}

/// The user's sessions, last seen first.
pub async fn list_sessions(core: &Core, principal: &Principal, proof: Option<&str>) -> Result<Vec<Session>> {
    authorize_read(core, principal, proof).await?;
    sessions::list(core, &principal.user.id).await
}

/// Ends one of the user's sessions and every grant that began in it.
#[tracing::instrument(skip_all)]
pub async fn end_session(
    context: Context<'_>,
    principal: &Principal,
    proof: Option<&str>,
    id: &SessionId,
) -> Result<()> {
    authorize_end(context.core, principal, proof).await?;
    sessions::end(context, &principal.user.id, id).await
}

/// The active app grants, oldest first.
pub async fn list_grants(core: &Core, principal: &Principal, proof: Option<&str>) -> Result<Vec<Grant>> {
    authorize_read(core, principal, proof).await?;
    let now = core.now();
    let mut found = grants::store::list(&mut core.store.read().await?, &principal.user.id, None).await?;
    found.retain(|grant| grant.expires_at > now && core.snapshot().app(&grant.app_id).is_some());
    Ok(found)
}

/// Ends one app grant. For a third-party application the consent is revoked as well, and with it every grant.
#[tracing::instrument(skip_all)]
pub async fn end_grant(
    context: Context<'_>,
    principal: &Principal,
    proof: Option<&str>,
    id: &str,
) -> Result<()> {
    let core = context.core;
    authorize_end(core, principal, proof).await?;
    let user = &principal.user.id;
    let mut tx = core.store.write().await?;
    let grant = grants::store::by_id(&mut tx, id, core.now()).await?.filter(|grant| grant.user_id == *user);
    let grant = grant.ok_or(Refusal::NotFound)?;
    if core.snapshot().app(&grant.app_id).is_some_and(|app| app.is_third_party) {
        tx.rollback().await?;
        return consent::revoke(context, user, &grant.app_id).await;
    }
    revoke::revoke_grant(&mut tx, core, &grant).await?;
    let event = Event::success(EventKind::GrantEnd, Some(user.clone())).with_subject(&grant.id);
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    enqueue::wake_sender(core);
    Ok(())
}
