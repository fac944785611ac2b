//! Lists and ends the user's sessions and app grants through their own apps. Both need a recent proof:
//! network addresses and devices are private, and must not be shown to somebody who stole the token.

use crate::core::account::authorization::{
    Principal, ensure_editable, ensure_readable, ensure_recent_reauthentication, ensure_scope,
};
use crate::core::audit::event::{Event, EventKind};
use crate::core::grants::grant::Grant;
use crate::core::messages::enqueue;
use crate::core::oidc::consent;
use crate::core::sessions::session::Session;
use crate::core::sessions::{self, revoke};
use crate::core::types::caller::Caller;
use crate::core::types::error::{Refusal, Result};
use crate::core::types::ids::SessionId;
use crate::core::types::scope::SESSIONS;
use crate::core::{Core, audit, grants};

async fn authorize_read(rekey: &Core, who: &Principal, proof: Option<&str>) -> Result<()> {
    ensure_recent_reauthentication(&mut rekey.store.read().await?, rekey, &who.user, proof).await?;
    ensure_readable(rekey, |fields| fields.session)?;
    ensure_scope(who, SESSIONS)
}

async fn authorize_end(rekey: &Core, who: &Principal, proof: Option<&str>) -> Result<()> {
    ensure_recent_reauthentication(&mut rekey.store.read().await?, rekey, &who.user, proof).await?;
    ensure_editable(rekey, |fields| fields.session)?;
    ensure_scope(who, SESSIONS)
}

/// The user's sessions, last seen first.
pub async fn list_sessions(rekey: &Core, who: &Principal, proof: Option<&str>) -> Result<Vec<Session>> {
    authorize_read(rekey, who, proof).await?;
    sessions::list(rekey, &who.user.id).await
}

/// Ends one of the user's sessions and every grant that began in it.
#[tracing::instrument(skip_all)]
pub async fn end_session(
    rekey: &Core,
    caller: &Caller,
    who: &Principal,
    proof: Option<&str>,
    id: &SessionId,
) -> Result<()> {
    authorize_end(rekey, who, proof).await?;
    sessions::end(rekey, caller, &who.user.id, id).await
}

/// The active app grants, oldest first.
pub async fn list_grants(rekey: &Core, who: &Principal, proof: Option<&str>) -> Result<Vec<Grant>> {
    authorize_read(rekey, who, proof).await?;
    let now = rekey.now();
    let mut found = grants::store::list(&mut rekey.store.read().await?, &who.user.id, None).await?;
    found.retain(|grant| grant.expires_at > now && rekey.snapshot().app(&grant.app_id).is_some());
    Ok(found)
}

/// Ends one app grant. For a third-party application the consent is revoked as well, and with it every grant.
#[tracing::instrument(skip_all)]
pub async fn end_grant(
    rekey: &Core,
    caller: &Caller,
    who: &Principal,
    proof: Option<&str>,
    id: &str,
) -> Result<()> {
    authorize_end(rekey, who, proof).await?;
    let user = &who.user.id;
    let mut tx = rekey.store.write().await?;
    let grant = grants::store::by_id(&mut tx, id, rekey.now()).await?.filter(|grant| grant.user_id == *user);
    let grant = grant.ok_or(Refusal::NotFound)?;
    if rekey.snapshot().app(&grant.app_id).is_some_and(|app| app.is_third_party) {
        tx.rollback().await?;
        return consent::revoke(rekey, caller, user, &grant.app_id).await;
    }
    revoke::revoke_grant(&mut tx, rekey, &grant).await?;
    let event = Event::success(EventKind::GrantEnd, Some(user.clone())).with_subject(&grant.id);
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    enqueue::wake_sender(rekey);
    Ok(())
}
