//! Message templates that operators set at run time. They are validated before they are saved, compiled when
//! the snapshot is loaded, and never prevent a message: if one fails, the built-in template is used.
//! Rendering looks nothing up, so a template can reveal nothing that the built-in one could not.

pub(crate) mod compiled;
mod content;
mod html_to_text;
mod render;
pub mod store;
pub mod template;
pub(crate) mod validation;
mod variables;

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::templates::store::TemplateRow;
use crate::templates::template::{Details, Template, TemplateKey};
use crate::types::error::{Refusal, Result, parse_error};
use crate::types::ids;
use crate::{settings, templates};

pub use crate::templates::compiled::Templates;
pub use crate::templates::store::Filter;
pub use crate::templates::validation::{Preview, is_mailbox};

use crate::Core;
use crate::audit::actor::Actor;
use crate::audit::{self, changes};
pub(crate) use crate::templates::render::render;
pub use crate::templates::render::{RenderedTemplate, preview, render_connector, render_custom};

/// The most templates that are stored: all of them are held in memory.
const MAX_TEMPLATES: usize = 1000;

/// A template to be saved.
#[derive(Clone, Debug)]
pub struct NewTemplate {
    /// Its key.
    pub key: TemplateKey,
    /// Its content.
    pub details: Details,
}

/// Saves templates, all or none; existing ones with the same key are replaced. The caller reloads the
/// snapshot.
pub async fn save(core: &Core, by: Actor<'_>, new: Vec<NewTemplate>) -> Result<Vec<Template>> {
    let problems = validation_errors(&new);
    if !problems.is_empty() {
        return Err(Refusal::SettingsInvalid(problems).into());
    }
    let rows = new.iter().map(|new| new_row(core, new)).collect::<Result<Vec<_>>>()?;
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let mut kept = Vec::new();
    for row in &rows {
        kept.push(from_row(templates::store::save(&mut tx, row).await?)?);
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
    save_change(tx, core, by, Change { how: "saved", id: None, details }).await?;
    Ok(kept)
}

fn validation_errors(new: &[NewTemplate]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (place, template) in new.iter().enumerate() {
        let here = validation::validation_errors(template).into_iter();
        found.extend(here.map(|problem| format!("templates[{place}].{problem}")));
        if !seen.insert(&template.key) {
            found.push(format!("templates[{place}]: expected no two for the same"));
        }
    }
    found
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
        details: to_json(&new.details)?,
        created_at: now,
    })
}

fn to_json(details: &Details) -> Result<String> {
    Ok(serde_json::to_string(details).map_err(anyhow::Error::from)?)
}

fn from_row(row: TemplateRow) -> Result<Template> {
    let TemplateRow { id, channel, template_type, language_tag, variant, details, created_at, project } = row;
    let details = serde_json::from_str(&details).map_err(anyhow::Error::from)?;
    let key = TemplateKey { channel, template_type, language_tag, variant, project };
    Ok(Template { id, key, details, created_at })
}

/// Every template, for the snapshot.
pub(crate) async fn read_all(tx: &mut Tx) -> Result<Vec<Template>> {
    templates::store::list_all(tx).await?.into_iter().map(from_row).collect()
}

/// The templates that match a filter.
pub async fn list(core: &Core, filter: &Filter) -> Result<Vec<Template>> {
    let mut tx = core.store.read().await?;
    templates::store::list(&mut tx, filter).await?.into_iter().map(from_row).collect()
}

/// One template.
pub async fn find(core: &Core, id: &str) -> Result<Template> {
    let mut tx = core.store.read().await?;
    from_row(templates::store::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?)
}

/// Changes the named details; null removes one.
pub async fn patch(core: &Core, by: Actor<'_>, id: &str, patch: Map<String, Value>) -> Result<Template> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let before = from_row(templates::store::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?)?;
    let details = merge_patch(&before.details, patch)?;
    let differs = changes::diff(&before.details, &details, |_| false);
    let new = NewTemplate { key: before.key, details };
    let found: Vec<_> =
        validation::validation_errors(&new).iter().map(|problem| without_prefix(problem)).collect();
    if !found.is_empty() {
        return Err(Refusal::SettingsInvalid(found).into());
    }
    let row = templates::store::save_details(&mut tx, id, &to_json(&new.details)?).await?;
    let after = from_row(row.ok_or(Refusal::NotFound)?)?;
    save_change(tx, core, by, Change { how: "changed", id: Some(id), details: differs }).await?;
    Ok(after)
}

fn merge_patch(before: &Details, patch: Map<String, Value>) -> Result<Details> {
    let mut whole = serde_json::to_value(before).map_err(anyhow::Error::from)?;
    if let Value::Object(fields) = &mut whole {
        for (name, value) in patch {
            // An unknown name stays in, so that it is reported even if it is null.
            let known =
                matches!(name.as_str(), "content" | "contentType" | "text" | "html" | "replyTo" | "sendFrom");
            if value.is_null() && known {
                fields.remove(&name)
            } else {
                fields.insert(name, value)
            };
        }
    }
    serde_path_to_error::deserialize(whole)
        .map_err(|error| Refusal::SettingsInvalid(vec![parse_error::describe(&error)]).into())
}

/// The error without its prefix, for a caller who sent the details alone.
fn without_prefix(problem: &str) -> String {
    problem.strip_prefix("details.").unwrap_or(problem).to_owned()
}

/// Deletes a template.
pub async fn delete(core: &Core, by: Actor<'_>, id: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    if !templates::store::delete(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let details = json!({ "count": 1 });
    save_change(tx, core, by, Change { how: "deleted", id: Some(id), details }).await
}

/// Deletes the templates that match a filter; returns how many.
pub async fn delete_all(core: &Core, by: Actor<'_>, filter: &Filter) -> Result<u64> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let count = templates::store::delete_all(&mut tx, filter).await?;
    let details = json!({ "count": count });
    save_change(tx, core, by, Change { how: "deleted", id: None, details }).await?;
    Ok(count)
}

/// A change, for the audit log.
struct Change<'a> {
    /// What was done.
    how: &'static str,
    /// The id of the template, if it is one.
    id: Option<&'a str>,
    /// Further details.
    details: Value,
}

async fn save_change(mut tx: Tx, core: &Core, by: Actor<'_>, change: Change<'_>) -> Result<()> {
    let Change { how, id, details } = change;
    let event = Event::with_result(EventKind::TemplateChange, how, None)
        .with_subject(id.unwrap_or(by.key))
        .with_details(details);
    audit::record(&mut tx, by.context(core), &event).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests;
