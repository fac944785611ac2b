//! What an app does with what it got: a code or a refresh token becomes tokens, a machine gets its own. Everything is judged in the
//! transaction that uses it up. A code that comes a second time ends what the first one gave, and so does a refresh token, but for
//! the seconds in which an answer may have got lost.

use super::issue::{self, Issued, Wanted};
use crate::domain::{Rekey, audit, pace};
use crate::model::app::{AppType, ClientApp};
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::event::{Event, EventKind};
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::oidc::grant::{AuthorizationCode, Grant, RefreshToken};
use crate::model::oidc::scope::{OFFLINE, OPENID, Scope};
use crate::model::secret::{Secret, digest, same};
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{grants, users};

/// For how many seconds a used refresh token is taken again: the answer may not have arrived, or two tabs asked at once.
const GRACE: i64 = 10;
/// A confidential app's refresh token is exchanged once this part of its life has passed, in percent.
const WORN: i64 = 70;

/// What an app sends to turn a code into tokens.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The code.
    pub code: Secret,
    /// Where it was sent.
    pub redirect_uri: String,
    /// The secret behind the challenge.
    pub verifier: Option<Secret>,
    /// For which resource the access token is to be.
    pub resource: Option<String>,
}

/// What an app sends to get new tokens.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// The refresh token.
    pub token: Secret,
    /// For which resource the access token is to be.
    pub resource: Option<String>,
    /// Less than was granted, if wished.
    pub scope: Option<Scope>,
}

const NO_CODE: Fault = Fault::grant("the code is unknown, expired or used");
const NO_FIT: Fault = Fault::grant("the code does not fit to this client, redirect_uri or code_verifier");
const NO_REFRESH: Fault = Fault::grant("the refresh token is unknown, expired or revoked");
const NO_RESOURCE: Fault = Fault::new(OAuthError::InvalidTarget, "resource was not granted");

/// Turns a code into tokens, once.
pub async fn by_code(rekey: &Rekey, caller: &Caller, app: &ClientApp, given: &Exchange) -> Result<Issued> {
    let (now, name) = (rekey.now(), digest(given.code.expose()));
    let mut tx = rekey.store.write().await?;
    // The grant before its code, in the order in which an end takes them: the other way round two would wait for each other.
    let held = of_code(&mut tx, &name, now).await?;
    let Some(code) = grants::take_code(&mut tx, &name, now).await? else {
        return replayed(tx, rekey, caller, &name).await;
    };
    let Some(grant) = held.filter(|grant| fits(app, grant, &code, given)) else {
        // Whoever has a code and not what belongs to it has somebody else's: nothing may come of it any more.
        return end(tx, rekey, caller, (&code.grant_id, "code.misused"), NO_FIT).await;
    };
    let user = person(&mut tx, &grant).await?;
    let wanted = wanted(app, &grant, given.resource.as_deref(), grant.scope.clone())?;
    let access = issue::access(&mut tx, rekey, &wanted).await?;
    let life = i64::from(app.refresh_token_ttl_in_days) * 24 * 3600;
    let refresh_token = match grant.scope.has(OFFLINE) || app.always_issue_refresh_token {
        true => Some(issue::refresh(&mut tx, rekey, &grant, now.plus(life)).await?),
        false => None,
    };
    tx.commit().await?;
    let access_token = issue::seal(rekey, &wanted, access, Some(&user))?;
    let tied = (code.nonce.as_deref(), &access_token);
    let id_token = id_token(rekey, &wanted, (&grant, &user), tied)?;
    Ok(issued(&wanted, access_token, id_token, refresh_token))
}

/// The grant that a code will become, held.
async fn of_code(tx: &mut Tx, name: &str, now: Timestamp) -> Result<Option<Grant>> {
    match grants::code(tx, name).await? {
        Some(code) => Ok(grants::hold(tx, &code.grant_id, now).await?),
        None => Ok(None),
    }
}

/// PKCE: a challenge needs its secret, and a secret its challenge, or leaving the challenge out would be a way round it (RFC 9700 4.8).
fn fits(app: &ClientApp, grant: &Grant, code: &AuthorizationCode, given: &Exchange) -> bool {
    let known = match (&code.code_challenge, &given.verifier) {
        (Some(challenge), Some(verifier)) => {
            is_verifier(verifier.expose()) && same(&digest(verifier.expose()), challenge)
        }
        (None, None) => true,
        _ => false,
    };
    grant.app_id == app.id && code.redirect_uri == given.redirect_uri && known
}

fn is_verifier(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(allowed)
}

/// A code that can't be used: one that was used before has fallen into wrong hands, and what came of it ends (ASVS 10.4.2).
async fn replayed(mut tx: Tx, rekey: &Rekey, caller: &Caller, name: &str) -> Result<Issued> {
    let used = grants::code(&mut tx, name).await?.filter(|code| code.used_at.is_some());
    match used {
        Some(code) => end(tx, rekey, caller, (&code.grant_id, "code.reused"), NO_CODE).await,
        None => {
            tx.rollback().await?;
            pace::admit_network(rekey, caller)?;
            Err(NO_CODE.into())
        }
    }
}

/// Ends a grant whose code or token was misused, and says so in the audit log.
async fn end<T>(
    mut tx: Tx,
    rekey: &Rekey,
    caller: &Caller,
    (grant, why): (&str, &'static str),
    fault: Fault,
) -> Result<T> {
    grants::end(&mut tx, grant).await?;
    audit::record(&mut tx, rekey, caller, &Event::refused(EventKind::GrantEnd, why, None).about(grant))
        .await?;
    tx.commit().await?;
    Err(fault.into())
}

/// Whose grant it is, if they may still be here.
async fn person(tx: &mut Tx, grant: &Grant) -> Result<User> {
    let user = users::by_id(tx, &grant.user_id).await?.filter(|user| !user.is_suspended);
    Ok(user.ok_or(Fault::grant("the person may not sign in any more"))?)
}

fn wanted<'a>(
    app: &'a ClientApp,
    grant: &'a Grant,
    resource: Option<&'a str>,
    scope: Scope,
) -> Result<Wanted<'a>, Fault> {
    match resource.is_none_or(|resource| grant.allows_resource(resource)) {
        true => Ok(Wanted { app, grant: Some(grant), resource, scope }),
        false => Err(NO_RESOURCE),
    }
}

fn id_token(
    rekey: &Rekey,
    wanted: &Wanted<'_>,
    whose: (&Grant, &User),
    tied: (Option<&str>, &Secret),
) -> Result<Option<Secret>> {
    whose.0.scope.has(OPENID).then(|| issue::id_token(rekey, wanted, whose, tied)).transpose()
}

fn issued(
    wanted: &Wanted<'_>,
    access_token: Secret,
    id_token: Option<Secret>,
    refresh_token: Option<Secret>,
) -> Issued {
    let expires_in = i64::from(wanted.app.access_token_ttl);
    Issued { access_token, expires_in, scope: wanted.scope.clone(), id_token, refresh_token }
}

/// New tokens for a refresh token. A public app's is exchanged each time (RFC 9700 4.14), a confidential one's when it is worn.
pub async fn by_refresh(rekey: &Rekey, caller: &Caller, app: &ClientApp, given: &Renewal) -> Result<Issued> {
    let (now, name) = (rekey.now(), digest(given.token.expose()));
    let mut tx = rekey.store.write().await?;
    let Some((grant, token)) = held(&mut tx, app, &name, now).await? else {
        tx.rollback().await?;
        pace::admit_network(rekey, caller)?;
        return Err(NO_REFRESH.into());
    };
    if token.used_at.is_some_and(|used| used.plus(GRACE) <= now) {
        return end(tx, rekey, caller, (&grant.id, "refresh.reused"), NO_REFRESH).await;
    }
    let user = person(&mut tx, &grant).await?;
    let scope = given
        .scope
        .as_ref()
        .map_or_else(|| grant.scope.clone(), |less| grant.scope.only(|word| less.has(word)));
    let wanted = wanted(app, &grant, given.resource.as_deref(), scope)?;
    let access = issue::access(&mut tx, rekey, &wanted).await?;
    let refresh_token = exchanged(&mut tx, rekey, (app, &grant), (&name, &token)).await?;
    tx.commit().await?;
    let access_token = issue::seal(rekey, &wanted, access, Some(&user))?;
    let id_token = id_token(rekey, &wanted, (&grant, &user), (None, &access_token))?;
    Ok(issued(&wanted, access_token, id_token, Some(refresh_token.unwrap_or_else(|| given.token.clone()))))
}

/// The token and its grant, held; read again once it is held, because another request may have used it meanwhile.
async fn held(
    tx: &mut Tx,
    app: &ClientApp,
    name: &str,
    now: Timestamp,
) -> Result<Option<(Grant, RefreshToken)>> {
    let Some(found) = grants::refresh(tx, name).await? else { return Ok(None) };
    let Some(grant) = grants::hold(tx, &found.grant_id, now).await?.filter(|grant| grant.app_id == app.id)
    else {
        return Ok(None);
    };
    let token = grants::refresh(tx, name).await?.filter(|token| token.expires_at > now);
    Ok(token.map(|token| (grant, token)))
}

/// The next refresh token, when it is time for one.
async fn exchanged(
    tx: &mut Tx,
    rekey: &Rekey,
    (app, grant): (&ClientApp, &Grant),
    (name, token): (&str, &RefreshToken),
) -> Result<Option<Secret>> {
    let now = rekey.now();
    let life = token.expires_at.0.saturating_sub(token.created_at.0);
    let is_worn = now.0.saturating_sub(token.created_at.0) > life / 100 * WORN;
    if !(app.is_public() || app.rotate_refresh_token && is_worn || token.used_at.is_some()) {
        return Ok(None);
    }
    // Within the grace it was used before; then this changes nothing.
    grants::take_refresh(tx, name, now).await?;
    let fresh_life = i64::from(app.refresh_token_ttl_in_days) * 24 * 3600;
    let expires_at = if app.is_public() { token.expires_at } else { now.plus(fresh_life) };
    issue::refresh(tx, rekey, grant, expires_at).await.map(Some)
}

/// A machine's own token: for a resource that lets it in, or one that says nothing by itself.
pub async fn by_itself(
    rekey: &Rekey,
    app: &ClientApp,
    resource: Option<&str>,
    asked: &Scope,
) -> Result<Issued> {
    if app.is_public() || app.kind != AppType::MachineToMachine {
        return Err(Fault::new(
            OAuthError::UnauthorizedClient,
            "only machine-to-machine clients may do this",
        )
        .into());
    }
    let scope = match resource {
        Some(resource) => machine_scope(rekey, app, resource, asked)?,
        None => Scope::default(),
    };
    let wanted = Wanted { app, grant: None, resource, scope };
    let access = match resource {
        // Nothing is kept of a signed one, so it does not queue for the writer.
        Some(resource) => issue::signed(rekey, &wanted, resource),
        None => {
            let mut tx = rekey.store.write().await?;
            let access = issue::access(&mut tx, rekey, &wanted).await?;
            tx.commit().await?;
            access
        }
    };
    let access_token = issue::seal(rekey, &wanted, access, None)?;
    Ok(issued(&wanted, access_token, None, None))
}

/// What this machine may do with a resource: what it asks for of what the operator lets it have.
fn machine_scope(rekey: &Rekey, app: &ClientApp, resource: &str, asked: &Scope) -> Result<Scope, Fault> {
    if super::tokens::is_management(rekey, resource) {
        return match app.management_api {
            true => Ok(asked.only(|word| word == "all")),
            false => Err(Fault::new(OAuthError::InvalidTarget, "this client may not use the Management API")),
        };
    }
    let live = rekey.live();
    let known = live.settings.api_resources.iter().find(|known| known.indicator == resource);
    let known = known.filter(|known| known.machines.contains(&app.id));
    let known = known
        .ok_or(Fault::new(OAuthError::InvalidTarget, "resource is not known here, or not for this client"))?;
    Ok(asked.only(|word| known.has(word)))
}
