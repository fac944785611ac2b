//! Access tokens, opaque or signed: drafted inside a transaction, finished after it.

use serde_json::json;

use crate::apps::client_app::ClientApp;
use crate::claims::ClaimsContext;
use crate::db::sql::Tx;
use crate::grants::grant::{AccessToken, Grant};
use crate::oidc::signing_keys::jws::ClaimSet;
use crate::oidc::token::issuance::{base_claims, to_claims};
use crate::settings::claims::TokenKind;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::error::{Error, Result};
use crate::types::ids::generate;
use crate::types::scope::Scope;
use crate::types::secret::{Secret, generate_token, sha256_digest};
use crate::types::signing_alg::SigningAlg;
use crate::users::user::User;
use crate::{Core, grants};

/// The `typ` of a signed access token (RFC 9068).
pub(crate) const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// The access token to be issued.
pub(crate) struct TokenSpec<'a> {
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
pub(crate) enum AccessTokenDraft {
    Opaque(Secret),
    Signed(ClaimSet),
}

/// Prepares an access token, and stores it if it is opaque.
pub(crate) async fn draft_access_token(
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
pub(crate) fn access_token_ttl(core: &Core, wanted: &TokenSpec<'_>) -> i64 {
    let left = wanted.grant.map_or(i64::MAX, |grant| grant.expires_at.seconds_after(core.now()));
    i64::from(wanted.app.access_token_ttl).min(left)
}

/// The claims of a token that is not stored. The grant is part of its `jti`, so that introspection can tell
/// whether the grant is still active.
pub(crate) fn access_token_claims(core: &Core, wanted: &TokenSpec<'_>, resource: &str) -> AccessTokenDraft {
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
pub(crate) fn finalize_access_token(
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
    let snapshot = core.snapshot();
    Ok(Secret::new(snapshot.keys.sign(SigningAlg::ES384, ACCESS_TOKEN_TYPE, &claims, core.now())?))
}

/// Adds the operator's custom claims.
pub(super) fn with_custom_claims(
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
