//! Token introspection and revocation: is a token valid, whose is it, what is it for. An opaque token is
//! looked up by its digest; a signed one is checked by its key and by the grant id in its `jti`, so that a
//! resource server which asks here sees an ended sign-in.

use crate::apps::client_app::{AppType, ClientApp};
use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::grants::grant::{AccessToken, Grant};
use crate::oidc::issuer;
use crate::oidc::signing_keys::jws::ClaimSet;
use crate::oidc::token::description::{audience, describe_access_token, describe_refresh_token};
use crate::oidc::token::issuance::ACCESS_TOKEN_TYPE;
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::error::Result;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::secret::{Secret, sha256_digest};
use crate::users::user::User;
use crate::{Context, Core, audit, grants, users};

/// The resource indicator that clients of Logto use for the Management API.
const MANAGEMENT_API: &str = "https://default.logto.app/api";

/// Whether this resource is the Management API: under Logto's indicator, or its own URL.
pub(super) fn is_management(core: &Core, resource: &str) -> bool {
    resource == MANAGEMENT_API || resource == core.links.absolute_url("/api")
}

/// The token, grant and user behind an access token of an app.
pub(crate) async fn authenticate_bearer(
    context: Context<'_>,
    bearer: &Secret,
) -> Result<(AccessToken, Grant, User)> {
    let now = context.now();
    let mut tx = context.core.store.read().await?;
    let token = grants::store::access_token(&mut tx, &sha256_digest(bearer.expose()), now).await?;
    let behind = match token.as_ref().and_then(|token| token.grant_id.as_ref()) {
        Some(id) => load_active_grant(&mut tx, context.core, id).await?,
        None => None,
    };
    tx.rollback().await?;
    match (token, behind) {
        (Some(token), Some((grant, user))) => Ok((token, grant, user)),
        _ => {
            in_memory::limit_by_network(context, MemoryLimit::Tokens)?;
            Err(ProtocolError::invalid_token().into())
        }
    }
}

/// A grant that is active: not ended, its app still registered, its user not suspended.
pub(super) async fn load_active_grant(
    tx: &mut Tx,
    core: &Core,
    grant: &str,
) -> Result<Option<(Grant, User)>> {
    let grant = grants::store::by_id(tx, grant, core.now()).await?;
    let Some(grant) = grant.filter(|grant| core.snapshot().app(&grant.app_id).is_some()) else {
        return Ok(None);
    };
    let user = users::store::by_id(tx, &grant.user_id).await?.filter(|user| !user.is_suspended);
    Ok(user.map(|user| (grant, user)))
}

/// The claims of a signed access token of ours that has not expired and whose grant is active.
async fn verify_signed(core: &Core, token: &str) -> Result<Option<ClaimSet>> {
    // A key that was withdrawn, or an app that was deleted or lost a right elsewhere, counts at once.
    core.refresh_snapshot().await?;
    let Some(claims) = core.snapshot().keys.verify(token, ACCESS_TOKEN_TYPE, &issuer(core)) else {
        return Ok(None);
    };
    if claims.get("exp").and_then(|exp| exp.as_i64()).unwrap_or(0) <= core.now().0 / 1000 {
        return Ok(None);
    }
    let text = |name: &str| claims.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let stands = match text("jti").split_once('.') {
        // A machine's own token is valid as long as the machine application exists.
        Some(("", _)) => core.snapshot().app(text("client_id")).is_some(),
        Some((grant, _)) => load_active_grant(&mut core.store.read().await?, core, grant).await?.is_some(),
        None => false,
    };
    Ok(Some(claims).filter(|_| stands))
}

/// The app behind a machine token for the Management API with the scope `all`.
pub async fn authenticate_api_client(context: Context<'_>, bearer: &Secret) -> Result<String> {
    let claims = verify_signed(context.core, bearer.expose()).await?;
    let Some(claims) =
        claims.filter(|claims| audience(claims).is_some_and(|aud| is_management(context.core, aud)))
    else {
        in_memory::limit_by_network(context, MemoryLimit::Tokens)?;
        return Err(ProtocolError::invalid_token().into());
    };
    let text = |name: &str| claims.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let snapshot = context.snapshot();
    // A deleted app, or one that lost the right, loses access at once.
    let may = snapshot.app(text("client_id")).is_some_and(ClientApp::may_manage);
    if may && text("scope").split(' ').any(|value| value == "all") {
        Ok(text("client_id").to_owned())
    } else {
        Err(ProtocolError::new(OAuthError::InsufficientScope, "the access token lacks the scope all").into())
    }
}

/// The introspection response for the app that holds the token, or for a resource server (a machine) that
/// received it; none when the token is invalid or the caller may not see it.
#[tracing::instrument(name = "introspect_token", skip_all)]
pub async fn introspect(core: &Core, client: &ClientApp, token: &Secret) -> Result<Option<ClaimSet>> {
    let may_introspect = |app_id: &str| client.id == app_id || client.kind == AppType::MachineToMachine;
    if let Some(claims) = verify_signed(core, token.expose()).await? {
        let owner = claims.get("client_id").and_then(|id| id.as_str()).unwrap_or_default();
        return Ok(may_introspect(owner).then_some(claims));
    }
    let digest = sha256_digest(token.expose());
    let mut tx = core.store.read().await?;
    if let Some(found) = grants::store::access_token(&mut tx, &digest, core.now()).await? {
        let claims = describe_access_token(&mut tx, core, &found).await?;
        return Ok(claims.filter(|_| may_introspect(&found.app_id)));
    }
    describe_refresh_token(&mut tx, core, client, &digest).await
}

/// Revokes a token of this app. A refresh token ends its whole grant (RFC 7009 2.1); a token of another app
/// is left alone, and the response is the same.
#[tracing::instrument(name = "revoke_token", skip_all)]
pub async fn revoke(context: Context<'_>, app: &ClientApp, token: &Secret) -> Result<()> {
    let now = context.now();
    let name = sha256_digest(token.expose());
    let mut tx = context.core.store.write().await?;
    if let Some(found) = grants::store::refresh_token(&mut tx, &name).await? {
        let grant =
            grants::store::by_id(&mut tx, &found.grant_id, now).await?.filter(|grant| grant.app_id == app.id);
        if let Some(grant) = grant {
            grants::store::revoke(&mut tx, &grant.id).await?;
            let event = Event::success(EventKind::GrantEnd, Some(grant.user_id)).with_subject(&grant.id);
            audit::record(&mut tx, context, &event).await?;
        }
    } else {
        grants::store::revoke_access_token(&mut tx, &name, &app.id).await?;
    }
    Ok(tx.commit().await?)
}
