//! What a token is, as introspection answers it.

use serde_json::json;

use crate::apps::client_app::ClientApp;
use crate::db::sql::Tx;
use crate::grants::grant::AccessToken;
use crate::oidc::issuer;
use crate::oidc::signing_keys::jws::ClaimSet;
use crate::oidc::token::introspection::load_active_grant;
use crate::oidc::token::issuance::to_claims;
use crate::types::amr::Amr;
use crate::types::error::Result;
use crate::types::time::Timestamp;
use crate::{Core, grants};

/// The claims of an opaque access token; none if its sign-in or its app is gone.
pub(super) async fn describe_access_token(
    tx: &mut Tx,
    core: &Core,
    found: &AccessToken,
) -> Result<Option<ClaimSet>> {
    let behind = match &found.grant_id {
        Some(id) => load_active_grant(tx, core, id).await?.map(|(grant, _)| (grant.user_id.0, grant.amr)),
        None => core.snapshot().app(&found.app_id).map(|app| (app.id.clone(), Amr::Protocol)),
    };
    Ok(behind.map(|(subject, amr)| {
        let mut claims = introspection_response(
            core,
            &GoodToken {
                app: &found.app_id,
                subject: &subject,
                scope: &found.scope.text(),
                since: found.created_at,
                until: found.expires_at,
            },
        );
        if amr != Amr::Protocol {
            // The app's server must be able to recognise a sign-in that may only set a new password.
            claims.extend(to_claims([("amr", json!([amr]))]));
        }
        claims
    }))
}

/// The claims of an unused refresh token. Only the app that holds it may introspect it.
pub(super) async fn describe_refresh_token(
    tx: &mut Tx,
    core: &Core,
    client: &ClientApp,
    digest: &str,
) -> Result<Option<ClaimSet>> {
    let found = grants::store::refresh_token(tx, digest).await?;
    let Some(found) = found.filter(|token| token.used_at.is_none() && token.expires_at > core.now()) else {
        return Ok(None);
    };
    let behind = load_active_grant(tx, core, &found.grant_id).await?;
    let behind = behind.filter(|(grant, _)| grant.app_id == client.id);
    Ok(behind.map(|(grant, user)| {
        introspection_response(
            core,
            &GoodToken {
                app: &grant.app_id,
                subject: &user.id.0,
                scope: &grant.scope.text(),
                since: found.created_at,
                until: found.expires_at,
            },
        )
    }))
}

/// A valid token.
struct GoodToken<'a> {
    /// The app that holds it.
    app: &'a str,
    /// Its subject: a user, or the machine itself.
    subject: &'a str,
    /// Its scope.
    scope: &'a str,
    /// When it was issued.
    since: Timestamp,
    /// When it expires.
    until: Timestamp,
}

fn introspection_response(core: &Core, token: &GoodToken<'_>) -> ClaimSet {
    to_claims([
        ("iss", json!(issuer(core))),
        ("client_id", json!(token.app)),
        ("sub", json!(token.subject)),
        ("scope", json!(token.scope)),
        ("iat", json!(token.since.0 / 1000)),
        ("exp", json!(token.until.0 / 1000)),
    ])
    .collect()
}

pub(super) fn audience(claims: &ClaimSet) -> Option<&str> {
    claims.get("aud")?.as_str()
}
