//! Issues codes and tokens. A code is created with its grant, in one transaction that locks the session;
//! tokens are issued from a locked grant. All token claims are assembled here; signing comes after the
//! commit, because it is the most expensive step and needs no lock.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384};

use crate::core::apps::client_app::ClientApp;
use crate::core::audit::event::{Event, EventKind};
use crate::core::claims::ClaimsContext;
use crate::core::db::sql::Tx;
use crate::core::grants::grant::{AccessToken, Amr, AuthorizationCode, Grant, RefreshToken};
use crate::core::grants::{self, GRANT_TTL_SECONDS};
use crate::core::oidc::authorization_request::AuthorizeParams;
use crate::core::oidc::authorize::store;
use crate::core::oidc::signing_keys::jws::ClaimSet;
use crate::core::oidc::{consent, issuer, userinfo};
use crate::core::sessions::{self, AuthenticatedUser};
use crate::core::settings::claims::TokenKind;
use crate::core::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::core::types::error::{Error, Refusal, Result};
use crate::core::types::ids::generate;
use crate::core::types::scope::Scope;
use crate::core::types::secret::{Secret, base64url, generate_token, sha256_digest};
use crate::core::types::signing_alg::SigningAlg;
use crate::core::types::time::Timestamp;
use crate::core::users::user::User;
use crate::core::{Context, Core, audit};

/// The lifetime of a code in seconds (ASVS 10.4.3 allows a minute at most).
const CODE_TTL_SECONDS: i64 = 60;
/// The `typ` of a signed access token (RFC 9068).
pub(in crate::core) const ACCESS_TOKEN_TYPE: &str = "at+jwt";
/// The `typ` of an ID token.
pub(in crate::core) const ID_TOKEN_TYPE: &str = "JWT";

/// The tokens issued to an app.
#[derive(Clone, Debug)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Secret,
    /// Its lifetime in seconds.
    pub expires_in: i64,
    /// The granted scopes.
    pub scope: Scope,
    /// The ID token, when `openid` was granted.
    pub id_token: Option<Secret>,
    /// The next refresh token, when there is one.
    pub refresh_token: Option<Secret>,
}

/// An app and its request.
#[derive(Clone, Copy, Debug)]
pub(in crate::core) struct AppRequest<'a> {
    /// The app.
    pub app: &'a ClientApp,
    /// The request.
    pub asked: &'a AuthorizeParams,
}

/// Issues a code for the signed-in user; none when the session ended or the consent was revoked meanwhile.
/// `finishes` is the pending request that this finishes.
pub(in crate::core) async fn issue_code(
    context: Context<'_>,
    request: AppRequest<'_>,
    here: &AuthenticatedUser,
    finishes: Option<&str>,
) -> Result<Option<Secret>> {
    let AppRequest { app, asked } = request;
    let now = context.now();
    let code = generate_token(context.core.rng());
    let mut tx = context.core.store.write().await?;
    if let Some(id) = finishes
        && !store::mark_finished(&mut tx, id, now).await?
    {
        return Err(Refusal::NotFound.into());
    }
    let held = sessions::store::lock(&mut tx, &here.session.id, now).await?
        && consent::lock(&mut tx, app, &here.user.id).await?;
    if !held {
        return Ok(None);
    }
    let grant = new_grant(context.core, app, asked, here);
    grants::store::insert(&mut tx, &grant, now).await?;
    let row = AuthorizationCode {
        grant_id: grant.id.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        code_challenge: asked.code_challenge.clone(),
        nonce: asked.nonce.clone(),
        expires_at: now.plus_seconds(CODE_TTL_SECONDS),
        used_at: None,
    };
    grants::store::insert_code(&mut tx, &sha256_digest(code.expose()), &row).await?;
    let event = Event::success(EventKind::AppSignIn, Some(here.user.id.clone())).with_subject(&grant.id);
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    Ok(Some(code))
}

fn new_grant(core: &Core, app: &ClientApp, asked: &AuthorizeParams, here: &AuthenticatedUser) -> Grant {
    let now = core.now();
    Grant {
        id: generate(now, core.rng(), 21),
        user_id: here.user.id.clone(),
        app_id: app.id.clone(),
        session_id: here.session.id.clone(),
        scope: asked.scope.clone(),
        resources: asked.resources.join(" "),
        auth_at: here.session.created_at,
        expires_at: now.plus_seconds(GRANT_TTL_SECONDS),
        amr: Amr::Protocol,
    }
}

/// The access token to be issued.
pub(in crate::core) struct TokenSpec<'a> {
    /// The app.
    pub app: &'a ClientApp,
    /// The grant, locked; none for a machine's own token.
    pub grant: Option<&'a Grant>,
    /// The resource; without one the token is opaque and looked up here.
    pub resource: Option<&'a str>,
    /// Its scope.
    pub scope: Scope,
}

/// An access token before it is handed out: an opaque token that is stored as a digest, or claims to be
/// signed.
pub(in crate::core) enum AccessTokenDraft {
    Opaque(Secret),
    Signed(ClaimSet),
}

/// Prepares an access token, and stores it if it is opaque.
pub(in crate::core) async fn draft_access_token(
    tx: &mut Tx,
    core: &Core,
    wanted: &TokenSpec<'_>,
) -> Result<AccessTokenDraft> {
    match wanted.resource {
        Some(resource) => Ok(access_token_claims(core, wanted, resource)),
        None => draft_opaque_token(tx, core, wanted).await,
    }
}

async fn draft_opaque_token(tx: &mut Tx, core: &Core, wanted: &TokenSpec<'_>) -> Result<AccessTokenDraft> {
    let now = core.now();
    let secret = generate_token(core.rng());
    let row = AccessToken {
        grant_id: wanted.grant.map(|grant| grant.id.clone()),
        app_id: wanted.app.id.clone(),
        scope: wanted.scope.clone(),
        created_at: now,
        expires_at: now.plus_seconds(access_token_ttl(core, wanted)),
    };
    grants::store::insert_access_token(tx, &sha256_digest(secret.expose()), &row).await?;
    Ok(AccessTokenDraft::Opaque(secret))
}

/// The lifetime of an access token in seconds: never longer than its grant.
pub(in crate::core) fn access_token_ttl(core: &Core, wanted: &TokenSpec<'_>) -> i64 {
    let left = wanted.grant.map_or(i64::MAX, |grant| grant.expires_at.seconds_after(core.now()));
    i64::from(wanted.app.access_token_ttl).min(left)
}

/// The claims of a token that is not stored. The grant is part of its `jti`, so that introspection can tell
/// whether the grant is still active.
pub(in crate::core) fn access_token_claims(
    core: &Core,
    wanted: &TokenSpec<'_>,
    resource: &str,
) -> AccessTokenDraft {
    let now = core.now();
    let life = access_token_ttl(core, wanted);
    let of = wanted.grant.map_or("", |grant| grant.id.as_str());
    let mut claims = base_claims(core, now, life);
    claims.extend(to_claims([
        ("sub", json!(wanted.grant.map_or(&wanted.app.id, |grant| &grant.user_id.0))),
        ("aud", json!(resource)),
        ("client_id", json!(wanted.app.id)),
        ("scope", json!(wanted.scope.text())),
        ("jti", json!(format!("{of}.{}", generate(now, core.rng(), 21)))),
    ]));
    AccessTokenDraft::Signed(claims)
}

/// Signs the token if it is a signed one; the operator's custom claims are added here.
pub(in crate::core) fn finalize_access_token(
    core: &Core,
    wanted: &TokenSpec<'_>,
    access: AccessTokenDraft,
    user: Option<&User>,
) -> Result<Secret> {
    let claims = match access {
        AccessTokenDraft::Opaque(secret) => return Ok(secret),
        AccessTokenDraft::Signed(claims) => claims,
    };
    let kind = if user.is_some() { TokenKind::AccessToken } else { TokenKind::ClientCredentials };
    let context = ClaimsContext::new(wanted.app, user, &wanted.scope.text());
    let claims = with_custom_claims(core, kind, context, claims)?;
    let live = core.snapshot();
    Ok(Secret::new(live.keys.sign(SigningAlg::ES384, ACCESS_TOKEN_TYPE, &claims, core.now())?))
}

/// Adds the operator's custom claims.
fn with_custom_claims(
    core: &Core,
    kind: TokenKind,
    context: ClaimsContext,
    mut claims: ClaimSet,
) -> Result<ClaimSet> {
    const DENIED: ProtocolError =
        ProtocolError::new(OAuthError::AccessDenied, "a rule of this installation does not allow it");
    let own = core.snapshot().claims.evaluate(kind, &context.with_token(claims.clone()));
    claims.extend(own.map_err(|_| Error::from(DENIED))?);
    Ok(claims)
}

/// The content of an ID token.
#[derive(Clone, Copy)]
pub(in crate::core) struct Identity<'a> {
    /// The sign-in that it is about.
    pub grant: &'a Grant,
    /// The user who signed in.
    pub user: &'a User,
    /// The nonce that the app sent.
    pub nonce: Option<&'a str>,
    /// The access token that is issued with it.
    pub access_token: &'a Secret,
}

/// The ID token of a grant: who signed in, when, and the claims of its scopes.
pub(in crate::core) fn sign_id_token(
    core: &Core,
    wanted: &TokenSpec<'_>,
    identity: Identity<'_>,
) -> Result<Secret> {
    let Identity { grant, user, nonce, access_token } = identity;
    let now = core.now();
    let alg = wanted.app.id_token_signing_alg;
    let mut claims = base_claims(core, now, i64::from(wanted.app.id_token_ttl));
    claims.extend(userinfo::claims(user, &grant.scope));
    claims.extend(to_claims([
        ("aud", json!(wanted.app.id)),
        ("auth_time", json!(grant.auth_at.0 / 1000)),
        ("sid", json!(grant.session_id)),
        ("at_hash", json!(at_hash(alg, access_token.expose()))),
    ]));
    claims.extend(nonce.map(|nonce| ("nonce".to_owned(), json!(nonce))));
    let context = ClaimsContext::new(wanted.app, Some(user), &grant.scope.text());
    let claims = with_custom_claims(core, TokenKind::IdToken, context, claims)?;
    Ok(Secret::new(core.snapshot().keys.sign(alg, ID_TOKEN_TYPE, &claims, now)?))
}

/// The issuer, the time of issue and the expiry, in whole seconds.
pub(in crate::core) fn base_claims(core: &Core, now: Timestamp, life: i64) -> ClaimSet {
    let seconds = now.0 / 1000;
    to_claims([("iss", json!(issuer(core))), ("iat", json!(seconds)), ("exp", json!(seconds + life))])
        .collect()
}

pub(in crate::core) fn to_claims<const N: usize>(
    pairs: [(&str, Value); N],
) -> impl Iterator<Item = (String, Value)> {
    pairs.map(|(name, value)| (name.to_owned(), value)).into_iter()
}

/// The left half of the hash of an access token, by which an ID token refers to it (OpenID Connect Core
/// 3.1.3.6).
fn at_hash(alg: SigningAlg, text: &str) -> String {
    let hash = match alg {
        SigningAlg::ES384 => Sha384::digest(text).to_vec(),
        SigningAlg::ES256 => Sha256::digest(text).to_vec(),
    };
    base64url(hash.get(..hash.len() / 2).unwrap_or_default())
}

/// Issues the next refresh token of a grant, as successor of the one with this digest.
pub(in crate::core) async fn issue_refresh_token(
    tx: &mut Tx,
    core: &Core,
    grant: &Grant,
    parent: &str,
    expires_at: Timestamp,
) -> Result<Secret> {
    let secret = generate_token(core.rng());
    let row = RefreshToken {
        grant_id: grant.id.clone(),
        created_at: core.now(),
        expires_at: expires_at.min(grant.expires_at),
        used_at: None,
        parent: parent.to_owned(),
        successor: None,
    };
    grants::store::insert_refresh_token(tx, &sha256_digest(secret.expose()), &row).await?;
    Ok(secret)
}
