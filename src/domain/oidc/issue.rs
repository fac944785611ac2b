//! Making codes and tokens. A code comes with its grant, in one transaction that holds the session; tokens come of a grant that is
//! held. What a token says is put together here and nowhere else. The surprise: signing comes after the commit, because it is the
//! dearest step and needs no lock.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384};

use super::jose::ClaimSet;
use super::{consent, issuer, userinfo};
use crate::domain::claims::Context;
use crate::domain::sessions::Present;
use crate::domain::{Rekey, audit};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::ids::fresh;
use crate::model::oidc::asked::Asked;
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::oidc::grant::{AccessToken, Amr, AuthorizationCode, Grant, RefreshToken};
use crate::model::oidc::scope::Scope;
use crate::model::secret::{Secret, base64url, digest, token};
use crate::model::settings::claims::TokenKind;
use crate::model::signing::SigningAlg;
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{authorizations, grants, sessions};

/// A code is good for this many seconds (ASVS 10.4.3 asks for a minute at most).
const CODE_LIFE: i64 = 60;
/// A grant ends after this many seconds whatever happens: 180 days.
pub(in crate::domain) const GRANT_LIFE: i64 = 180 * 24 * 3600;
/// The kind of an access token that says what it is good for (RFC 9068).
pub(super) const ACCESS: &str = "at+jwt";
/// The kind of an ID token.
pub(super) const ID: &str = "JWT";

/// What an app gets.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The access token.
    pub access_token: Secret,
    /// Seconds that it is good for.
    pub expires_in: i64,
    /// What was granted.
    pub scope: Scope,
    /// Who signed in, when `openid` was granted.
    pub id_token: Option<Secret>,
    /// The next refresh token, when there is one.
    pub refresh_token: Option<Secret>,
}

/// What an app asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct AppRequest<'a> {
    /// The app.
    pub app: &'a ClientApp,
    /// What it asks.
    pub asked: &'a Asked,
}

/// A code for the person who is here; none when the session ended meanwhile, or what they agreed to was taken back. `finishes` names the waiting request that it ends.
pub(super) async fn code(
    rekey: &Rekey,
    caller: &Caller,
    request: AppRequest<'_>,
    here: &Present,
    finishes: Option<&str>,
) -> Result<Option<Secret>> {
    let AppRequest { app, asked } = request;
    let (now, code) = (rekey.now(), token(rekey.chance()));
    let mut tx = rekey.store.write().await?;
    if let Some(id) = finishes
        && !authorizations::mark_done(&mut tx, id, now).await?
    {
        return Err(Refusal::NotFound.into());
    }
    let held = sessions::hold(&mut tx, &here.session.id, now).await?
        && consent::hold(&mut tx, app, &here.user.id).await?;
    if !held {
        return Ok(None);
    }
    let grant = grant(rekey, app, asked, here);
    grants::insert(&mut tx, &grant, now).await?;
    let row = AuthorizationCode {
        grant_id: grant.id.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        code_challenge: asked.code_challenge.clone(),
        nonce: asked.nonce.clone(),
        expires_at: now.plus(CODE_LIFE),
        used_at: None,
    };
    grants::insert_code(&mut tx, &digest(code.expose()), &row).await?;
    let event = Event::success(EventKind::AppSignIn, Some(here.user.id.clone())).about(&grant.id);
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    Ok(Some(code))
}

fn grant(rekey: &Rekey, app: &ClientApp, asked: &Asked, here: &Present) -> Grant {
    let now = rekey.now();
    Grant {
        id: fresh(now, rekey.chance(), 21),
        user_id: here.user.id.clone(),
        app_id: app.id.clone(),
        session_id: here.session.id.clone(),
        scope: asked.scope.clone(),
        resources: asked.resources.join(" "),
        auth_at: here.session.created_at,
        expires_at: now.plus(GRANT_LIFE),
        amr: Amr::Protocol,
    }
}

/// What an access token will be for.
pub(in crate::domain) struct Wanted<'a> {
    /// The app.
    pub app: &'a ClientApp,
    /// The grant, held; none for a machine's own.
    pub grant: Option<&'a Grant>,
    /// For which resource; without one the token says nothing by itself and is looked up here.
    pub resource: Option<&'a str>,
    /// What it is good for.
    pub scope: Scope,
}

/// An access token that is to be handed out: a text that is kept as a digest, or claims to be signed.
pub(in crate::domain) enum Access {
    Opaque(Secret),
    Signed(ClaimSet),
}

/// Makes an access token, and keeps it if it says nothing by itself.
pub(in crate::domain) async fn access(tx: &mut Tx, rekey: &Rekey, wanted: &Wanted<'_>) -> Result<Access> {
    match wanted.resource {
        Some(resource) => Ok(signed(rekey, wanted, resource)),
        None => opaque(tx, rekey, wanted).await,
    }
}

async fn opaque(tx: &mut Tx, rekey: &Rekey, wanted: &Wanted<'_>) -> Result<Access> {
    let (now, secret) = (rekey.now(), token(rekey.chance()));
    let row = AccessToken {
        grant_id: wanted.grant.map(|grant| grant.id.clone()),
        app_id: wanted.app.id.clone(),
        scope: wanted.scope.clone(),
        created_at: now,
        expires_at: now.plus(life(rekey, wanted)),
    };
    grants::insert_access(tx, &digest(secret.expose()), &row).await?;
    Ok(Access::Opaque(secret))
}

/// For how many seconds an access token is good: never longer than its grant.
pub(in crate::domain) fn life(rekey: &Rekey, wanted: &Wanted<'_>) -> i64 {
    let left = wanted.grant.map_or(i64::MAX, |grant| grant.expires_at.seconds_after(rekey.now()));
    i64::from(wanted.app.access_token_ttl).min(left)
}

/// The claims of a token that is not kept. The grant is part of its name, so that whoever asks about the token learns whether the
/// grant still stands.
pub(super) fn signed(rekey: &Rekey, wanted: &Wanted<'_>, resource: &str) -> Access {
    let (now, life) = (rekey.now(), life(rekey, wanted));
    let of = wanted.grant.map_or("", |grant| grant.id.as_str());
    let mut claims = frame(rekey, now, life);
    claims.extend(named([
        ("sub", json!(wanted.grant.map_or(&wanted.app.id, |grant| &grant.user_id.0))),
        ("aud", json!(resource)),
        ("client_id", json!(wanted.app.id)),
        ("scope", json!(wanted.scope.text())),
        ("jti", json!(format!("{of}.{}", fresh(now, rekey.chance(), 21)))),
    ]));
    Access::Signed(claims)
}

/// Signs what is to be signed; the operator's own claims join it here.
pub(in crate::domain) fn seal(
    rekey: &Rekey,
    wanted: &Wanted<'_>,
    access: Access,
    user: Option<&User>,
) -> Result<Secret> {
    let claims = match access {
        Access::Opaque(secret) => return Ok(secret),
        Access::Signed(claims) => claims,
    };
    let kind = if user.is_some() { TokenKind::AccessToken } else { TokenKind::ClientCredentials };
    let context = Context::new(wanted.app, user, &wanted.scope.text());
    let claims = with_own(rekey, kind, context, claims)?;
    let live = rekey.live();
    Ok(Secret::new(live.keys.sign(SigningAlg::ES384, ACCESS, &claims, rekey.now())?))
}

/// The operator's own claims beside these.
fn with_own(rekey: &Rekey, kind: TokenKind, context: Context, mut claims: ClaimSet) -> Result<ClaimSet> {
    const DENIED: Fault =
        Fault::new(OAuthError::AccessDenied, "a rule of this installation does not allow it");
    let own = rekey.live().claims.evaluate(kind, &context.with_token(claims.clone()));
    claims.extend(own.map_err(|_| Error::from(DENIED))?);
    Ok(claims)
}

/// What an ID token says.
#[derive(Clone, Copy)]
pub(super) struct Identity<'a> {
    /// The sign-in that it speaks of.
    pub grant: &'a Grant,
    /// Who signed in.
    pub user: &'a User,
    /// What the app sent to know its own request by.
    pub nonce: Option<&'a str>,
    /// The access token that comes with it.
    pub access_token: &'a Secret,
}

/// The ID token of a grant: who signed in, when, and what the scopes let the app know.
pub(super) fn id_token(rekey: &Rekey, wanted: &Wanted<'_>, identity: Identity<'_>) -> Result<Secret> {
    let Identity { grant, user, nonce, access_token } = identity;
    let (now, alg) = (rekey.now(), wanted.app.id_token_signing_alg);
    let mut claims = frame(rekey, now, i64::from(wanted.app.id_token_ttl));
    claims.extend(userinfo::claims(user, &grant.scope));
    claims.extend(named([
        ("aud", json!(wanted.app.id)),
        ("auth_time", json!(grant.auth_at.0 / 1000)),
        ("sid", json!(grant.session_id)),
        ("at_hash", json!(half(alg, access_token.expose()))),
    ]));
    claims.extend(nonce.map(|nonce| ("nonce".to_owned(), json!(nonce))));
    let context = Context::new(wanted.app, Some(user), &grant.scope.text());
    let claims = with_own(rekey, TokenKind::IdToken, context, claims)?;
    Ok(Secret::new(rekey.live().keys.sign(alg, ID, &claims, now)?))
}

/// Who says so, since when and until when; whole seconds.
pub(super) fn frame(rekey: &Rekey, now: Timestamp, life: i64) -> ClaimSet {
    let seconds = now.0 / 1000;
    named([("iss", json!(issuer(rekey))), ("iat", json!(seconds)), ("exp", json!(seconds + life))]).collect()
}

pub(super) fn named<const N: usize>(pairs: [(&str, Value); N]) -> impl Iterator<Item = (String, Value)> {
    pairs.map(|(name, value)| (name.to_owned(), value)).into_iter()
}

/// The left half of a text's hash, with which an ID token names its access token (OpenID Connect Core 3.1.3.6).
fn half(alg: SigningAlg, text: &str) -> String {
    let hash = match alg {
        SigningAlg::ES384 => Sha384::digest(text).to_vec(),
        SigningAlg::ES256 => Sha256::digest(text).to_vec(),
    };
    base64url(hash.get(..hash.len() / 2).unwrap_or_default())
}

/// A new refresh token of a grant, given for the one of this digest.
pub(in crate::domain) async fn refresh(
    tx: &mut Tx,
    rekey: &Rekey,
    grant: &Grant,
    parent: &str,
    expires_at: Timestamp,
) -> Result<Secret> {
    let secret = token(rekey.chance());
    let row = RefreshToken {
        grant_id: grant.id.clone(),
        created_at: rekey.now(),
        expires_at: expires_at.min(grant.expires_at),
        used_at: None,
        parent: parent.to_owned(),
        successor: None,
    };
    grants::insert_refresh(tx, &digest(secret.expose()), &row).await?;
    Ok(secret)
}
