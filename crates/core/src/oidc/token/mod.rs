//! The token endpoint: exchanges codes and refresh tokens, and issues machines their own tokens. Each is
//! checked in the transaction that consumes it. A code that is used twice ends what the first use gave, and
//! so does a refresh token, except for the seconds in which a response may have been lost.

mod access_token;
mod client_credentials;
mod code;
mod description;
pub(super) mod id_token;
pub mod introspection;
pub mod issuance;
mod refresh;
mod rotation;

use crate::apps::client_app::ClientApp;
use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::grants::grant::Grant;
pub use crate::oidc::token::client_credentials::issue_for_client;
pub use crate::oidc::token::code::{CodeExchange, exchange_code};
use crate::oidc::token::issuance::{Identity, TokenResponse, TokenSpec};
pub(crate) use crate::oidc::token::refresh::GRACE_SECONDS;
pub use crate::oidc::token::refresh::{GrantOrigin, RefreshRequest, exchange_refresh_token};
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::scope::{OPENID, Scope};
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::{Context, Core, audit, grants, users};

const RESOURCE_NOT_GRANTED: ProtocolError =
    ProtocolError::new(OAuthError::InvalidTarget, "resource was not granted");

/// A replayed or misused code or token.
struct Misuse<'a> {
    /// The grant that it belongs to.
    grant: &'a str,
    /// Its name in the audit log.
    why: &'static str,
    /// The error for the app.
    fault: ProtocolError,
}

/// Ends a grant whose code or token was misused, and audits it.
async fn revoke_misused_grant<T>(mut tx: Tx, context: Context<'_>, misuse: Misuse<'_>) -> Result<T> {
    let Misuse { grant, why, fault } = misuse;
    grants::store::revoke(&mut tx, grant).await?;
    audit::record(&mut tx, context, &Event::refused(EventKind::GrantEnd, why, None).with_subject(grant))
        .await?;
    tx.commit().await?;
    Err(fault.into())
}

/// Tokens that were issued to an app.
#[derive(Clone, Copy)]
struct Issuance<'a> {
    /// The app.
    app: &'a ClientApp,
    /// How they were obtained.
    kind: EventKind,
    /// Their grant; none for a machine's own.
    grant: Option<&'a Grant>,
}

/// Audits the issuance of tokens, in the transaction that issued them.
async fn audit_issuance(tx: &mut Tx, context: Context<'_>, issuance: Issuance<'_>) -> Result<()> {
    let Issuance { app, kind, grant } = issuance;
    let caller = Caller { app_id: Some(app.id.clone()), ..context.caller.clone() };
    let event = Event::success(kind, grant.map(|grant| grant.user_id.clone()));
    let event = Event { about: grant.map(|grant| grant.id.clone()), ..event };
    audit::record(tx, context.with_caller(&caller), &event).await
}

/// The user of a grant, if they may still sign in.
async fn load_user(tx: &mut Tx, grant: &Grant) -> Result<User> {
    let user = users::store::by_id(tx, &grant.user_id).await?.filter(|user| !user.is_suspended);
    Ok(user.ok_or(ProtocolError::invalid_grant("the person may not sign in any more"))?)
}

fn token_spec<'a>(
    app: &'a ClientApp,
    grant: &'a Grant,
    resource: Option<&'a str>,
    scope: Scope,
) -> Result<TokenSpec<'a>, ProtocolError> {
    if resource.is_none_or(|resource| grant.allows_resource(resource)) {
        Ok(TokenSpec { app, grant: Some(grant), resource, scope })
    } else {
        Err(RESOURCE_NOT_GRANTED)
    }
}

fn sign_id_token(core: &Core, wanted: &TokenSpec<'_>, identity: Identity<'_>) -> Result<Option<Secret>> {
    let is_wanted = identity.grant.scope.has(OPENID);
    is_wanted.then(|| issuance::sign_id_token(core, wanted, identity)).transpose()
}

fn token_response(
    core: &Core,
    wanted: &TokenSpec<'_>,
    access_token: Secret,
    id_token: Option<Secret>,
    refresh_token: Option<Secret>,
) -> TokenResponse {
    let expires_in = issuance::access_token_ttl(core, wanted);
    TokenResponse { access_token, expires_in, scope: wanted.scope.clone(), id_token, refresh_token }
}
