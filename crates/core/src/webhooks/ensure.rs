//! Webhooks of the bootstrap file. They are created and updated by id at every start, may use http and private
//! addresses, and are deleted when they leave the file.

use std::collections::BTreeMap;
use std::fmt;

use crate::Core;
use crate::audit::Change;
use crate::audit::actor::Actor;
use crate::audit::event::EventKind;
use crate::db::sql::Tx;
use crate::settings;
use crate::settings::bootstrap_file::{self, EntryKind, FileAuthor};
use crate::types::error::{Refusal, Result};
use crate::types::secret::Secret;
use crate::webhooks::registration::{KEY_OVERLAP_SECONDS, MAX_WEBHOOKS, diff};
use crate::webhooks::sealed::{read_all, to_row};
use crate::webhooks::signature::generate_key;
use crate::webhooks::store;
use crate::webhooks::validation::{WebhookInput, apply_input, check_headers, check_url};
use crate::webhooks::webhook::{Webhook, WebhookTarget};

/// The longest signing key, in bytes.
const MAX_KEY_BYTES: usize = 256;
/// The longest name, in characters.
const MAX_NAME_LEN: usize = 256;

/// A webhook as the file describes it. Its URL and headers may hold secrets, so that its `Debug` output hides
/// them.
#[derive(Clone)]
pub struct FileWebhook {
    /// Its id.
    pub id: String,
    /// Its fields; a missing one keeps its value, and for a new webhook its default.
    pub input: WebhookInput,
    /// The signing key; none keeps the stored one, or generates one.
    pub signing_key: Option<Secret>,
}

impl fmt::Debug for FileWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileWebhook({:?}, •••)", self.id)
    }
}

impl FileWebhook {
    /// All problems, as `path: what was expected`.
    pub fn validation_errors(&self) -> Vec<String> {
        let WebhookInput { name, events, url, headers, .. } = &self.input;
        let mut found = Vec::new();
        if name.as_ref().is_some_and(|name| !(1..=MAX_NAME_LEN).contains(&name.chars().count())) {
            found.push(format!("name: expected 1 to {MAX_NAME_LEN} characters"));
        }
        if events.as_ref().is_none_or(Vec::is_empty) {
            found.push("events: expected at least one".to_owned());
        }
        let is_url = check_url(url.as_deref().unwrap_or_default(), true).is_none();
        found.extend((!is_url).then(|| "config.url: expected an http or https address".to_owned()));
        found.extend(check_headers(headers.as_ref().unwrap_or(&BTreeMap::new())));
        let is_key = |key: &Secret| {
            (1..=MAX_KEY_BYTES).contains(&key.expose().len())
                && key.expose().bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !self.signing_key.as_ref().is_none_or(is_key) {
            found.push(format!("signingKey: expected 1 to {MAX_KEY_BYTES} visible ASCII characters"));
        }
        found
    }

    /// The webhook that results from the stored one. A key that the file replaces signs for another day.
    fn merge(&self, core: &Core, before: Option<&Webhook>) -> Webhook {
        let mut webhook = apply_input(
            before
                .filter(|stored| !stored.is_unreadable)
                .cloned()
                .unwrap_or_else(|| self.empty(core, before)),
            self.input.clone(),
        );
        if let Some(key) = self.signing_key.as_ref().filter(|key| key.expose() != webhook.target.key.expose())
        {
            let old = std::mem::replace(&mut webhook.target.key, key.clone());
            let is_known = before.is_some_and(|stored| !stored.is_unreadable);
            let until = core.now().plus_seconds(KEY_OVERLAP_SECONDS);
            webhook.target.previous = is_known.then_some((old, until));
        }
        webhook
    }

    fn empty(&self, core: &Core, before: Option<&Webhook>) -> Webhook {
        Webhook {
            id: self.id.clone(),
            name: "Webhook".to_owned(),
            events: Vec::new(),
            target: WebhookTarget::new(generate_key(core.rng())),
            is_enabled: true,
            is_unreadable: false,
            failures: 0,
            created_at: before.map_or_else(|| core.now(), |stored| stored.created_at),
        }
    }
}

/// Creates the webhooks of the file, or updates existing ones to match it, all or nothing.
pub async fn ensure(core: &Core, by: FileAuthor<'_>, given: &[FileWebhook]) -> Result<()> {
    if given.is_empty() {
        return Ok(());
    }
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let stored = read_all(&mut tx, core).await?;
    for file in given {
        let before = stored.iter().find(|webhook| webhook.id == file.id);
        save(&mut tx, core, by, before, &file.merge(core, before)).await?;
    }
    if store::list(&mut tx).await?.len() > MAX_WEBHOOKS {
        return Err(Refusal::SettingsInvalid(vec![format!("expected at most {MAX_WEBHOOKS} in all")]).into());
    }
    Ok(tx.commit().await?)
}

async fn save(
    tx: &mut Tx,
    core: &Core,
    by: FileAuthor<'_>,
    before: Option<&Webhook>,
    after: &Webhook,
) -> Result<()> {
    let how = if before.is_some() { "changed" } else { "created" };
    let details = diff(before, Some(after));
    let change = Change::of(EventKind::WebhookChange, &after.id, how, details);
    if change.is_none() {
        return Ok(());
    }
    let row = to_row(core, after)?;
    match before {
        None => store::insert(tx, &row).await?,
        Some(_) => store::save(tx, &row).await?,
    }
    by.record(tx, core, change).await
}

/// Deletes the webhooks that were removed from the file, with the deliveries that wait.
pub async fn delete_removed(core: &Core, by: Actor<'_>, given: &[&str]) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    for id in bootstrap_file::forget_removed(&mut tx, core, EntryKind::Webhook, given).await? {
        if store::delete(&mut tx, &id).await? {
            tracing::warn!(webhook.id = id, "this webhook left the bootstrap file and is deleted");
            let change = Change::of(EventKind::WebhookChange, &id, "deleted", serde_json::json!([]));
            crate::audit::record_change(&mut tx, core, by, change).await?;
        }
    }
    Ok(tx.commit().await?)
}
