//! A code becomes tokens, once: for the app that it was sent to, with the secret behind its challenge.

use super::{
    Issuance, Misuse, audit_issuance, load_user, revoke_misused_grant, sign_id_token, token_response,
    token_spec,
};
use crate::domain::oidc::issuance::{self, Identity, TokenResponse};
use crate::domain::{Core, memory_limiter};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::event::EventKind;
use crate::model::oidc::grant::{AuthorizationCode, Grant};
use crate::model::oidc::oauth_error::ProtocolError;
use crate::model::oidc::scope::OFFLINE_ACCESS;
use crate::model::secret::{Secret, ct_eq, sha256_digest};
use crate::model::time::Timestamp;
use crate::store::grants;
use crate::store::sql::Tx;

/// What an app sends to turn a code into tokens.
#[derive(Clone, Debug)]
pub struct CodeExchange {
    /// The code.
    pub code: Secret,
    /// Where it was sent.
    pub redirect_uri: String,
    /// The secret behind the challenge.
    pub verifier: Option<Secret>,
    /// For which resource the access token is to be.
    pub resource: Option<String>,
}

const CODE_UNKNOWN: ProtocolError = ProtocolError::invalid_grant("the code is unknown, expired or used");
const CODE_MISMATCH: ProtocolError =
    ProtocolError::invalid_grant("the code does not fit to this client, redirect_uri or code_verifier");

/// Turns a code into tokens, once.
pub async fn exchange_code(
    rekey: &Core,
    caller: &Caller,
    app: &ClientApp,
    given: &CodeExchange,
) -> Result<TokenResponse> {
    let (now, name) = (rekey.now(), sha256_digest(given.code.expose()));
    let mut tx = rekey.store.write().await?;
    // The grant before its code, in the order in which an end takes them: the other way round two would wait for each other.
    let held = lock_code_grant(&mut tx, &name, now).await?;
    let Some(code) = grants::take_code(&mut tx, &name, now).await? else {
        return handle_replay(tx, rekey, caller, &name).await;
    };
    let Some(grant) = held.filter(|grant| matches_request(app, grant, &code, given)) else {
        // Whoever has a code and not what belongs to it has somebody else's: nothing may come of it any more.
        let misuse = Misuse { grant: &code.grant_id, why: "code.misused", fault: CODE_MISMATCH };
        return revoke_misused_grant(tx, rekey, caller, misuse).await;
    };
    let user = load_user(&mut tx, &grant).await?;
    let wanted = token_spec(app, &grant, given.resource.as_deref(), grant.scope.clone())?;
    let access = issuance::draft_access_token(&mut tx, rekey, &wanted).await?;
    let life = i64::from(app.refresh_token_ttl_in_days) * 24 * 3600;
    let refresh_token = match grant.scope.has(OFFLINE_ACCESS) || app.always_issue_refresh_token {
        true => {
            Some(issuance::issue_refresh_token(&mut tx, rekey, &grant, "", now.plus_seconds(life)).await?)
        }
        false => None,
    };
    let issuance = Issuance { app, kind: EventKind::CodeExchange, grant: Some(&grant) };
    audit_issuance(&mut tx, rekey, caller, issuance).await?;
    tx.commit().await?;
    let access_token = issuance::finalize_access_token(rekey, &wanted, access, Some(&user))?;
    let nonce = code.nonce.as_deref();
    let identity = Identity { grant: &grant, user: &user, nonce, access_token: &access_token };
    let id_token = sign_id_token(rekey, &wanted, identity)?;
    Ok(token_response(rekey, &wanted, access_token, id_token, refresh_token))
}

/// The grant that a code will become, held.
async fn lock_code_grant(tx: &mut Tx, name: &str, now: Timestamp) -> Result<Option<Grant>> {
    match grants::code_by_digest(tx, name).await? {
        Some(code) => Ok(grants::lock(tx, &code.grant_id, now).await?),
        None => Ok(None),
    }
}

/// PKCE: a challenge needs its secret, and a secret its challenge, or leaving the challenge out would be a way round it (RFC 9700 4.8).
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

/// A code that can't be used: one that was used before has fallen into wrong hands, and what came of it ends (ASVS 10.4.2).
async fn handle_replay(mut tx: Tx, rekey: &Core, caller: &Caller, name: &str) -> Result<TokenResponse> {
    let used = grants::code_by_digest(&mut tx, name).await?.filter(|code| code.used_at.is_some());
    match used {
        Some(code) => {
            let misuse = Misuse { grant: &code.grant_id, why: "code.reused", fault: CODE_UNKNOWN };
            revoke_misused_grant(tx, rekey, caller, misuse).await
        }
        None => {
            tx.rollback().await?;
            memory_limiter::limit_by_network(rekey, caller)?;
            Err(CODE_UNKNOWN.into())
        }
    }
}
