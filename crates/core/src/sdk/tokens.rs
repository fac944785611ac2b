//! The tokens of an SDK app: an opaque access token, and a refresh token that is rotated on each use. They
//! belong to a grant like those of OpenID Connect, and end like them. Tokens from a recovery end after an
//! hour however often they are refreshed, until the new password is set.

use crate::apps::client_app::ClientApp;
use crate::audit::event::{Event, EventKind};
use crate::grants::grant::Grant;
use crate::grants::{self, GRANT_TTL_SECONDS};
use crate::oidc::token::issuance::{self, TokenResponse, TokenSpec};
use crate::oidc::token::{GrantOrigin, RefreshRequest, exchange_refresh_token};
use crate::sessions::{self, AuthenticatedUser};
use crate::types::amr::Amr;
use crate::types::error::{Refusal, Result};
use crate::types::ids::generate;
use crate::types::scope::{PASSWORD_UPDATE, Scope};
use crate::types::secret::Secret;
use crate::types::time::Timestamp;
use crate::{Context, Core, audit};

/// The tokens for an app.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The access token, which is opaque.
    pub access_token: Secret,
    /// The refresh token, valid for one use.
    pub refresh_token: Secret,
    /// The lifetime of the access token, in seconds.
    pub expires_in: i64,
    /// When the access token expires.
    pub expires_at: Timestamp,
}

/// Issues the tokens of a user who has just signed in. The session's own token is discarded: only the grant
/// speaks for the session.
#[tracing::instrument(name = "issue_sdk_tokens", skip_all)]
pub(super) async fn issue_tokens(
    context: Context<'_>,
    app: &ClientApp,
    current: &AuthenticatedUser,
    amr: Amr,
) -> Result<Tokens> {
    let core = context.core;
    let now = core.now();
    let grant = new_grant(core, app, current, amr);
    let mut tx = core.store.write().await?;
    if !sessions::store::lock_including_restricted(&mut tx, &current.session.id, now).await? {
        return Err(Refusal::GrantInvalid.into());
    }
    // The session can be used for as long as its refresh token.
    let life = app.refresh_ttl_seconds(amr);
    sessions::store::extend(&mut tx, &current.session.id, now, life).await?;
    grants::store::insert(&mut tx, &grant, now).await?;
    let wanted = TokenSpec { app, grant: Some(&grant), resource: None, scope: grant.scope.clone() };
    let access = issuance::draft_access_token(&mut tx, core, &wanted).await?;
    let refresh_token =
        issuance::issue_refresh_token(&mut tx, core, &grant, "", now.plus_seconds(life)).await?;
    let event = Event::success(EventKind::AppSignIn, Some(current.user.id.clone())).with_subject(&grant.id);
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    let access_token = issuance::finalize_access_token(core, &wanted, access, Some(&current.user))?;
    Ok(with_expiry(core, access_token, refresh_token, issuance::access_token_ttl(core, &wanted)))
}

fn new_grant(core: &Core, app: &ClientApp, current: &AuthenticatedUser, amr: Amr) -> Grant {
    let now = core.now();
    let is_restricted = current.session.must_change.is_some();
    Grant {
        id: generate(now, core.rng(), 21),
        user_id: current.user.id.clone(),
        app_id: app.id.clone(),
        session_id: current.session.id.clone(),
        // Introspection must not mistake the token for that of a full session.
        scope: if is_restricted { Scope::parse(PASSWORD_UPDATE) } else { Scope::default() },
        resources: String::new(),
        auth_at: current.session.created_at,
        expires_at: if is_restricted {
            current.session.expires_at
        } else {
            now.plus_seconds(GRANT_TTL_SECONDS)
        },
        amr,
    }
}

fn with_expiry(core: &Core, access_token: Secret, refresh_token: Secret, expires_in: i64) -> Tokens {
    Tokens { access_token, refresh_token, expires_in, expires_at: core.now().plus_seconds(expires_in) }
}

/// Exchanges a refresh token. Reuse ends the whole sign-in, except within the ten seconds in which another
/// tab may have used it, and except for a lost response: as long as the successor is unused.
#[tracing::instrument(name = "refresh_sdk_tokens", skip_all)]
pub async fn refresh(context: Context<'_>, app: &ClientApp, token: &Secret) -> Result<Tokens> {
    let renewal =
        RefreshRequest { token: token.clone(), resource: None, scope: None, kind: GrantOrigin::Sdk };
    let TokenResponse { access_token, expires_in, refresh_token, .. } =
        exchange_refresh_token(context, app, &renewal).await?;
    let refresh_token = refresh_token.unwrap_or_else(|| token.clone());
    Ok(with_expiry(context.core, access_token, refresh_token, expires_in))
}
