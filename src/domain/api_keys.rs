//! Keys with which machines ask, and whose they are. A key is a long random token: it is looked up by its digest, so how long that
//! takes tells nothing about it. The surprise: one that was switched off stays off, also where the bootstrap file still names it.

use serde_json::json;

use crate::model::api_key::{ApiKey, Role};
use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::ids::fresh;
use crate::model::secret::{Secret, base64url, generate_token, sha256_digest};
use crate::store::api_keys;

use super::apps::Actor;
use super::audit::{Change, changes};
use super::settings::FileAuthor;
use super::settings::entries::{self, EntryKind};
use super::{Core, audit, memory_limiter};

/// The longest description, in characters.
const MAX_DESCRIPTION_LEN: usize = 256;

/// A key to be made.
#[derive(Clone, Debug, Default)]
pub struct NewKey {
    /// What it is for, for people.
    pub description: String,
    /// What it is good for.
    pub roles: Vec<Role>,
    /// The application on whose behalf it asks; none where it may for all.
    pub app_id: Option<String>,
    /// SHA-256 of a token that its holder made, as 64 small hexadecimal digits; none when the token is to be made here.
    pub token_hash: Option<String>,
}

/// Makes the keys of the bootstrap file, or brings existing ones to what it says, all or nothing.
pub async fn ensure(rekey: &Core, by: FileAuthor<'_>, keys: &[(ApiKey, Secret)]) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    for (key, token) in keys {
        let token_digest = sha256_digest(token.expose());
        let before = api_keys::by_id(&mut tx, &key.id).await?;
        api_keys::save(&mut tx, key, &token_digest, rekey.now()).await?;
        let seen = |key: &ApiKey, digest: &str| json!({ "roles": names(&key.roles), "token": digest });
        let known = before.as_ref().map(|(key, digest)| seen(key, digest));
        let details = changes::diff(&known, &seen(key, &token_digest), |path| path == "token");
        let (kind, how) = match before {
            None => (EventKind::ApiKeyCreate, "success"),
            Some(_) => (EventKind::ApiKeyChange, "changed"),
        };
        by.record(&mut tx, rekey, Change::of(kind, &key.id, how, details)).await?;
    }
    Ok(tx.commit().await?)
}

fn names(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.name()).collect()
}

/// Takes away the keys that left the bootstrap file.
pub async fn delete_removed(rekey: &Core, by: Actor<'_>, given: &[&str]) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    for id in entries::forget_removed(&mut tx, rekey, EntryKind::ApiKey, given).await? {
        if api_keys::delete(&mut tx, &id).await? {
            tracing::warn!(key.id = id, "this key left the bootstrap file and works no longer");
            let event = Event::success(EventKind::ApiKeyDisable, None).with_subject(&id);
            audit::record(&mut tx, rekey, by.caller, &event).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Makes a key; its token is told here and never again. `SettingsInvalid` names what can't be, `NotFound` is an application that is not
/// registered, `Duplicate` a token that another key has.
pub async fn create(rekey: &Core, by: Actor<'_>, new: NewKey) -> Result<(ApiKey, Option<Secret>)> {
    if new.app_id.as_ref().is_some_and(|app| rekey.snapshot().app(app).is_none()) {
        return Err(Refusal::NotFound.into());
    }
    if new.description.chars().count() > MAX_DESCRIPTION_LEN {
        let said = format!("description: expected at most {MAX_DESCRIPTION_LEN} characters");
        return Err(Refusal::SettingsInvalid(vec![said]).into());
    }
    let made = new.token_hash.is_none().then(|| generate_token(rekey.rng()));
    let token_digest = match (&made, &new.token_hash) {
        (Some(made), _) => sha256_digest(made.expose()),
        (None, hash) => digest_from_hex(hash.as_deref().unwrap_or_default())?,
    };
    let NewKey { description, roles, app_id, .. } = new;
    let key = ApiKey { id: fresh(rekey.now(), rekey.rng(), 21), roles, app_id, description };
    let mut tx = rekey.store.write().await?;
    if !api_keys::insert(&mut tx, &key, &token_digest, rekey.now()).await? {
        return Err(Refusal::Duplicate.into());
    }
    let event = Event::success(EventKind::ApiKeyCreate, None).with_subject(&key.id);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    tx.commit().await?;
    Ok((key, made))
}

/// The digest that is kept, of the one that other programs write.
fn digest_from_hex(hash: &str) -> Result<String> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let digits: Option<Vec<u8>> = hash.bytes().map(digit).collect();
    let digits = digits.filter(|digits| digits.len() == 64);
    let refused =
        || Refusal::SettingsInvalid(vec!["tokenHash: expected 64 small hexadecimal digits".to_owned()]);
    let digits = digits.ok_or_else(refused)?;
    let bytes: Vec<u8> =
        digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    Ok(base64url(&bytes))
}

/// Switches a key off, for good and at once.
pub async fn disable(rekey: &Core, by: Actor<'_>, id: &str) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    if !api_keys::disable(&mut tx, id, rekey.now()).await? {
        return Err(Refusal::NotFound.into());
    }
    audit::record(
        &mut tx,
        rekey,
        by.caller,
        &Event::success(EventKind::ApiKeyDisable, None).with_subject(id),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// The key that this token belongs to. A network that keeps sending tokens of nobody's has to wait.
pub async fn by_token(rekey: &Core, caller: &Caller, token: &Secret) -> Result<Option<ApiKey>> {
    let mut tx = rekey.store.read().await?;
    let found = api_keys::by_token(&mut tx, &sha256_digest(token.expose())).await?;
    if found.is_none() {
        memory_limiter::limit_by_network(rekey, caller)?;
    }
    Ok(found)
}
