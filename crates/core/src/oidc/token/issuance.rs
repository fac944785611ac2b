//! Issues codes and tokens. A code is created with its grant, in one transaction that locks the session;
//! tokens are issued from a locked grant. Signing comes after the commit, because it is the most expensive
//! step and needs no lock.

use crate::apps::client_app::ClientApp;
use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::grants::grant::{AuthorizationCode, Grant, RefreshToken};
use crate::grants::{self, GRANT_TTL_SECONDS};
use crate::oidc::authorization_request::AuthorizeParams;
use crate::oidc::authorize::store;
use crate::oidc::consent;
pub(crate) use crate::oidc::token::access_token::{
    ACCESS_TOKEN_TYPE, TokenSpec, access_token_claims, access_token_ttl, draft_access_token,
    finalize_access_token,
};
pub(crate) use crate::oidc::token::id_token::{Identity, base_claims, sign_id_token, to_claims};
use crate::sessions::{self, AuthenticatedUser};
use crate::types::amr::Amr;
use crate::types::error::{Refusal, Result};
use crate::types::ids::generate;
use crate::types::scope::Scope;
use crate::types::secret::{Secret, generate_token, sha256_digest};
use crate::types::time::Timestamp;
use crate::{Context, Core, audit};

/// The lifetime of a code in seconds (ASVS 10.4.3 allows a minute at most).
const CODE_TTL_SECONDS: i64 = 60;

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
pub(crate) struct AppRequest<'a> {
    /// The app.
    pub app: &'a ClientApp,
    /// The request.
    pub authorize_params: &'a AuthorizeParams,
}

/// Issues a code for the signed-in user; none when the session ended or the consent was revoked meanwhile.
/// `finishes` is the pending request that this finishes.
pub(crate) async fn issue_code(
    context: Context<'_>,
    request: AppRequest<'_>,
    current: &AuthenticatedUser,
    finishes: Option<&str>,
) -> Result<Option<Secret>> {
    let AppRequest { app, authorize_params } = request;
    let now = context.now();
    let code = generate_token(context.core.rng());
    let mut tx = context.core.store.write().await?;
    if let Some(id) = finishes
        && !store::mark_finished(&mut tx, id, now).await?
    {
        return Err(Refusal::NotFound.into());
    }
    let is_locked = sessions::store::lock(&mut tx, &current.session.id, now).await?
        && consent::lock(&mut tx, app, &current.user.id).await?;
    if !is_locked {
        return Ok(None);
    }
    let grant = new_grant(context.core, app, authorize_params, current);
    grants::store::insert(&mut tx, &grant, now).await?;
    let row = AuthorizationCode {
        grant_id: grant.id.clone(),
        redirect_uri: authorize_params.redirect_uri.clone(),
        code_challenge: authorize_params.code_challenge.clone(),
        nonce: authorize_params.nonce.clone(),
        expires_at: now.plus_seconds(CODE_TTL_SECONDS),
        used_at: None,
    };
    grants::store::insert_code(&mut tx, &sha256_digest(code.expose()), &row).await?;
    let event = Event::success(EventKind::AppSignIn, Some(current.user.id.clone())).with_subject(&grant.id);
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    Ok(Some(code))
}

fn new_grant(
    core: &Core,
    app: &ClientApp,
    authorize_params: &AuthorizeParams,
    current: &AuthenticatedUser,
) -> Grant {
    let now = core.now();
    Grant {
        id: generate(now, core.rng(), 21),
        user_id: current.user.id.clone(),
        app_id: app.id.clone(),
        session_id: current.session.id.clone(),
        scope: authorize_params.scope.clone(),
        resources: authorize_params.resources.join(" "),
        auth_at: current.session.created_at,
        expires_at: now.plus_seconds(GRANT_TTL_SECONDS),
        amr: Amr::Protocol,
    }
}

/// Issues the next refresh token of a grant, as successor of the one with this digest.
pub(crate) async fn issue_refresh_token(
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
