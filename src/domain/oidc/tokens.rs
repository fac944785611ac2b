//! Tokens that come back: is it good, whose is it, what is it for; and ending it before its time. A token that says nothing by itself is
//! looked up by its digest; a signed one is checked by its key and by the grant that its name carries, so that ending a sign-in
//! is seen by whoever asks here.

use serde_json::json;

use super::issue::{ACCESS, ID, named};
use super::issuer;
use super::jose::ClaimSet;
use crate::domain::{Rekey, audit, pace};
use crate::model::app::{AppType, ClientApp};
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::event::{Event, EventKind};
use crate::model::ids::UserId;
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::oidc::grant::{AccessToken, Amr, Grant};
use crate::model::secret::{Secret, digest};
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{grants, users};

/// The indicator of the Management API that the documented product's clients ask for.
const MANAGEMENT: &str = "https://default.logto.app/api";

/// Whether this is the Management API: under its documented name, or its own address.
pub(super) fn is_management(rekey: &Rekey, resource: &str) -> bool {
    resource == MANAGEMENT || resource == rekey.links.below("/api")
}

/// The token, grant and person behind an access token that a person's app sends.
pub(in crate::domain) async fn bearer(
    rekey: &Rekey,
    caller: &Caller,
    bearer: &Secret,
) -> Result<(AccessToken, Grant, User)> {
    let now = rekey.now();
    let mut tx = rekey.store.read().await?;
    let token = grants::access(&mut tx, &digest(bearer.expose()), now).await?;
    let behind = match token.as_ref().and_then(|token| token.grant_id.as_ref()) {
        Some(id) => standing(&mut tx, rekey, id).await?,
        None => None,
    };
    tx.rollback().await?;
    match (token, behind) {
        (Some(token), Some((grant, user))) => Ok((token, grant, user)),
        _ => {
            pace::admit_network(rekey, caller)?;
            Err(Fault::token().into())
        }
    }
}

/// A grant that stands: not ended, its app still registered, its person not suspended.
async fn standing(tx: &mut Tx, rekey: &Rekey, grant: &str) -> Result<Option<(Grant, User)>> {
    let grant = grants::by_id(tx, grant, rekey.now()).await?;
    let Some(grant) = grant.filter(|grant| rekey.live().app(&grant.app_id).is_some()) else {
        return Ok(None);
    };
    let user = users::by_id(tx, &grant.user_id).await?.filter(|user| !user.is_suspended);
    Ok(user.map(|user| (grant, user)))
}

/// The claims of a signed access token of ours that is in its time and whose grant stands.
async fn signed(rekey: &Rekey, token: &str) -> Result<Option<ClaimSet>> {
    let Some(claims) = rekey.live().keys.verify(token, ACCESS, &issuer(rekey)) else { return Ok(None) };
    if claims.get("exp").and_then(|exp| exp.as_i64()).unwrap_or(0) <= rekey.now().0 / 1000 {
        return Ok(None);
    }
    let text = |name: &str| claims.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let stands = match text("jti").split_once('.') {
        // A machine's own token stands as long as the machine does.
        Some(("", _)) => rekey.live().app(text("client_id")).is_some(),
        Some((grant, _)) => standing(&mut rekey.store.read().await?, rekey, grant).await?.is_some(),
        None => false,
    };
    Ok(Some(claims).filter(|_| stands))
}

/// The app behind a machine's token for the Management API with the scope `all`.
pub async fn machine(rekey: &Rekey, caller: &Caller, bearer: &Secret) -> Result<String> {
    let claims = signed(rekey, bearer.expose()).await?;
    let Some(claims) = claims.filter(|claims| audience(claims).is_some_and(|aud| is_management(rekey, aud)))
    else {
        pace::admit_network(rekey, caller)?;
        return Err(Fault::token().into());
    };
    let text = |name: &str| claims.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let live = rekey.live();
    // An app that was deleted, or whose right was taken away, has no minute more.
    let may = live.app(text("client_id")).is_some_and(ClientApp::may_manage);
    match may && text("scope").split(' ').any(|word| word == "all") {
        true => Ok(text("client_id").to_owned()),
        false => {
            Err(Fault::new(OAuthError::InsufficientScope, "the access token lacks the scope all").into())
        }
    }
}

fn audience(claims: &ClaimSet) -> Option<&str> {
    claims.get("aud")?.as_str()
}

/// What there is to say about a token to the app that holds it, or to a resource server (a machine) that was sent it; none when it is
/// not good, or nobody's business.
pub async fn introspect(rekey: &Rekey, asker: &ClientApp, token: &Secret) -> Result<Option<ClaimSet>> {
    let may_ask = |app_id: &str| asker.id == app_id || asker.kind == AppType::MachineToMachine;
    if let Some(claims) = signed(rekey, token.expose()).await? {
        let owner = claims.get("client_id").and_then(|id| id.as_str()).unwrap_or_default();
        return Ok(may_ask(owner).then_some(claims));
    }
    let (now, name) = (rekey.now(), digest(token.expose()));
    let mut tx = rekey.store.read().await?;
    if let Some(found) = grants::access(&mut tx, &name, now).await? {
        let subject = match &found.grant_id {
            Some(id) => standing(&mut tx, rekey, id).await?.map(|(grant, _)| (grant.user_id.0, grant.amr)),
            None => rekey.live().app(&found.app_id).map(|app| (app.id.clone(), Amr::Protocol)),
        };
        let known = subject.filter(|_| may_ask(&found.app_id));
        return Ok(known.map(|(subject, amr)| {
            let scope = found.scope.text();
            let (since, until) = (found.created_at, found.expires_at);
            let token = GoodToken { app: &found.app_id, subject: &subject, scope: &scope, since, until };
            let mut claims = said(rekey, &token);
            if amr != Amr::Protocol {
                // An app's server must be able to tell who only came for a new password.
                claims.extend(named([("amr", json!([amr]))]));
            }
            claims
        }));
    }
    let found = grants::refresh(&mut tx, &name).await?;
    let Some(found) = found.filter(|token| token.used_at.is_none() && token.expires_at > now) else {
        return Ok(None);
    };
    // Nobody but the app that holds it has any business with a refresh token.
    let behind =
        standing(&mut tx, rekey, &found.grant_id).await?.filter(|(grant, _)| grant.app_id == asker.id);
    let (since, until) = (found.created_at, found.expires_at);
    Ok(behind.map(|(grant, user)| {
        let (app, subject, scope) = (&grant.app_id, &user.id.0, &grant.scope.text());
        said(rekey, &GoodToken { app, subject, scope, since, until })
    }))
}

/// A token that is good.
struct GoodToken<'a> {
    /// The app that holds it.
    app: &'a str,
    /// Whom it is about: a person, or a machine itself.
    subject: &'a str,
    /// What it is good for.
    scope: &'a str,
    /// When it was made.
    since: Timestamp,
    /// When it ends.
    until: Timestamp,
}

fn said(rekey: &Rekey, token: &GoodToken<'_>) -> ClaimSet {
    named([
        ("iss", json!(issuer(rekey))),
        ("client_id", json!(token.app)),
        ("sub", json!(token.subject)),
        ("scope", json!(token.scope)),
        ("iat", json!(token.since.0 / 1000)),
        ("exp", json!(token.until.0 / 1000)),
    ])
    .collect()
}

/// Ends a token of this app. A refresh token takes its whole grant along (RFC 7009 2.1); one that is not the app's is left alone, and
/// the answer is the same.
pub async fn revoke(rekey: &Rekey, caller: &Caller, app: &ClientApp, token: &Secret) -> Result<()> {
    let (now, name) = (rekey.now(), digest(token.expose()));
    let mut tx = rekey.store.write().await?;
    if let Some(found) = grants::refresh(&mut tx, &name).await? {
        let grant =
            grants::by_id(&mut tx, &found.grant_id, now).await?.filter(|grant| grant.app_id == app.id);
        if let Some(grant) = grant {
            grants::end(&mut tx, &grant.id).await?;
            let event = Event::success(EventKind::GrantEnd, Some(grant.user_id)).about(&grant.id);
            audit::record(&mut tx, rekey, caller, &event).await?;
        }
    } else {
        grants::end_access(&mut tx, &name, &app.id).await?;
    }
    Ok(tx.commit().await?)
}

/// Whom an ID token of this app speaks of. Its time does not matter: it is a hint, and apps keep it for longer.
pub(super) fn subject_of_hint(rekey: &Rekey, app: &ClientApp, hint: &str) -> Option<UserId> {
    let claims = rekey.live().keys.verify(hint, ID, &issuer(rekey))?;
    let subject = claims.get("sub")?.as_str().map(|sub| UserId(sub.to_owned()));
    subject.filter(|_| audience(&claims) == Some(app.id.as_str()))
}

/// The app, person and session that an ID token speaks of.
pub(super) fn read_hint(rekey: &Rekey, hint: &str) -> Option<(String, UserId, String)> {
    let claims = rekey.live().keys.verify(hint, ID, &issuer(rekey))?;
    let text = |name: &str| claims.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    Some((text("aud")?, UserId(text("sub")?), text("sid")?))
}
