//! Exchanges a refresh token for new tokens. It may be used twice within seconds, because a response got lost
//! or two tabs asked at once; the second use gets the same successor, so there is never a second branch. A
//! later reuse counts as theft, but for tokens of the SDK a lost response is forgiven for longer.

use crate::apps::client_app::ClientApp;
use crate::audit::event::EventKind;
use crate::db::sql::Tx;
use crate::grants::grant::{Grant, RefreshToken};
use crate::oidc::signing_keys;
use crate::oidc::token::issuance::{self, Identity, TokenResponse};
use crate::oidc::token::rotation::{RefreshUse, Renewed, classify_use, next_refresh_token};
use crate::oidc::token::{
    Issuance, Misuse, audit_issuance, load_user, revoke_misused_grant, sign_id_token, token_response,
    token_spec,
};
use crate::sessions::{self, revoke};
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::amr::Amr;
use crate::types::error::Result;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::scope::Scope;
use crate::types::secret::{Secret, sha256_digest};
use crate::types::time::Timestamp;
use crate::{Context, grants};

/// For how many seconds a used refresh token is accepted again: the response may have been lost, or two tabs
/// asked at once.
pub(crate) const GRACE_SECONDS: i64 = 10;
/// A confidential app's refresh token is rotated once this share of its lifetime has passed, in percent.
pub(super) const ROTATION_THRESHOLD_PERCENT: i64 = 70;

/// The app's request to refresh its tokens.
#[derive(Clone, Debug)]
pub struct RefreshRequest {
    /// The refresh token.
    pub token: Secret,
    /// The resource for the access token.
    pub resource: Option<String>,
    /// A subset of the granted scope, if wanted.
    pub scope: Option<Scope>,
    /// The API through which it came.
    pub kind: GrantOrigin,
}

/// The API that a grant belongs to. A grant of one API is not refreshed through the other, where it would
/// mean something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantOrigin {
    /// OpenID Connect.
    Protocol,
    /// The SDK: each exchange renews the full lifetime of the token, and of the session.
    Sdk,
}

pub(super) const REFRESH_TOKEN_UNKNOWN: ProtocolError =
    ProtocolError::invalid_grant("the refresh token is unknown, expired or revoked");

/// RFC 6749 6: no word that was not granted, known or not.
const SCOPE_NOT_GRANTED: ProtocolError =
    ProtocolError::new(OAuthError::InvalidScope, "scope goes beyond what was granted");

/// Issues new tokens for a refresh token. A public app's is rotated each time (RFC 9700 4.14), a confidential
/// app's only late in its lifetime.
#[tracing::instrument(skip_all)]
pub async fn exchange_refresh_token(
    context: Context<'_>,
    app: &ClientApp,
    given: &RefreshRequest,
) -> Result<TokenResponse> {
    let core = context.core;
    if given.kind == GrantOrigin::Protocol {
        signing_keys::ensure_ready(core, app.id_token_alg()).await?;
    }
    let now = core.now();
    let name = sha256_digest(given.token.expose());
    let mut tx = core.store.write().await?;
    let Some((grant, token)) = lock_token_and_grant(&mut tx, app, given.kind, &name, now).await? else {
        tx.rollback().await?;
        in_memory::limit_by_network(context, MemoryLimit::Tokens)?;
        return Err(REFRESH_TOKEN_UNKNOWN.into());
    };
    let turn = classify_use(&mut tx, core, given.kind, &name, &token).await?;
    if let RefreshUse::Reused = turn {
        if given.kind == GrantOrigin::Sdk {
            // The session has no other token, so it ends too.
            revoke::revoke_session(&mut tx, core, &grant.user_id, &grant.session_id).await?;
        }
        let misuse = Misuse { grant: &grant.id, why: "refresh.reused", fault: REFRESH_TOKEN_UNKNOWN };
        return revoke_misused_grant(tx, context, misuse).await;
    }
    let scope = given.scope.clone().filter(|scope| !scope.is_empty()).unwrap_or_else(|| grant.scope.clone());
    if !grant.scope.covers(&scope) {
        // Nothing is used up: the app may send the same token again.
        tx.rollback().await?;
        return Err(SCOPE_NOT_GRANTED.into());
    }
    let user = load_user(&mut tx, &grant).await?;
    let wanted = token_spec(app, &grant, given.resource.as_deref(), scope)?;
    let access = issuance::draft_access_token(&mut tx, core, &wanted).await?;
    let renewed = Renewed { app, grant: &grant, name: &name, token: &token };
    let refresh_token = next_refresh_token(&mut tx, core, &renewed, turn).await?;
    let issuance = Issuance { app, kind: EventKind::TokenRefresh, grant: Some(&grant) };
    audit_issuance(&mut tx, context, issuance).await?;
    tx.commit().await?;
    let access_token = issuance::finalize_access_token(core, &wanted, access, Some(&user))?;
    let identity = Identity { grant: &grant, user: &user, nonce: None, access_token: &access_token };
    let id_token = sign_id_token(core, &wanted, identity)?;
    let refresh_token = refresh_token.unwrap_or_else(|| given.token.clone());
    Ok(token_response(core, &wanted, access_token, id_token, Some(refresh_token)))
}

/// The token and its grant, locked; read again once locked, because another request may have used it
/// meanwhile.
async fn lock_token_and_grant(
    tx: &mut Tx,
    app: &ClientApp,
    kind: GrantOrigin,
    name: &str,
    now: Timestamp,
) -> Result<Option<(Grant, RefreshToken)>> {
    let Some(found) = grants::store::refresh_token(tx, name).await? else { return Ok(None) };
    if kind == GrantOrigin::Sdk
        && let Some(grant) = grants::store::by_id(tx, &found.grant_id, now).await?
    {
        // The session is locked before its grants, as everywhere: two requests that end it at once must not
        // deadlock.
        let life = app.refresh_ttl_seconds(grant.amr);
        sessions::store::extend(tx, &grant.session_id, now, life).await?;
    }
    let Some(grant) = grants::store::lock(tx, &found.grant_id, now).await?.filter(|grant| {
        grant.app_id == app.id && (grant.amr == Amr::Protocol) == (kind == GrantOrigin::Protocol)
    }) else {
        return Ok(None);
    };
    let token = grants::store::refresh_token(tx, name).await?.filter(|token| token.expires_at > now);
    Ok(token.map(|token| (grant, token)))
}
