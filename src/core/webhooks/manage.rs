//! Creates, changes and deletes webhooks. Each change raises the revision of the settings, as with
//! applications, and is active here once the caller has reloaded the snapshot. The signing key is generated
//! here and never chosen; after a rotation the old one also signs for a day.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::Url;

use crate::core::audit::actor::Actor;
use crate::core::audit::event::{Event, EventKind};
use crate::core::audit::{self, Change, changes, record_change};
use crate::core::db::sql::Tx;
use crate::core::types::error::{Refusal, Result};
use crate::core::types::ids;
use crate::core::types::secret::masks::Restored;
use crate::core::webhooks::signature::{RESERVED_HEADERS, generate_key};
use crate::core::webhooks::store::{self, WebhookRow};
use crate::core::webhooks::webhook::{HookEvent, Webhook, WebhookTarget};
use crate::core::{Core, settings};

/// The most webhooks there may be: each event is written once for each of them.
const MAX_WEBHOOKS: usize = 20;
/// How long the previous key also signs, in seconds: a day.
const KEY_OVERLAP_SECONDS: i64 = 24 * 3600;
/// The most headers, and the longest value.
const MAX_HEADERS: usize = 20;
const MAX_HEADER_BYTES: usize = 4096;

/// The error when headers are missing while the webhook moves to another server.
const HEADERS_AGAIN: &str =
    "config.headers: expected them again, because scheme, host or port of config.url changed";

/// The fields of a webhook; a missing one stays, or has its default for a new webhook.
#[derive(Clone, Debug, Default)]
pub struct WebhookInput {
    /// Its name, for operators.
    pub name: Option<String>,
    /// The events that it subscribes to.
    pub events: Option<Vec<HookEvent>>,
    /// The URL of the receiver.
    pub url: Option<String>,
    /// Headers sent with each delivery.
    pub headers: Option<BTreeMap<String, String>>,
    /// Whether it is enabled.
    pub is_enabled: Option<bool>,
}

/// Every webhook as it is stored.
pub(in crate::core) async fn read_all(tx: &mut Tx, core: &Core) -> Result<Vec<Webhook>> {
    store::list(tx).await?.into_iter().map(|row| from_row(core, row)).collect()
}

fn from_row(core: &Core, row: WebhookRow) -> Result<Webhook> {
    let target = decrypt_target(core, &row);
    let names: Vec<String> = serde_json::from_str(&row.events).map_err(anyhow::Error::from)?;
    Ok(Webhook {
        is_unreadable: target.is_none(),
        is_enabled: row.is_enabled && target.is_some(),
        // An event name of an older or newer version cannot be delivered and is ignored.
        events: names.iter().filter_map(|name| HookEvent::from_name(name)).collect(),
        target: target.unwrap_or_else(WebhookTarget::unreadable),
        id: row.id,
        name: row.name,
        failures: row.failures,
        created_at: row.created_at,
    })
}

/// A webhook whose target cannot be decrypted is skipped; the others are delivered.
fn decrypt_target(core: &Core, row: &WebhookRow) -> Option<WebhookTarget> {
    let plain = core.keys.decrypt(&row.sealed, &sealing_context(&row.id));
    let target = plain.and_then(|plain| Ok(serde_json::from_slice(&plain)?));
    let note = |error: &anyhow::Error| tracing::error!(webhook.id = row.id, %error, "the target of a webhook can't be decrypted; nothing is sent to it");
    target.inspect_err(note).ok()
}

fn to_row(core: &Core, hook: &Webhook) -> Result<WebhookRow> {
    let plain = serde_json::to_vec(&hook.target).map_err(anyhow::Error::from)?;
    let names: Vec<&str> = hook.events.iter().map(|event| event.name()).collect();
    Ok(WebhookRow {
        id: hook.id.clone(),
        name: hook.name.clone(),
        events: serde_json::to_string(&names).map_err(anyhow::Error::from)?,
        sealed: core.keys.seal(&plain, &sealing_context(&hook.id), core.rng()),
        is_enabled: hook.is_enabled,
        failures: hook.failures,
        created_at: hook.created_at,
    })
}

/// The context that sealed targets are bound to.
fn sealing_context(id: &str) -> String {
    format!("hook:{id}")
}

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
    let ids: Vec<&str> = found.iter().map(|hook| hook.id.as_str()).collect();
    let event = Event::success(EventKind::WebhookRead, None)
        .with_subject(by.key)
        .with_details(json!({ "hooks": ids }));
    audit::record_alone(by.context(core), &event).await
}

pub(super) async fn load(tx: &mut Tx, core: &Core, id: &str) -> Result<Webhook> {
    from_row(core, store::by_id(tx, id).await?.ok_or(Refusal::NotFound)?)
}

/// Creates a webhook with a new key.
pub async fn create(core: &Core, by: Actor<'_>, given: WebhookInput) -> Result<Webhook> {
    let now = core.now();
    let target = WebhookTarget {
        url: String::new(),
        headers: BTreeMap::new(),
        key: generate_key(core.rng()),
        previous: None,
    };
    let hook = Webhook {
        id: ids::generate(now, core.rng(), 21),
        name: "Webhook".to_owned(),
        events: Vec::new(),
        target,
        is_enabled: true,
        is_unreadable: false,
        failures: 0,
        created_at: now,
    };
    let given = with_stored_headers(&hook, given)?;
    let hook = apply_input(hook, given);
    validate(core, &hook)?;
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    if store::list(&mut tx).await?.len() >= MAX_WEBHOOKS {
        return Err(Refusal::SettingsInvalid(vec![format!("hooks: expected at most {MAX_WEBHOOKS}")]).into());
    }
    store::insert(&mut tx, &to_row(core, &hook)?).await?;
    let change = Change::of(EventKind::WebhookChange, &hook.id, "created", diff(None, Some(&hook)));
    record_change(&mut tx, core, by, change).await?;
    tx.commit().await?;
    Ok(hook)
}

/// Changes a webhook: each named field is replaced as a whole. Enabling one that was disabled after failures
/// resets its failure count.
pub async fn patch(core: &Core, by: Actor<'_>, id: &str, given: WebhookInput) -> Result<Webhook> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let before = load(&mut tx, core, id).await?;
    let mut hook = apply_input(before.clone(), with_stored_headers(&before, given)?);
    validate(core, &hook)?;
    if std::mem::take(&mut hook.is_unreadable) {
        hook.target.key = generate_key(core.rng());
    }
    let details = diff(Some(&before), Some(&hook));
    save(tx, core, by, &hook, Change::of(EventKind::WebhookChange, &hook.id, "changed", details)).await?;
    Ok(hook)
}

/// Rotates the key of a webhook; the previous key also signs for a day.
pub async fn rotate(core: &Core, by: Actor<'_>, id: &str) -> Result<Webhook> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let mut hook = load(&mut tx, core, id).await?;
    if hook.is_unreadable {
        validate(core, &hook)?;
    }
    let before = hook.clone();
    hook.target.key = generate_key(core.rng());
    hook.target.previous = Some((before.target.key.clone(), core.now().plus_seconds(KEY_OVERLAP_SECONDS)));
    let details = diff(Some(&before), Some(&hook));
    save(tx, core, by, &hook, Change::of(EventKind::WebhookChange, &hook.id, "key_rotated", details)).await?;
    Ok(hook)
}

async fn save(mut tx: Tx, core: &Core, by: Actor<'_>, hook: &Webhook, change: Change<'_>) -> Result<()> {
    store::save(&mut tx, &to_row(core, hook)?).await?;
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
    let change = Change::of(EventKind::WebhookChange, id, "deleted", diff(Some(&before), None));
    record_change(&mut tx, core, by, change).await?;
    Ok(tx.commit().await?)
}

/// What a change changed. URLs and headers are stored sealed, so the log only shows that they changed.
fn diff(before: Option<&Webhook>, after: Option<&Webhook>) -> Value {
    let seen = |hook: &Webhook| {
        let target = &hook.target;
        let events: Vec<&str> = hook.events.iter().map(|event| event.name()).collect();
        json!({
            "name": hook.name, "events": events, "enabled": hook.is_enabled, "config": { "url": target.url, "headers": target.headers },
            "signingKey": target.key.expose(),
        })
    };
    let is_sealed = |path: &str| path.starts_with("config.") || path == "signingKey";
    changes::diff(&before.map(seen), &after.map(seen), is_sealed)
}

pub(super) fn apply_input(mut hook: Webhook, given: WebhookInput) -> Webhook {
    let WebhookInput { name, events, url, headers, is_enabled } = given;
    hook.name = name.unwrap_or(hook.name);
    if let Some(events) = events {
        // Without duplicates: an event is delivered once, and a test sends at most one request for each
        // event.
        hook.events = HookEvent::ALL.into_iter().filter(|event| events.contains(event)).collect();
    }
    hook.target.url = url.unwrap_or(hook.target.url);
    hook.target.headers = headers.unwrap_or(hook.target.headers);
    hook.is_enabled = is_enabled.unwrap_or(hook.is_enabled);
    hook
}

/// The change, with masks replaced by stored headers. Headers often hold a key of the server they were set
/// for: a server with another scheme, host or port does not get them unless they are sent again, whether they
/// are masked or missing.
pub(super) fn with_stored_headers(hook: &Webhook, mut given: WebhookInput) -> Result<WebhookInput> {
    let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin().ascii_serialization());
    let leads_elsewhere = given.url.as_ref().is_some_and(|url| origin(url) != origin(&hook.target.url));
    let problems = match given.headers.take() {
        Some(headers) => {
            let mut headers = json!(headers);
            let mut restored = Restored::default();
            restored.restore(&mut headers, Some(&json!(hook.target.headers)), "config.headers");
            given.headers = serde_json::from_value(headers).map_err(anyhow::Error::from)?;
            restored.problems(|| leads_elsewhere)
        }
        None if leads_elsewhere && !hook.target.headers.is_empty() => vec![HEADERS_AGAIN.to_owned()],
        None => Vec::new(),
    };
    if problems.is_empty() { Ok(given) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

/// Refuses an invalid webhook, with a line for each problem.
pub(super) fn validate(core: &Core, hook: &Webhook) -> Result<()> {
    let mut found = Vec::new();
    if hook.events.is_empty() {
        return Err(Refusal::WebhookEventsMissing.into());
    }
    found.extend(check_url(&hook.target.url, core.snapshot().settings.allows_private_webhooks()));
    found.extend(check_headers(&hook.target.headers));
    if found.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(found).into()) }
}

/// Bodies contain personal data, so they must be encrypted on the network. An operator who allows private
/// addresses may use plain http.
fn check_url(text: &str, private: bool) -> Option<String> {
    let url = Url::parse(text).ok().filter(Url::has_host);
    let fits = url.is_some_and(|url| url.scheme() == "https" || private && url.scheme() == "http");
    (!fits).then(|| "config.url: expected an https address".to_owned())
}

fn check_headers(headers: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    if headers.len() > MAX_HEADERS {
        found.push(format!("config.headers: expected at most {MAX_HEADERS}"));
    }
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    for (name, value) in headers {
        let taken =
            RESERVED_HEADERS.iter().chain(&["host", "content-length", "transfer-encoding", "connection"]);
        let mine = taken.into_iter().any(|known| name.eq_ignore_ascii_case(known));
        if name.is_empty() || name.len() > 128 || !name.bytes().all(is_sign) || mine {
            found.push("config.headers: expected names of headers that are not ours".to_owned());
        }
        // A line break would let the value add headers.
        if value.len() > MAX_HEADER_BYTES
            || !value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
        {
            found.push(format!(
                "config.headers.{name}: expected at most {MAX_HEADER_BYTES} visible ASCII characters"
            ));
        }
    }
    found
}
