//! A refresh token becomes new tokens. It may come twice within seconds, because the answer got lost or two tabs asked at once, and then
//! gets the same successor: there is one branch, never two. Later it has fallen into wrong hands. The surprise: at the SDK's door an
//! answer may have got lost for longer.

use super::{Issuance, Misuse, end, id_token, issued, note, person, wanted};
use crate::domain::oidc::ending;
use crate::domain::oidc::issue::{self, Identity, Issued};
use crate::domain::{Rekey, pace};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::event::EventKind;
use crate::model::oidc::fault::Fault;
use crate::model::oidc::grant::{Amr, Grant, RefreshToken};
use crate::model::oidc::scope::Scope;
use crate::model::secret::{Secret, digest};
use crate::model::time::Timestamp;
use crate::store::sql::Tx;
use crate::store::{grants, sessions};

/// For how many seconds a used refresh token is taken again: the answer may not have arrived, or two tabs asked at once.
pub(in crate::domain) const GRACE: i64 = 10;
/// A confidential app's refresh token is exchanged once this part of its life has passed, in percent.
const WORN: i64 = 70;

/// What an app sends to get new tokens.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// The refresh token.
    pub token: Secret,
    /// For which resource the access token is to be.
    pub resource: Option<String>,
    /// Less than was granted, if wished.
    pub scope: Option<Scope>,
    /// By which door it came.
    pub kind: Kind,
}

/// Which apps a grant is of. What one door gave is not renewed at the other, where it would mean something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// OpenID Connect.
    Protocol,
    /// The SDK: a token lives for its whole time anew with each exchange, and so does the session.
    Sdk,
}

const NO_REFRESH: Fault = Fault::grant("the refresh token is unknown, expired or revoked");

/// New tokens for a refresh token. A public app's is exchanged each time (RFC 9700 4.14), a confidential one's when it is worn.
pub async fn by_refresh(rekey: &Rekey, caller: &Caller, app: &ClientApp, given: &Renewal) -> Result<Issued> {
    let (now, name) = (rekey.now(), digest(given.token.expose()));
    let mut tx = rekey.store.write().await?;
    let Some((grant, token)) = held(&mut tx, app, given.kind, &name, now).await? else {
        tx.rollback().await?;
        pace::admit_network(rekey, caller)?;
        return Err(NO_REFRESH.into());
    };
    let turn = turn(&mut tx, rekey, given.kind, &name, &token).await?;
    if let Turn::Reused = turn {
        if given.kind == Kind::Sdk {
            // Nothing else speaks for such a session.
            ending::one(&mut tx, rekey, &grant.user_id, &grant.session_id).await?;
        }
        let misuse = Misuse { grant: &grant.id, why: "refresh.reused", fault: NO_REFRESH };
        return end(tx, rekey, caller, misuse).await;
    }
    let user = person(&mut tx, &grant).await?;
    let scope = given
        .scope
        .as_ref()
        .map_or_else(|| grant.scope.clone(), |less| grant.scope.only(|word| less.has(word)));
    let wanted = wanted(app, &grant, given.resource.as_deref(), scope)?;
    let access = issue::access(&mut tx, rekey, &wanted).await?;
    let renewed = Renewed { app, grant: &grant, name: &name, token: &token };
    let refresh_token = exchanged(&mut tx, rekey, &renewed, turn).await?;
    let issuance = Issuance { app, kind: EventKind::TokenRefresh, grant: Some(&grant) };
    note(&mut tx, rekey, caller, issuance).await?;
    tx.commit().await?;
    let access_token = issue::seal(rekey, &wanted, access, Some(&user))?;
    let identity = Identity { grant: &grant, user: &user, nonce: None, access_token: &access_token };
    let id_token = id_token(rekey, &wanted, identity)?;
    let refresh_token = refresh_token.unwrap_or_else(|| given.token.clone());
    Ok(issued(rekey, &wanted, access_token, id_token, Some(refresh_token)))
}

fn fresh_life(app: &ClientApp) -> i64 {
    i64::from(app.refresh_token_ttl_in_days) * 24 * 3600
}

/// The token and its grant, held; read again once it is held, because another request may have used it meanwhile.
async fn held(
    tx: &mut Tx,
    app: &ClientApp,
    kind: Kind,
    name: &str,
    now: Timestamp,
) -> Result<Option<(Grant, RefreshToken)>> {
    let Some(found) = grants::refresh(tx, name).await? else { return Ok(None) };
    if kind == Kind::Sdk
        && let Some(grant) = grants::by_id(tx, &found.grant_id, now).await?
    {
        // The session before its grants, as everywhere: two that end it at once must not wait for each other.
        let until = now.plus(fresh_life(app));
        sessions::prolong(tx, &grant.session_id, now, until).await?;
    }
    let Some(grant) = grants::hold(tx, &found.grant_id, now)
        .await?
        .filter(|grant| grant.app_id == app.id && (grant.amr == Amr::Protocol) == (kind == Kind::Protocol))
    else {
        return Ok(None);
    };
    let token = grants::refresh(tx, name).await?.filter(|token| token.expires_at > now);
    Ok(token.map(|token| (grant, token)))
}

/// How often a refresh token has come.
enum Turn {
    /// For the first time, or so late that its answer must have got lost.
    Fresh,
    /// Again within the grace; what was given for it.
    Again(Secret),
    /// Again, and somebody has what was given for it.
    Reused,
}

/// Judges a refresh token that comes. At the SDK's door one may come late while what was given for it is unused: the answer got lost on a
/// bad network, which must not sign anybody out. A thief gains a renewal by it, and is found out by the owner's next one.
async fn turn(tx: &mut Tx, rekey: &Rekey, kind: Kind, name: &str, token: &RefreshToken) -> Result<Turn> {
    let now = rekey.now();
    let Some(used) = token.used_at else { return Ok(Turn::Fresh) };
    if used.plus(GRACE) > now {
        // Without a successor it was used, or put out of use: a second branch would be somebody else's.
        let given = token.successor.as_deref().map(|sealed| open_successor(rekey, name, sealed));
        return Ok(given.transpose()?.map_or(Turn::Reused, Turn::Again));
    }
    let is_lost = kind == Kind::Sdk && grants::replace_refresh(tx, &token.grant_id, name, now).await?;
    Ok(if is_lost { Turn::Fresh } else { Turn::Reused })
}

fn open_successor(rekey: &Rekey, name: &str, sealed: &str) -> Result<Secret> {
    let plain = rekey.keys.open(sealed, &context(name))?;
    Ok(Secret::new(String::from_utf8(plain).map_err(anyhow::Error::from)?))
}

/// The place a sealed successor belongs to.
fn context(name: &str) -> String {
    format!("refresh:{name}")
}

/// A refresh token for which new tokens are given.
struct Renewed<'a> {
    /// The app that brought it.
    app: &'a ClientApp,
    /// Its grant, held.
    grant: &'a Grant,
    /// Its digest.
    name: &'a str,
    /// What is kept of it.
    token: &'a RefreshToken,
}

/// The next refresh token, when it is time for one. Whoever brings this one has the answer in which it came, which is kept no longer.
async fn exchanged(tx: &mut Tx, rekey: &Rekey, renewed: &Renewed<'_>, turn: Turn) -> Result<Option<Secret>> {
    let Renewed { app, grant, name, token } = *renewed;
    if let Turn::Again(successor) = turn {
        return Ok(Some(successor));
    }
    grants::clear_successor(tx, &token.parent).await?;
    let now = rekey.now();
    let life = token.expires_at.0.saturating_sub(token.created_at.0);
    let is_worn = now.0.saturating_sub(token.created_at.0) > life / 100 * WORN;
    if !(app.is_public() || app.rotate_refresh_token && is_worn || token.used_at.is_some()) {
        return Ok(None);
    }
    let keeps_its_end = app.is_public() && grant.amr == Amr::Protocol;
    let expires_at = if keeps_its_end { token.expires_at } else { now.plus(fresh_life(app)) };
    let next = issue::refresh(tx, rekey, grant, name, expires_at).await?;
    let sealed = rekey.keys.seal(next.expose().as_bytes(), &context(name), rekey.chance());
    if !grants::take_refresh(tx, name, &sealed, now, now.plus(-GRACE)).await? {
        return Err(NO_REFRESH.into());
    }
    Ok(Some(next))
}
