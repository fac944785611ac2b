//! What a refresh token is used for, and the token that follows it.

use crate::apps::client_app::ClientApp;
use crate::db::sql::Tx;
use crate::grants::grant::{Grant, RefreshToken};
use crate::oidc::token::issuance;
use crate::oidc::token::refresh::{
    GRACE_SECONDS, GrantOrigin, REFRESH_TOKEN_UNKNOWN, ROTATION_THRESHOLD_PERCENT,
};
use crate::types::amr::Amr;
use crate::types::error::Result;
use crate::types::secret::Secret;
use crate::{Core, grants};

/// How a refresh token is being used.
pub(super) enum RefreshUse {
    /// For the first time, or so late that the first response must have been lost.
    First,
    /// Again within the grace period; with its successor.
    Retried(Secret),
    /// Again, after the grace period or with its successor in use.
    Reused,
}

/// Classifies the use of a refresh token. In the SDK a token may be reused late as long as its successor is
/// unused: the response got lost on a bad network, which must not sign anybody out. A thief gains one renewal
/// by it and is detected at the owner's next one.
pub(super) async fn classify_use(
    tx: &mut Tx,
    core: &Core,
    kind: GrantOrigin,
    name: &str,
    token: &RefreshToken,
) -> Result<RefreshUse> {
    let now = core.now();
    let Some(used) = token.used_at else { return Ok(RefreshUse::First) };
    if used.plus_seconds(GRACE_SECONDS) > now {
        // Without a successor it was consumed or revoked: a second branch would be a thief's.
        let given = token.successor.as_deref().map(|sealed| decrypt_successor(core, name, sealed));
        return Ok(given.transpose()?.map_or(RefreshUse::Reused, RefreshUse::Retried));
    }
    let is_lost = kind == GrantOrigin::Sdk
        && grants::store::revoke_unused_successors(tx, &token.grant_id, name, now).await?;
    Ok(if is_lost { RefreshUse::First } else { RefreshUse::Reused })
}

fn decrypt_successor(core: &Core, name: &str, sealed: &str) -> Result<Secret> {
    let plain = core.keys.decrypt(sealed, &sealing_context(name))?;
    Ok(Secret::new(String::from_utf8(plain).map_err(anyhow::Error::from)?))
}

/// The context that a sealed successor is bound to.
fn sealing_context(name: &str) -> String {
    format!("refresh:{name}")
}

/// A refresh token that is being exchanged.
pub(super) struct Renewed<'a> {
    /// The app that sent it.
    pub(super) app: &'a ClientApp,
    /// Its grant, locked.
    pub(super) grant: &'a Grant,
    /// Its digest.
    pub(super) name: &'a str,
    /// Its stored record.
    pub(super) token: &'a RefreshToken,
}

/// The next refresh token, when it is due. A client that sends this one has received the response in which
/// it came, so the sealed copy is deleted.
pub(super) async fn next_refresh_token(
    tx: &mut Tx,
    core: &Core,
    renewed: &Renewed<'_>,
    turn: RefreshUse,
) -> Result<Option<Secret>> {
    let Renewed { app, grant, name, token } = *renewed;
    if let RefreshUse::Retried(successor) = turn {
        return Ok(Some(successor));
    }
    grants::store::clear_successor(tx, &token.parent).await?;
    let now = core.now();
    let life = token.expires_at.0.saturating_sub(token.created_at.0);
    let is_worn = now.0.saturating_sub(token.created_at.0) > life / 100 * ROTATION_THRESHOLD_PERCENT;
    if !(app.is_public() || app.rotate_refresh_token && is_worn || token.used_at.is_some()) {
        return Ok(None);
    }
    let keeps_its_end = app.is_public() && grant.amr == Amr::Protocol;
    let life_of_next = app.refresh_ttl_seconds(grant.amr);
    let expires_at = if keeps_its_end { token.expires_at } else { now.plus_seconds(life_of_next) };
    let next = issuance::issue_refresh_token(tx, core, grant, name, expires_at).await?;
    let sealed = core.keys.seal(next.expose().as_bytes(), &sealing_context(name), core.rng());
    if !grants::store::take_refresh_token(tx, name, &sealed, now, now.plus_seconds(-GRACE_SECONDS)).await? {
        return Err(REFRESH_TOKEN_UNKNOWN.into());
    }
    Ok(Some(next))
}
