//! Exchanges a code for tokens, once: for the app that it was issued to, with its PKCE verifier.

use crate::apps::client_app::ClientApp;
use crate::audit::event::EventKind;
use crate::db::sql::Tx;
use crate::grants::grant::{AuthorizationCode, Grant};
use crate::oidc::signing_keys;
use crate::oidc::token::issuance::{self, Identity, TokenResponse};
use crate::oidc::token::{
    Issuance, Misuse, audit_issuance, load_user, revoke_misused_grant, sign_id_token, token_response,
    token_spec,
};
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::error::Result;
use crate::types::error::oauth_error::ProtocolError;
use crate::types::scope::OFFLINE_ACCESS;
use crate::types::secret::{Secret, ct_eq, sha256_digest};
use crate::types::time::Timestamp;
use crate::{Context, grants};

/// The app's request to exchange a code.
#[derive(Clone, Debug)]
pub struct CodeExchange {
    /// The code.
    pub code: Secret,
    /// The redirect URI that the code was sent to.
    pub redirect_uri: String,
    /// The PKCE code verifier.
    pub verifier: Option<Secret>,
    /// The resource for the access token.
    pub resource: Option<String>,
}

const CODE_UNKNOWN: ProtocolError = ProtocolError::invalid_grant("the code is unknown, expired or used");
const CODE_MISMATCH: ProtocolError =
    ProtocolError::invalid_grant("the code does not fit to this client, redirect_uri or code_verifier");

/// Exchanges a code for tokens, once.
#[tracing::instrument(skip_all)]
pub async fn exchange_code(
    context: Context<'_>,
    app: &ClientApp,
    given: &CodeExchange,
) -> Result<TokenResponse> {
    let core = context.core;
    signing_keys::ensure_ready(core, app.id_token_alg()).await?;
    let now = core.now();
    let name = sha256_digest(given.code.expose());
    let mut tx = core.store.write().await?;
    // The grant is locked before its code, in the same order as when a session ends; the other order could
    // deadlock.
    let locked = lock_code_grant(&mut tx, &name, now).await?;
    let Some(code) = grants::store::take_code(&mut tx, &name, now).await? else {
        return refuse_and_revoke_if_reused(tx, context, &name).await;
    };
    let Some(grant) = locked.filter(|grant| matches_request(app, grant, &code, given)) else {
        // A code without its verifier or client is stolen: it must not be usable any more.
        let misuse = Misuse { grant: &code.grant_id, why: "code.misused", fault: CODE_MISMATCH };
        return revoke_misused_grant(tx, context, misuse).await;
    };
    let user = load_user(&mut tx, &grant).await?;
    let wanted = token_spec(app, &grant, given.resource.as_deref(), grant.scope.clone())?;
    let access = issuance::draft_access_token(&mut tx, core, &wanted).await?;
    let life = app.refresh_ttl_seconds(grant.amr);
    let refresh_token = if grant.scope.has(OFFLINE_ACCESS) || app.always_issue_refresh_token {
        Some(issuance::issue_refresh_token(&mut tx, core, &grant, "", now.plus_seconds(life)).await?)
    } else {
        None
    };
    let issuance = Issuance { app, kind: EventKind::CodeExchange, grant: Some(&grant) };
    audit_issuance(&mut tx, context, issuance).await?;
    tx.commit().await?;
    let access_token = issuance::finalize_access_token(core, &wanted, access, Some(&user))?;
    let nonce = code.nonce.as_deref();
    let identity = Identity { grant: &grant, user: &user, nonce, access_token: &access_token };
    let id_token = sign_id_token(core, &wanted, identity)?;
    Ok(token_response(core, &wanted, access_token, id_token, refresh_token))
}

/// The grant of a code, locked.
async fn lock_code_grant(tx: &mut Tx, name: &str, now: Timestamp) -> Result<Option<Grant>> {
    match grants::store::code_by_digest(tx, name).await? {
        Some(code) => Ok(grants::store::lock(tx, &code.grant_id, now).await?),
        None => Ok(None),
    }
}

/// PKCE: a challenge needs its verifier, and a verifier its challenge, or omitting the challenge would bypass
/// it (RFC 9700 4.8).
fn matches_request(app: &ClientApp, grant: &Grant, code: &AuthorizationCode, given: &CodeExchange) -> bool {
    let known = match (&code.code_challenge, &given.verifier) {
        (Some(challenge), Some(verifier)) => {
            is_verifier(verifier.expose()) && ct_eq(&sha256_digest(verifier.expose()), challenge)
        }
        (None, None) => true,
        _ => false,
    };
    grant.app_id == app.id && code.redirect_uri == given.redirect_uri && known
}

fn is_verifier(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(allowed)
}

/// Refuses a code that cannot be used. One that was used before has been stolen, so the tokens issued from it
/// end (ASVS 10.4.2).
async fn refuse_and_revoke_if_reused(mut tx: Tx, context: Context<'_>, name: &str) -> Result<TokenResponse> {
    let used = grants::store::code_by_digest(&mut tx, name).await?.filter(|code| code.used_at.is_some());
    match used {
        Some(code) => {
            let misuse = Misuse { grant: &code.grant_id, why: "code.reused", fault: CODE_UNKNOWN };
            revoke_misused_grant(tx, context, misuse).await
        }
        None => {
            tx.rollback().await?;
            in_memory::limit_by_network(context, MemoryLimit::Tokens)?;
            Err(CODE_UNKNOWN.into())
        }
    }
}
