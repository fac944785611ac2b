//! Changes of settings and connectors by the bootstrap file, at every start: all or nothing, and validated
//! as a whole before anything is saved.

use serde_json::Value;

use crate::audit::event::EventKind;
use crate::audit::{Change, changes};
use crate::connectors::{self, FromFile};
use crate::db::sql::Tx;
use crate::settings::bootstrap_file::FileAuthor;
use crate::settings::validation::Judged;
use crate::settings::{self, Settings};
use crate::snapshot::update::{
    ensure_introduces_none, ensure_valid, judge, merge_json, to_json, unacknowledged_weaknesses,
};
use crate::types::error::Result;
use crate::{Core, captcha, claims};

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
    let (before, named_before) = settings::load_stored(&mut tx).await?;
    let named = file.map(experience_keys).unwrap_or_default();
    if file.is_some() || named != named_before {
        let merged = file.map_or(Ok(before.clone()), |file| merge_file(&before, file))?;
        settings::save(&mut tx, &merged, &named, now).await?;
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

/// The settings that result from merging this file into the stored ones; nothing is changed.
pub fn preview(before: &Settings, file: Option<&Value>) -> Result<Settings> {
    file.map_or_else(|| Ok(before.clone()), |file| merge_file(before, file))
}

/// The sign-in experience fields that the file sets.
fn experience_keys(file: &Value) -> Vec<String> {
    let fields = file.get("signInExperience").and_then(Value::as_object);
    fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
}

/// The settings with their problems, those of the claims' expressions included.
fn judge_all(settings: &Settings) -> Result<Judged> {
    let mut judged = judge(settings)?;
    judged.problems.extend(claims::validation_errors(&settings.jwt_customizer));
    Ok(judged)
}

/// What is out of bounds in stored settings that the file left alone.
pub fn stored_errors(settings: &Settings) -> Vec<String> {
    judge_all(settings).map(|judged| judged.problems).unwrap_or_default()
}

fn merge_file(before: &Settings, file: &Value) -> Result<Settings> {
    let mut whole = to_json(before)?;
    merge_json(&mut whole, file);
    let merged: Settings = serde_json::from_value(whole).map_err(anyhow::Error::from)?;
    // Each may be valid alone but not together: a minimum length from the file above a maximum set at run
    // time.
    ensure_introduces_none(judge_all(before)?, judge_all(&merged)?)?;
    ensure_valid(unacknowledged_weaknesses(before, &merged))?;
    Ok(merged)
}
