//! A code becomes tokens, once: for the app that it was sent to, with the secret behind its challenge.

use super::{Issuance, Misuse, end, id_token, issued, note, person, wanted};
use crate::domain::oidc::issue::{self, Identity, Issued};
use crate::domain::{Rekey, pace};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::event::EventKind;
use crate::model::oidc::fault::Fault;
use crate::model::oidc::grant::{AuthorizationCode, Grant};
use crate::model::oidc::scope::OFFLINE;
use crate::model::secret::{Secret, digest, same};
use crate::model::time::Timestamp;
use crate::store::grants;
use crate::store::sql::Tx;

/// What an app sends to turn a code into tokens.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The code.
    pub code: Secret,
    /// Where it was sent.
    pub redirect_uri: String,
    /// The secret behind the challenge.
    pub verifier: Option<Secret>,
    /// For which resource the access token is to be.
    pub resource: Option<String>,
}

const NO_CODE: Fault = Fault::grant("the code is unknown, expired or used");
const NO_FIT: Fault = Fault::grant("the code does not fit to this client, redirect_uri or code_verifier");

/// Turns a code into tokens, once.
pub async fn by_code(rekey: &Rekey, caller: &Caller, app: &ClientApp, given: &Exchange) -> Result<Issued> {
    let (now, name) = (rekey.now(), digest(given.code.expose()));
    let mut tx = rekey.store.write().await?;
    // The grant before its code, in the order in which an end takes them: the other way round two would wait for each other.
    let held = of_code(&mut tx, &name, now).await?;
    let Some(code) = grants::take_code(&mut tx, &name, now).await? else {
        return replayed(tx, rekey, caller, &name).await;
    };
    let Some(grant) = held.filter(|grant| fits(app, grant, &code, given)) else {
        // Whoever has a code and not what belongs to it has somebody else's: nothing may come of it any more.
        let misuse = Misuse { grant: &code.grant_id, why: "code.misused", fault: NO_FIT };
        return end(tx, rekey, caller, misuse).await;
    };
    let user = person(&mut tx, &grant).await?;
    let wanted = wanted(app, &grant, given.resource.as_deref(), grant.scope.clone())?;
    let access = issue::access(&mut tx, rekey, &wanted).await?;
    let life = i64::from(app.refresh_token_ttl_in_days) * 24 * 3600;
    let refresh_token = match grant.scope.has(OFFLINE) || app.always_issue_refresh_token {
        true => Some(issue::refresh(&mut tx, rekey, &grant, "", now.plus(life)).await?),
        false => None,
    };
    let issuance = Issuance { app, kind: EventKind::CodeExchange, grant: Some(&grant) };
    note(&mut tx, rekey, caller, issuance).await?;
    tx.commit().await?;
    let access_token = issue::seal(rekey, &wanted, access, Some(&user))?;
    let nonce = code.nonce.as_deref();
    let identity = Identity { grant: &grant, user: &user, nonce, access_token: &access_token };
    let id_token = id_token(rekey, &wanted, identity)?;
    Ok(issued(rekey, &wanted, access_token, id_token, refresh_token))
}

/// The grant that a code will become, held.
async fn of_code(tx: &mut Tx, name: &str, now: Timestamp) -> Result<Option<Grant>> {
    match grants::code(tx, name).await? {
        Some(code) => Ok(grants::hold(tx, &code.grant_id, now).await?),
        None => Ok(None),
    }
}

/// PKCE: a challenge needs its secret, and a secret its challenge, or leaving the challenge out would be a way round it (RFC 9700 4.8).
fn fits(app: &ClientApp, grant: &Grant, code: &AuthorizationCode, given: &Exchange) -> bool {
    let known = match (&code.code_challenge, &given.verifier) {
        (Some(challenge), Some(verifier)) => {
            is_verifier(verifier.expose()) && same(&digest(verifier.expose()), challenge)
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
async fn replayed(mut tx: Tx, rekey: &Rekey, caller: &Caller, name: &str) -> Result<Issued> {
    let used = grants::code(&mut tx, name).await?.filter(|code| code.used_at.is_some());
    match used {
        Some(code) => {
            let misuse = Misuse { grant: &code.grant_id, why: "code.reused", fault: NO_CODE };
            end(tx, rekey, caller, misuse).await
        }
        None => {
            tx.rollback().await?;
            pace::admit_network(rekey, caller)?;
            Err(NO_CODE.into())
        }
    }
}
