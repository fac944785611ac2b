//! Changes of settings by API clients at run time: all or nothing, and validated as a whole before
//! anything is saved. The caller has to reload the snapshot; other instances notice by themselves.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::audit::event::{Event, EventKind};
use crate::audit::{self, changes};
use crate::settings::validation::{Judged, introduced};
use crate::settings::weaknesses::unacknowledged_weakness;
use crate::settings::{self, Settings, SignInExperience};
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
        let before = settings.sign_in_experience.clone();
        let after = merge_patch(&before, patch)?;
        settings.sign_in_experience = after.clone();
        ensure_introduces_none(judge_experience(&before)?, judge_experience(&after)?)?;
        let weakness = unacknowledged_weakness(&before.password_policy, &after.password_policy);
        ensure_valid(weakness.into_iter().collect())?;
        let known = before.forgot_password_methods.unwrap_or_default();
        let mut added =
            after.forgot_password_methods.iter().flatten().filter(|method| !known.contains(method));
        if added.all(|method| snapshot.has_connector_for(method.channel())) {
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
        ensure_introduces_none(judge(settings)?, judge(&merged)?)?;
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
        let before = Judged { document: to_json(center)?, problems: center.validation_errors() };
        let after = merge_patch(center, patch)?;
        settings.account_center = after;
        let center = &settings.account_center;
        let after = Judged { document: to_json(center)?, problems: center.validation_errors() };
        ensure_introduces_none(before, after)
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

/// Refuses the problems that a change brings in; those that were there before are not its matter.
pub(super) fn ensure_introduces_none(before: Judged, after: Judged) -> Result<()> {
    ensure_valid(introduced(&before, after))
}

/// The settings with their problems.
pub(super) fn judge(settings: &Settings) -> Result<Judged> {
    Ok(Judged { document: to_json(settings)?, problems: settings.validation_errors() })
}

fn judge_experience(experience: &SignInExperience) -> Result<Judged> {
    Ok(Judged { document: to_json(experience)?, problems: experience.validation_errors() })
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
