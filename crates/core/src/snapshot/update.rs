//! Changes of settings: by the bootstrap file at every start, and by API clients at run time. All or nothing,
//! and validated as a whole before anything is saved. The caller has to reload the snapshot; other instances
//! do so by themselves.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::audit::event::{Event, EventKind};
use crate::audit::{self, Change, changes};
use crate::connectors::{self, FromFile};
use crate::db::Store;
use crate::db::sql::Tx;
use crate::settings::bootstrap_file::FileAuthor;
use crate::settings::weaknesses::unacknowledged_weakness;
use crate::settings::{self, Settings};
use crate::settings::{load_stored, save};
use crate::types::error::parse_error::strict_json;
use crate::types::error::{ConnectorFault, Refusal, Result};
use crate::{Context, Core, captcha, claims};

/// Merges a file into the stored settings, all or nothing: objects are merged and everything else is
/// replaced; connectors are written by id. What the file does not name stays.
pub async fn apply(
    core: &Core,
    by: FileAuthor<'_>,
    file: Option<&Value>,
    connectors: FromFile<'_>,
) -> Result<()> {
    let now = core.now();
    let mut file = file.cloned();
    if let Some(file) = &mut file {
        captcha::seal_secret(core, file);
    }
    let file = file.as_ref();
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let (before, named_before) = load_stored(&mut tx).await?;
    let named = file.map(experience_keys).unwrap_or_default();
    if file.is_some() || named != named_before {
        let merged = file.map_or(Ok(before.clone()), |file| merge_file(&before, file))?;
        save(&mut tx, &merged, &named, now).await?;
        record_file(&mut tx, core, by, &before, &merged).await?;
    }
    connectors::ensure(&mut tx, core, by, connectors).await?;
    Ok(tx.commit().await?)
}

/// Audits what the file changed at this start. A captcha secret is sealed anew each time, which counts as no
/// change.
async fn record_file(
    tx: &mut Tx,
    core: &Core,
    by: FileAuthor<'_>,
    before: &Settings,
    after: &Settings,
) -> Result<()> {
    let unsealed = |settings: &Settings| {
        let mut settings = settings.clone();
        settings.captcha.secret = None;
        settings
    };
    let details = changes::diff(&unsealed(before), &unsealed(after), |_| false);
    by.record(tx, core, Change::of(EventKind::SettingsChange, by.by.key, "success", details)).await
}

/// The settings that result from merging this file into the stored ones, or into the defaults if none are
/// stored; for `check`, nothing is changed.
pub async fn preview(store: Option<&Store>, file: Option<&Value>) -> Result<Settings> {
    let before = match store {
        Some(store) => load_stored(&mut store.read().await?).await?.0,
        None => Settings::default(),
    };
    file.map_or(Ok(before.clone()), |file| merge_file(&before, file))
}

/// Changes the sign-in experience: each named field is replaced as a whole, the others stay. If it is
/// refused, with a line for each problem, nothing is changed. The caller reloads the snapshot; other
/// instances do so by themselves.
#[tracing::instrument(skip_all)]
pub async fn patch_experience(context: Context<'_>, by: &str, patch: Map<String, Value>) -> Result<()> {
    let live = context.snapshot();
    apply_change(context, by, |settings| {
        let before = settings.sign_in_experience.password_policy.clone();
        settings.sign_in_experience = merge_patch(&settings.sign_in_experience, patch)?;
        ensure_valid(settings.sign_in_experience.validation_errors())?;
        ensure_valid(
            unacknowledged_weakness(&before, &settings.sign_in_experience.password_policy)
                .into_iter()
                .collect(),
        )?;
        let mut methods = settings.sign_in_experience.forgot_password_methods.iter().flatten();
        if methods.all(|method| live.has_connector(*method)) {
            Ok(())
        } else {
            Err(Refusal::Connector(ConnectorFault::Missing).into())
        }
    })
    .await
}

/// Changes settings by the paths of the bootstrap file, for APIs that have other names for them.
#[tracing::instrument(skip_all)]
pub async fn patch_settings(context: Context<'_>, by: &str, patch: &Value) -> Result<()> {
    let mut patch = patch.clone();
    captcha::seal_secret(context.core, &mut patch);
    apply_change(context, by, |settings| {
        let mut whole = to_json(settings)?;
        merge_json(&mut whole, &patch);
        let merged: Settings =
            strict_json::read(whole).map_err(|problem| Refusal::SettingsInvalid(vec![problem]))?;
        ensure_valid(merged.validation_errors())?;
        ensure_valid(unacknowledged_weaknesses(settings, &merged))?;
        ensure_valid(captcha::secret_change_errors(&settings.captcha, &merged.captcha))?;
        *settings = merged;
        Ok(())
    })
    .await
}

/// Changes the account center: each named field is replaced, and so are the named entries of `fields`.
#[tracing::instrument(skip_all)]
pub async fn patch_account_center(
    context: Context<'_>,
    by: &str,
    mut patch: Map<String, Value>,
) -> Result<()> {
    apply_change(context, by, |settings| {
        let center = &settings.account_center;
        if let Some(Value::Object(fields)) = patch.get_mut("fields") {
            let Value::Object(mut whole) = to_json(&center.fields)? else { return Ok(()) };
            whole.append(fields);
            *fields = whole;
        }
        settings.account_center = merge_patch(center, patch)?;
        ensure_valid(settings.account_center.validation_errors())
    })
    .await
}

/// The same with its path below `settings`.
fn unacknowledged_weaknesses(before: &Settings, after: &Settings) -> Vec<String> {
    let before = &before.sign_in_experience;
    let after = &after.sign_in_experience;
    let problem = unacknowledged_weakness(&before.password_policy, &after.password_policy);
    problem.map(|problem| format!("signInExperience.{problem}")).into_iter().collect()
}

fn ensure_valid(problems: Vec<String>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

async fn apply_change(
    context: Context<'_>,
    by: &str,
    how: impl FnOnce(&mut Settings) -> Result<()>,
) -> Result<()> {
    let mut tx = context.core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let (mut settings, managed) = load_stored(&mut tx).await?;
    let before = settings.clone();
    how(&mut settings)?;
    save(&mut tx, &settings, &managed, context.now()).await?;
    let event = Event::success(EventKind::SettingsChange, None).with_subject(by);
    let event = event.with_details(changes::diff(&before, &settings, |_| false));
    audit::record(&mut tx, context, &event).await?;
    Ok(tx.commit().await?)
}

fn to_json(part: &impl Serialize) -> Result<Value> {
    Ok(serde_json::to_value(part).map_err(anyhow::Error::from)?)
}

fn merge_patch<T: Serialize + DeserializeOwned>(before: &T, patch: Map<String, Value>) -> Result<T> {
    let mut whole = to_json(before)?;
    if let Value::Object(fields) = &mut whole {
        fields.extend(patch);
    }
    strict_json::read(whole).map_err(|problem| Refusal::SettingsInvalid(vec![problem]).into())
}

/// The sign-in experience fields that the file sets.
fn experience_keys(file: &Value) -> Vec<String> {
    let fields = file.get("signInExperience").and_then(Value::as_object);
    fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
}

fn merge_file(before: &Settings, file: &Value) -> Result<Settings> {
    let mut whole = serde_json::to_value(before).map_err(anyhow::Error::from)?;
    merge_json(&mut whole, file);
    let merged: Settings = serde_json::from_value(whole).map_err(anyhow::Error::from)?;
    // Each may be valid alone but not together: a minimum length from the file above a maximum set at run
    // time.
    merged.validate()?;
    let mut problems = claims::validation_errors(&merged.jwt_customizer);
    problems.extend(unacknowledged_weaknesses(before, &merged));
    if problems.is_empty() { Ok(merged) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

fn merge_json(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge_json(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => into.clone_from(from),
    }
}
