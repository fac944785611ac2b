//! API keys and the roles they carry. A key is a long random token that is looked up by its digest, so that
//! timing reveals nothing about it. A disabled key stays disabled, even if the bootstrap file still lists it.

pub mod api_key;
pub mod store;

use serde_json::json;

use crate::api_keys::api_key::{ApiKey, Role, StoredKey};
use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::audit::{self, Change, changes};
use crate::settings::bootstrap_file::{self, EntryKind, FileAuthor};
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::error::{Refusal, Result};
use crate::types::ids::generate;
use crate::types::secret::{Secret, base64url, generate_token, sha256_digest};
use crate::{Context, Core, api_keys};

/// The longest description, in characters.
const MAX_DESCRIPTION_LEN: usize = 256;

/// A key to be created.
#[derive(Clone, Debug, Default)]
pub struct NewKey {
    /// What the key is for, in words for operators.
    pub description: String,
    /// The roles that the key has.
    pub roles: Vec<Role>,
    /// The application that the key acts for; none if it may act for all.
    pub app_id: Option<String>,
    /// A token that the holder generated, checked with `is_token`; none if the token is to be generated here.
    pub token: Option<Secret>,
    /// SHA-256 of a token that the holder generated, as 64 lowercase hexadecimal digits; none if the token is
    /// to be generated here.
    pub token_hash: Option<String>,
}

/// Creates the keys of the bootstrap file, or updates existing ones to match it, all or nothing.
pub async fn ensure(core: &Core, by: FileAuthor<'_>, keys: &[(ApiKey, Secret)]) -> Result<()> {
    let mut tx = core.store.write().await?;
    for (key, token) in keys {
        let token_digest = sha256_digest(token.expose());
        let before = api_keys::store::by_id(&mut tx, &key.id).await?;
        api_keys::store::save(&mut tx, key, &token_digest, core.now()).await?;
        let seen = |key: &ApiKey, digest: &str| json!({ "roles": names(&key.roles), "token": digest });
        let known = before.as_ref().map(|(key, digest)| seen(key, digest));
        let details = changes::diff(&known, &seen(key, &token_digest), |path| path == "token");
        let (kind, how) = match before {
            None => (EventKind::ApiKeyCreate, "success"),
            Some(_) => (EventKind::ApiKeyChange, "changed"),
        };
        by.record(&mut tx, core, Change::of(kind, &key.id, how, details)).await?;
    }
    Ok(tx.commit().await?)
}

fn names(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.name()).collect()
}

/// Refuses the token of an entry of the bootstrap file that another key has; nothing is changed.
pub async fn check_entry(core: &Core, id: &str, token: &Secret) -> Result<()> {
    let mut tx = core.store.read().await?;
    let holder = api_keys::store::by_digest(&mut tx, &sha256_digest(token.expose())).await?;
    if holder.is_some_and(|holder| holder != id) { Err(Refusal::Duplicate.into()) } else { Ok(()) }
}

/// Deletes the keys that were removed from the bootstrap file.
pub async fn delete_removed(core: &Core, by: Actor<'_>, given: &[&str]) -> Result<()> {
    let mut tx = core.store.write().await?;
    for id in bootstrap_file::forget_removed(&mut tx, core, EntryKind::ApiKey, given).await? {
        if api_keys::store::delete(&mut tx, &id).await? {
            tracing::warn!(key.id = id, "this key left the bootstrap file and works no longer");
            let event = Event::success(EventKind::ApiKeyDisable, None).with_subject(&id);
            audit::record(&mut tx, by.context(core), &event).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Creates a key; the token is returned here and never again. `SettingsInvalid` names invalid fields,
/// `NotFound` means that the application is not registered, `Duplicate` that another key has this token.
pub async fn create(core: &Core, by: Actor<'_>, new: NewKey) -> Result<(ApiKey, Option<Secret>)> {
    if new.app_id.as_ref().is_some_and(|app| core.snapshot().app(app).is_none()) {
        return Err(Refusal::NotFound.into());
    }
    if new.description.chars().count() > MAX_DESCRIPTION_LEN {
        let problem = format!("description: expected at most {MAX_DESCRIPTION_LEN} characters");
        return Err(Refusal::SettingsInvalid(vec![problem]).into());
    }
    let is_given = new.token.is_some() || new.token_hash.is_some();
    let made = (!is_given).then(|| generate_token(core.rng()));
    let token_digest = match (made.as_ref().or(new.token.as_ref()), &new.token_hash) {
        (Some(token), _) => sha256_digest(token.expose()),
        (None, hash) => digest_from_hex(hash.as_deref().unwrap_or_default())?,
    };
    let NewKey { description, roles, app_id, .. } = new;
    let key = ApiKey { id: generate(core.now(), core.rng(), 21), roles, app_id, description };
    let mut tx = core.store.write().await?;
    if !api_keys::store::insert(&mut tx, &key, &token_digest, core.now()).await? {
        return Err(Refusal::Duplicate.into());
    }
    let event = Event::success(EventKind::ApiKeyCreate, None).with_subject(&key.id);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok((key, made))
}

/// Converts a digest that the caller sent into the form in which it is stored.
fn digest_from_hex(hash: &str) -> Result<String> {
    let mut digest = [0_u8; 32];
    let is_lowercase = !hash.bytes().any(|byte| byte.is_ascii_uppercase());
    if !is_lowercase || hex::decode_to_slice(hash, &mut digest).is_err() {
        let problem = "tokenHash: expected 64 small hexadecimal digits".to_owned();
        return Err(Refusal::SettingsInvalid(vec![problem]).into());
    }
    Ok(base64url(&digest))
}

/// All keys, oldest first.
pub async fn list(core: &Core) -> Result<Vec<StoredKey>> {
    Ok(api_keys::store::list(&mut core.store.read().await?).await?)
}

/// Disables a key permanently, with immediate effect.
pub async fn disable(core: &Core, by: Actor<'_>, id: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    if !api_keys::store::disable(&mut tx, id, core.now()).await? {
        return Err(Refusal::NotFound.into());
    }
    audit::record(
        &mut tx,
        by.context(core),
        &Event::success(EventKind::ApiKeyDisable, None).with_subject(id),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Finds the key of this token. A network that keeps sending unknown tokens is throttled.
pub async fn by_token(context: Context<'_>, token: &Secret) -> Result<Option<ApiKey>> {
    let mut tx = context.core.store.read().await?;
    let found = api_keys::store::by_token(&mut tx, &sha256_digest(token.expose())).await?;
    if found.is_none() {
        in_memory::limit_by_network(context, MemoryLimit::Tokens)?;
    }
    Ok(found)
}
