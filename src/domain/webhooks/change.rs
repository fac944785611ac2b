//! Hooks as operators make, change and take them away. Each change holds the revision of the settings, as with applications, and is in force here
//! once the caller has had everything read again. The signing key is made here and never chosen; a new one leaves the old one signing for a day.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::Url;

use super::signature::{OURS, fresh_key};
use crate::domain::apps::Author;
use crate::domain::audit::{Change, changes, record_change};
use crate::domain::settings::masks::Restored;
use crate::domain::{Rekey, audit};
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::hook::{Hook, HookEvent, Target};
use crate::model::ids;
use crate::store::hooks::{self, HookRow};
use crate::store::settings;
use crate::store::sql::Tx;

/// The most hooks there may be: each fact is written down for each of them.
const MOST: usize = 20;
/// How long the key before the newest signs too, in seconds: a day.
const OVERLAP: i64 = 24 * 3600;
/// The most headers, and the longest value.
const MOST_HEADERS: usize = 20;
const LONGEST_VALUE: usize = 4096;

/// What is said where headers are left out while the hook moves to another server.
const HEADERS_AGAIN: &str =
    "config.headers: expected them again, because scheme, host or port of config.url changed";

/// What is said of a hook; what is not said stays, or is as usual for a new one.
#[derive(Clone, Debug, Default)]
pub struct HookIn {
    /// What operators call it.
    pub name: Option<String>,
    /// What it wants to hear of.
    pub events: Option<Vec<HookEvent>>,
    /// Where it listens.
    pub url: Option<String>,
    /// Headers that are sent along.
    pub headers: Option<BTreeMap<String, String>>,
    /// Whether it is told anything.
    pub is_enabled: Option<bool>,
}

/// Every hook as it is stored.
pub(in crate::domain) async fn read_all(tx: &mut Tx, rekey: &Rekey) -> Result<Vec<Hook>> {
    hooks::list(tx).await?.into_iter().map(|row| read(rekey, row)).collect()
}

fn read(rekey: &Rekey, row: HookRow) -> Result<Hook> {
    let target = opened(rekey, &row);
    let names: Vec<String> = serde_json::from_str(&row.events).map_err(anyhow::Error::from)?;
    Ok(Hook {
        is_lost: target.is_none(),
        is_enabled: row.is_enabled && target.is_some(),
        // A name that an older or newer binary knew is nothing that could be told.
        events: names.iter().filter_map(|name| HookEvent::from_name(name)).collect(),
        target: target.unwrap_or_else(Target::lost),
        id: row.id,
        name: row.name,
        failures: row.failures,
        created_at: row.created_at,
    })
}

/// Under a lost key nobody can tell it anything; the others are told.
fn opened(rekey: &Rekey, row: &HookRow) -> Option<Target> {
    let plain = rekey.keys.open(&row.sealed, &context(&row.id));
    let target = plain.and_then(|plain| Ok(serde_json::from_slice(&plain)?));
    let note = |error: &anyhow::Error| tracing::error!(hook.id = row.id, %error, "a hook can't be opened and is told nothing");
    target.inspect_err(note).ok()
}

fn written(rekey: &Rekey, hook: &Hook) -> Result<HookRow> {
    let plain = serde_json::to_vec(&hook.target).map_err(anyhow::Error::from)?;
    let names: Vec<&str> = hook.events.iter().map(|event| event.name()).collect();
    Ok(HookRow {
        id: hook.id.clone(),
        name: hook.name.clone(),
        events: serde_json::to_string(&names).map_err(anyhow::Error::from)?,
        sealed: rekey.keys.seal(&plain, &context(&hook.id), rekey.chance()),
        is_enabled: hook.is_enabled,
        failures: hook.failures,
        created_at: hook.created_at,
    })
}

/// The place that sealed addresses and keys belong to.
fn context(id: &str) -> String {
    format!("hook:{id}")
}

/// Every hook, in the order of making, with its key: whoever reads it can sign as we do, and leaves a trace.
pub async fn list(rekey: &Rekey, by: Author<'_>) -> Result<Vec<Hook>> {
    let found = read_all(&mut rekey.store.read().await?, rekey).await?;
    record_read(rekey, by, &found).await?;
    Ok(found)
}

/// One hook, with its key.
pub async fn find(rekey: &Rekey, by: Author<'_>, id: &str) -> Result<Hook> {
    let found = stored(&mut rekey.store.read().await?, rekey, id).await?;
    record_read(rekey, by, std::slice::from_ref(&found)).await?;
    Ok(found)
}

async fn record_read(rekey: &Rekey, by: Author<'_>, found: &[Hook]) -> Result<()> {
    let ids: Vec<&str> = found.iter().map(|hook| hook.id.as_str()).collect();
    let event = Event::success(EventKind::HookRead, None).about(by.key).with(json!({ "hooks": ids }));
    audit::record_alone(rekey, by.caller, &event).await
}

pub(super) async fn stored(tx: &mut Tx, rekey: &Rekey, id: &str) -> Result<Hook> {
    read(rekey, hooks::by_id(tx, id).await?.ok_or(Refusal::NotFound)?)
}

/// Makes a hook, with a key of its own.
pub async fn create(rekey: &Rekey, by: Author<'_>, given: HookIn) -> Result<Hook> {
    let now = rekey.now();
    let target = Target {
        url: String::new(),
        headers: BTreeMap::new(),
        key: fresh_key(rekey.chance()),
        previous: None,
    };
    let hook = Hook {
        id: ids::fresh(now, rekey.chance(), 21),
        name: "Webhook".to_owned(),
        events: Vec::new(),
        target,
        is_enabled: true,
        is_lost: false,
        failures: 0,
        created_at: now,
    };
    let given = with_stored_headers(&hook, given)?;
    let hook = laid_over(hook, given);
    sound(rekey, &hook)?;
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    if hooks::list(&mut tx).await?.len() >= MOST {
        return Err(Refusal::SettingsInvalid(vec![format!("hooks: expected at most {MOST}")]).into());
    }
    hooks::insert(&mut tx, &written(rekey, &hook)?).await?;
    let change = Change::of(EventKind::HookChange, &hook.id, "created", changed(None, Some(&hook)));
    record_change(&mut tx, rekey, by, change).await?;
    tx.commit().await?;
    Ok(hook)
}

/// Changes a hook: what is named is replaced as a whole. One that was switched off after failures begins anew when it is switched on.
pub async fn patch(rekey: &Rekey, by: Author<'_>, id: &str, given: HookIn) -> Result<Hook> {
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let before = stored(&mut tx, rekey, id).await?;
    let mut hook = laid_over(before.clone(), with_stored_headers(&before, given)?);
    sound(rekey, &hook)?;
    if std::mem::take(&mut hook.is_lost) {
        hook.target.key = fresh_key(rekey.chance());
    }
    save(tx, rekey, by, (&hook, "changed"), changed(Some(&before), Some(&hook))).await?;
    Ok(hook)
}

/// Gives a hook a new key; the one before signs beside it for a day.
pub async fn rotate(rekey: &Rekey, by: Author<'_>, id: &str) -> Result<Hook> {
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let mut hook = stored(&mut tx, rekey, id).await?;
    if hook.is_lost {
        sound(rekey, &hook)?;
    }
    let before = hook.clone();
    hook.target.key = fresh_key(rekey.chance());
    hook.target.previous = Some((before.target.key.clone(), rekey.now().plus(OVERLAP)));
    save(tx, rekey, by, (&hook, "key_rotated"), changed(Some(&before), Some(&hook))).await?;
    Ok(hook)
}

async fn save(
    mut tx: Tx,
    rekey: &Rekey,
    by: Author<'_>,
    (hook, how): (&Hook, &'static str),
    details: Value,
) -> Result<()> {
    hooks::save(&mut tx, &written(rekey, hook)?).await?;
    record_change(&mut tx, rekey, by, Change::of(EventKind::HookChange, &hook.id, how, details)).await?;
    Ok(tx.commit().await?)
}

/// Takes a hook away, and what it was told.
pub async fn delete(rekey: &Rekey, by: Author<'_>, id: &str) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let before = stored(&mut tx, rekey, id).await?;
    if !hooks::clear(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let change = Change::of(EventKind::HookChange, id, "deleted", changed(Some(&before), None));
    record_change(&mut tx, rekey, by, change).await?;
    Ok(tx.commit().await?)
}

/// What a change changed. Addresses and headers are kept sealed, so that the log only says that they changed.
fn changed(before: Option<&Hook>, after: Option<&Hook>) -> Value {
    let seen = |hook: &Hook| {
        let target = &hook.target;
        let events: Vec<&str> = hook.events.iter().map(|event| event.name()).collect();
        json!({
            "name": hook.name, "events": events, "enabled": hook.is_enabled, "config": { "url": target.url, "headers": target.headers },
            "signingKey": target.key.expose(),
        })
    };
    let is_sealed = |path: &str| path.starts_with("config.") || path == "signingKey";
    changes::between(&before.map(seen), &after.map(seen), is_sealed)
}

pub(super) fn laid_over(mut hook: Hook, given: HookIn) -> Hook {
    let HookIn { name, events, url, headers, is_enabled } = given;
    hook.name = name.unwrap_or(hook.name);
    if let Some(events) = events {
        // Each once: a hook is told of a fact once, and a try sends no more than there are events.
        hook.events = HookEvent::ALL.into_iter().filter(|event| events.contains(event)).collect();
    }
    hook.target.url = url.unwrap_or(hook.target.url);
    hook.target.headers = headers.unwrap_or(hook.target.headers);
    hook.is_enabled = is_enabled.unwrap_or(hook.is_enabled);
    hook
}

/// The change with stored headers in the places of their masks. Headers often hold a key of the server they were set for: one with another
/// scheme, host or port is not shown them unasked, whether they are masked or left out.
pub(super) fn with_stored_headers(hook: &Hook, mut given: HookIn) -> Result<HookIn> {
    let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin().ascii_serialization());
    let leads_elsewhere = given.url.as_ref().is_some_and(|url| origin(url) != origin(&hook.target.url));
    let problems = match given.headers.take() {
        Some(headers) => {
            let (mut headers, mut restored) = (json!(headers), Restored::default());
            restored.restore(&mut headers, Some(&json!(hook.target.headers)), "config.headers");
            given.headers = serde_json::from_value(headers).map_err(anyhow::Error::from)?;
            restored.problems(|| leads_elsewhere)
        }
        None if leads_elsewhere && !hook.target.headers.is_empty() => vec![HEADERS_AGAIN.to_owned()],
        None => Vec::new(),
    };
    if problems.is_empty() { Ok(given) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

/// Refuses what could not be told anything, a line for each problem.
pub(super) fn sound(rekey: &Rekey, hook: &Hook) -> Result<()> {
    let mut found = Vec::new();
    if hook.name.trim().is_empty() || hook.name.chars().count() > 256 {
        found.push("name: expected 1 to 256 characters".to_owned());
    }
    if hook.events.is_empty() {
        return Err(Refusal::HookEventsMissing.into());
    }
    found.extend(url_problem(&hook.target.url, rekey.live().settings.allows_private_hooks()));
    found.extend(header_problems(&hook.target.headers));
    if found.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(found).into()) }
}

/// Bodies are about people: over a network they travel encrypted. An operator who lets them go to private addresses may do without.
fn url_problem(text: &str, private: bool) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| url.has_host() && text.len() <= 2048);
    let fits = url.is_some_and(|url| url.scheme() == "https" || private && url.scheme() == "http");
    (!fits).then(|| "config.url: expected an https address".to_owned())
}

fn header_problems(headers: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    if headers.len() > MOST_HEADERS {
        found.push(format!("config.headers: expected at most {MOST_HEADERS}"));
    }
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    for (name, value) in headers {
        let taken = OURS.iter().chain(&["host", "content-length", "transfer-encoding", "connection"]);
        let mine = taken.into_iter().any(|known| name.eq_ignore_ascii_case(known));
        if name.is_empty() || name.len() > 128 || !name.bytes().all(is_sign) || mine {
            found.push("config.headers: expected names of headers that are not ours".to_owned());
        }
        // A line break would let the value write headers of its own.
        if value.len() > LONGEST_VALUE || !value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            found.push(format!(
                "config.headers.{name}: expected at most {LONGEST_VALUE} visible ASCII characters"
            ));
        }
    }
    found
}
