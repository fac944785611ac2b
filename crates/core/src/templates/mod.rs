//! Message templates that operators set at run time. They are validated before they are saved, compiled when
//! the snapshot is loaded, and never prevent a message: if one fails, the built-in template is used.
//! Rendering looks nothing up, so a template can reveal nothing that the built-in one could not.

pub(crate) mod compiled;
mod content;
mod ensure;
mod html_to_text;
mod render;
pub mod store;
pub mod template;
pub(crate) mod validation;
mod variables;

use serde_json::{Map, Value, json};

use crate::audit::actor::Actor;
use crate::audit::event::EventKind;
use crate::audit::{Change, changes, record_change};
use crate::db::sql::Tx;
pub use crate::templates::compiled::Templates;
pub use crate::templates::ensure::{FileTemplate, delete_removed, ensure, validation_errors};
pub(crate) use crate::templates::render::render;
pub use crate::templates::render::{RenderedTemplate, preview, render_connector, render_custom};
pub use crate::templates::store::Filter;
use crate::templates::store::TemplateRow;
pub use crate::templates::template::NewTemplate;
use crate::templates::template::Template;
pub use crate::templates::validation::{Preview, is_mailbox};
use crate::types::error::{Refusal, Result};
use crate::types::ids;
use crate::{Core, settings, templates};

/// The most templates that are stored: all of them are held in memory.
const MAX_TEMPLATES: usize = 1000;

/// Saves templates, all or none; existing ones with the same key are replaced. The caller reloads the
/// snapshot.
pub async fn save(core: &Core, by: Actor<'_>, new: Vec<NewTemplate>) -> Result<Vec<Template>> {
    ensure_valid(validation::list_errors(&new))?;
    let rows = new.iter().map(|new| new_row(core, new)).collect::<Result<Vec<_>>>()?;
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let mut kept = Vec::new();
    for row in &rows {
        kept.push(templates::store::save(&mut tx, row).await?.into_template()?);
    }
    if templates::store::list_all(&mut tx).await?.len() > MAX_TEMPLATES {
        let problem = format!("templates: expected at most {MAX_TEMPLATES} in all");
        return Err(Refusal::SettingsInvalid(vec![problem]).into());
    }
    let named = |template: &Template| {
        let key = &template.key;
        json!({ "id": template.id, "templateType": key.template_type, "languageTag": key.language_tag })
    };
    let details = Value::Array(kept.iter().map(named).collect());
    save_change(tx, core, by, Change::of(EventKind::TemplateChange, by.key, "saved", details)).await?;
    Ok(kept)
}

fn ensure_valid(problems: Vec<String>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

fn new_row(core: &Core, new: &NewTemplate) -> Result<TemplateRow> {
    let now = core.now();
    Ok(TemplateRow {
        id: ids::generate(now, core.rng(), 21),
        channel: new.key.channel,
        template_type: new.key.template_type,
        language_tag: new.key.language_tag.to_ascii_lowercase(),
        variant: new.key.variant.clone(),
        project: new.key.project.clone(),
        details: new.details.to_json()?,
        created_at: now,
    })
}

fn to_templates(rows: Vec<TemplateRow>) -> Result<Vec<Template>> {
    rows.into_iter().map(|row| Ok(row.into_template()?)).collect()
}

/// Every template, for the snapshot.
pub(crate) async fn read_all(tx: &mut Tx) -> Result<Vec<Template>> {
    to_templates(templates::store::list_all(tx).await?)
}

/// The templates that match a filter.
pub async fn list(core: &Core, filter: &Filter) -> Result<Vec<Template>> {
    let mut tx = core.store.read().await?;
    to_templates(templates::store::list(&mut tx, filter).await?)
}

/// One template.
pub async fn find(core: &Core, id: &str) -> Result<Template> {
    let mut tx = core.store.read().await?;
    load(&mut tx, id).await
}

async fn load(tx: &mut Tx, id: &str) -> Result<Template> {
    Ok(templates::store::by_id(tx, id).await?.ok_or(Refusal::NotFound)?.into_template()?)
}

/// Changes the named details; null removes one.
pub async fn patch(core: &Core, by: Actor<'_>, id: &str, patch: Map<String, Value>) -> Result<Template> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let before = load(&mut tx, id).await?;
    let details = before.details.merge_patch(patch)?;
    let differs = changes::diff(&before.details, &details, |_| false);
    let new = NewTemplate { key: before.key, details };
    // Without the prefix, for a caller who sent the details alone.
    let short = |problem: &String| problem.strip_prefix("details.").unwrap_or(problem).to_owned();
    ensure_valid(validation::validation_errors(&new).iter().map(short).collect())?;
    let row = templates::store::save_details(&mut tx, id, &new.details.to_json()?).await?;
    let after = row.ok_or(Refusal::NotFound)?.into_template()?;
    save_change(tx, core, by, Change::of(EventKind::TemplateChange, id, "changed", differs)).await?;
    Ok(after)
}

/// Deletes a template.
pub async fn delete(core: &Core, by: Actor<'_>, id: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    if !templates::store::delete(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let details = json!({ "count": 1 });
    save_change(tx, core, by, Change::of(EventKind::TemplateChange, id, "deleted", details)).await
}

/// Deletes the templates that match a filter; returns how many.
pub async fn delete_all(core: &Core, by: Actor<'_>, filter: &Filter) -> Result<u64> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let count = templates::store::delete_all(&mut tx, filter).await?;
    let details = json!({ "count": count });
    save_change(tx, core, by, Change::of(EventKind::TemplateChange, by.key, "deleted", details)).await?;
    Ok(count)
}

async fn save_change(mut tx: Tx, core: &Core, by: Actor<'_>, change: Change<'_>) -> Result<()> {
    record_change(&mut tx, core, by, change).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests;
