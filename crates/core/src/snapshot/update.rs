//! Changes of settings by API clients at run time: all or nothing, and validated as a whole before
//! anything is saved. The caller has to reload the snapshot; other instances notice by themselves.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::audit::event::{Event, EventKind};
use crate::audit::{self, changes};
use crate::settings::weaknesses::unacknowledged_weakness;
use crate::settings::{self, Settings};
use crate::types::error::parse_error::strict_json;
use crate::types::error::{ConnectorFault, Refusal, Result};
use crate::{Context, Core, captcha};

/// Whether something was changed, here or by another instance, since the snapshot was loaded.
pub async fn have_changed(core: &Core) -> Result<bool> {
    let mut tx = core.store.read().await?;
    Ok(settings::store::revision(&mut tx).await? != core.snapshot().revision)
}

/// Changes the sign-in experience: each named field is replaced as a whole, the others stay. If it is
/// refused, with a line for each problem, nothing is changed.
#[tracing::instrument(skip_all)]
pub async fn patch_experience(context: Context<'_>, by: &str, patch: Map<String, Value>) -> Result<()> {
    let snapshot = context.snapshot();
    apply_change(context, by, |settings| {
        let before = settings.sign_in_experience.password_policy.clone();
        settings.sign_in_experience = merge_patch(&settings.sign_in_experience, patch)?;
        ensure_valid(settings.sign_in_experience.validation_errors())?;
        let weakness = unacknowledged_weakness(&before, &settings.sign_in_experience.password_policy);
        ensure_valid(weakness.into_iter().collect())?;
        let mut methods = settings.sign_in_experience.forgot_password_methods.iter().flatten();
        if methods.all(|method| snapshot.has_connector_for(method.channel())) {
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
pub(super) fn unacknowledged_weaknesses(before: &Settings, after: &Settings) -> Vec<String> {
    let before = &before.sign_in_experience;
    let after = &after.sign_in_experience;
    let problem = unacknowledged_weakness(&before.password_policy, &after.password_policy);
    problem.map(|problem| format!("signInExperience.{problem}")).into_iter().collect()
}

pub(super) fn ensure_valid(problems: Vec<String>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

async fn apply_change(
    context: Context<'_>,
    by: &str,
    how: impl FnOnce(&mut Settings) -> Result<()>,
) -> Result<()> {
    let mut tx = context.core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let (mut settings, managed) = settings::load_stored(&mut tx).await?;
    let before = settings.clone();
    how(&mut settings)?;
    settings::save(&mut tx, &settings, &managed, context.now()).await?;
    let event = Event::success(EventKind::SettingsChange, None).with_subject(by);
    let event = event.with_details(changes::diff(&before, &settings, |_| false));
    audit::record(&mut tx, context, &event).await?;
    Ok(tx.commit().await?)
}

pub(super) fn to_json(part: &impl Serialize) -> Result<Value> {
    Ok(serde_json::to_value(part).map_err(anyhow::Error::from)?)
}

fn merge_patch<T: Serialize + DeserializeOwned>(before: &T, patch: Map<String, Value>) -> Result<T> {
    let mut whole = to_json(before)?;
    if let Value::Object(fields) = &mut whole {
        fields.extend(patch);
    }
    strict_json::read(whole).map_err(|problem| Refusal::SettingsInvalid(vec![problem]).into())
}

/// Merges objects, and replaces everything else.
pub(super) fn merge_json(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge_json(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => into.clone_from(from),
    }
}
