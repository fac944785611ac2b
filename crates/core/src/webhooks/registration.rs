//! How operators create, change and delete webhooks. Each change raises the revision of the settings, as with
//! applications, and is active here once the caller has reloaded the snapshot. The signing key is generated
//! here and never chosen; after a rotation the old one also signs for a day.

use serde_json::{Value, json};

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::audit::{self, Change, changes, record_change};
use crate::db::sql::Tx;
use crate::types::error::{Refusal, Result};
use crate::types::ids;
use crate::webhooks::sealed::{load, read_all, to_row};
use crate::webhooks::signature::generate_key;
use crate::webhooks::validation::{WebhookInput, apply_input, validate, with_stored_headers};
use crate::webhooks::webhook::{Webhook, WebhookTarget};
use crate::webhooks::{deliveries_store, store};
use crate::{Core, settings};

/// The most webhooks there may be: each event is written once for each of them.
pub(super) const MAX_WEBHOOKS: usize = 20;
/// How long the previous key also signs, in seconds: a day.
pub(super) const KEY_OVERLAP_SECONDS: i64 = 24 * 3600;

/// Every webhook with its key, oldest first. A reader of the keys can sign as we do, so it is audited.
pub async fn list(core: &Core, by: Actor<'_>) -> Result<Vec<Webhook>> {
    let found = read_all(&mut core.store.read().await?, core).await?;
    audit_read(core, by, &found).await?;
    Ok(found)
}

/// One webhook, with its key.
pub async fn find(core: &Core, by: Actor<'_>, id: &str) -> Result<Webhook> {
    let found = load(&mut core.store.read().await?, core, id).await?;
    audit_read(core, by, std::slice::from_ref(&found)).await?;
    Ok(found)
}

async fn audit_read(core: &Core, by: Actor<'_>, found: &[Webhook]) -> Result<()> {
    let ids: Vec<&str> = found.iter().map(|webhook| webhook.id.as_str()).collect();
    let event = Event::success(EventKind::WebhookRead, None)
        .with_subject(by.key)
        .with_details(json!({ "hooks": ids }));
    audit::record_alone(by.context(core), &event).await
}

/// Creates a webhook with a new key.
pub async fn create(core: &Core, by: Actor<'_>, given: WebhookInput) -> Result<Webhook> {
    let now = core.now();
    let target = WebhookTarget::new(generate_key(core.rng()));
    let webhook = Webhook {
        id: ids::generate(now, core.rng(), 21),
        name: "Webhook".to_owned(),
        events: Vec::new(),
        target,
        is_enabled: true,
        is_unreadable: false,
        failures: 0,
        created_at: now,
    };
    let given = with_stored_headers(&webhook, given)?;
    let webhook = apply_input(webhook, given);
    validate(core, None, &webhook)?;
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    if store::list(&mut tx).await?.len() >= MAX_WEBHOOKS {
        return Err(Refusal::SettingsInvalid(vec![format!("hooks: expected at most {MAX_WEBHOOKS}")]).into());
    }
    store::insert(&mut tx, &to_row(core, &webhook)?).await?;
    let change = Change::of(EventKind::WebhookChange, &webhook.id, "created", diff(None, Some(&webhook)));
    record_change(&mut tx, core, by, change).await?;
    tx.commit().await?;
    Ok(webhook)
}

/// Changes a webhook: each named field is replaced as a whole. Enabling one that was disabled after failures
/// resets its failure count.
pub async fn patch(core: &Core, by: Actor<'_>, id: &str, given: WebhookInput) -> Result<Webhook> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let before = load(&mut tx, core, id).await?;
    let mut webhook = apply_input(before.clone(), with_stored_headers(&before, given)?);
    validate(core, Some(&before), &webhook)?;
    if std::mem::take(&mut webhook.is_unreadable) {
        webhook.target.key = generate_key(core.rng());
    }
    save(tx, core, by, &before, &webhook, "changed").await?;
    Ok(webhook)
}

/// Rotates the key of a webhook; the previous key also signs for a day.
pub async fn rotate(core: &Core, by: Actor<'_>, id: &str) -> Result<Webhook> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let mut webhook = load(&mut tx, core, id).await?;
    if webhook.is_unreadable {
        validate(core, None, &webhook)?;
    }
    let before = webhook.clone();
    webhook.target.key = generate_key(core.rng());
    webhook.target.previous = Some((before.target.key.clone(), core.now().plus_seconds(KEY_OVERLAP_SECONDS)));
    save(tx, core, by, &before, &webhook, "key_rotated").await?;
    Ok(webhook)
}

async fn save(
    mut tx: Tx,
    core: &Core,
    by: Actor<'_>,
    before: &Webhook,
    webhook: &Webhook,
    how: &'static str,
) -> Result<()> {
    store::save(&mut tx, &to_row(core, webhook)?).await?;
    let change = Change::of(EventKind::WebhookChange, &webhook.id, how, diff(Some(before), Some(webhook)));
    record_change(&mut tx, core, by, change).await?;
    Ok(tx.commit().await?)
}

/// Deletes a webhook and its deliveries.
pub async fn delete(core: &Core, by: Actor<'_>, id: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let before = load(&mut tx, core, id).await?;
    if !store::delete(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    deliveries_store::delete_all(&mut tx, id).await?;
    let change = Change::of(EventKind::WebhookChange, id, "deleted", diff(Some(&before), None));
    record_change(&mut tx, core, by, change).await?;
    Ok(tx.commit().await?)
}

/// What a change changed. URLs and headers are stored sealed, so the log only shows that they changed.
pub(super) fn diff(before: Option<&Webhook>, after: Option<&Webhook>) -> Value {
    let seen = |webhook: &Webhook| {
        let target = &webhook.target;
        let events: Vec<&str> = webhook.events.iter().map(|event| event.name()).collect();
        json!({
            "name": webhook.name, "events": events, "enabled": webhook.is_enabled, "config": { "url": target.url, "headers": target.headers },
            "signingKey": target.key.expose(),
        })
    };
    let is_sealed = |path: &str| path.starts_with("config.") || path == "signingKey";
    changes::diff(&before.map(seen), &after.map(seen), is_sealed)
}
