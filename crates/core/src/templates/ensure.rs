//! Message templates of the bootstrap file. They are created and updated by id at every start, take the place of
//! one of the same message that an API client made, and are deleted when they leave the file.

use serde_json::json;

use crate::audit::actor::Actor;
use crate::audit::event::EventKind;
use crate::audit::{Change, changes, record_change};
use crate::db::sql::Tx;
use crate::settings::bootstrap_file::{self, EntryKind, FileAuthor};
use crate::templates::store::{self, TemplateRow};
use crate::templates::template::NewTemplate;
use crate::templates::{MAX_TEMPLATES, new_row, validation};
use crate::types::error::{Refusal, Result};
use crate::{Core, settings};

/// A template as the file describes it.
#[derive(Clone, Debug)]
pub struct FileTemplate {
    /// Its id.
    pub id: String,
    /// Its key and content.
    pub new: NewTemplate,
}

/// All problems of the file's templates, each with its place: `[0].details.subject: missing`.
pub fn validation_errors(given: &[FileTemplate]) -> Vec<String> {
    let mut found = Vec::new();
    for (place, template) in given.iter().enumerate() {
        let problems = validation::validation_errors(&template.new);
        found.extend(problems.into_iter().map(|problem| format!("[{place}].{problem}")));
        let is_same = |other: &FileTemplate| other.new.key == template.new.key;
        if let Some(first) = given.iter().take(place).position(is_same) {
            found.push(format!("[{place}]: for the same message as mailTemplates[{first}]"));
        }
    }
    found
}

/// Creates the templates of the file, or updates existing ones to match it, all or nothing.
pub async fn ensure(core: &Core, by: FileAuthor<'_>, given: &[FileTemplate]) -> Result<()> {
    if given.is_empty() {
        return Ok(());
    }
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    for template in given {
        let row = TemplateRow { id: template.id.clone(), ..new_row(core, &template.new)? };
        save(&mut tx, core, by, &row).await?;
    }
    if store::list_all(&mut tx).await?.len() > MAX_TEMPLATES {
        return Err(Refusal::SettingsInvalid(vec![format!("expected at most {MAX_TEMPLATES} in all")]).into());
    }
    Ok(tx.commit().await?)
}

async fn save(tx: &mut Tx, core: &Core, by: FileAuthor<'_>, row: &TemplateRow) -> Result<()> {
    let before = store::by_id(tx, &row.id).await?;
    let seen = |row: &TemplateRow| {
        json!({
            "channel": row.channel, "templateType": row.template_type, "languageTag": row.language_tag, "variant": row.variant,
            "project": row.project, "details": serde_json::from_str::<serde_json::Value>(&row.details).unwrap_or_default(),
        })
    };
    let details = changes::diff(&before.as_ref().map(seen), &seen(row), |_| false);
    let how = if before.is_some() { "changed" } else { "created" };
    let change = Change::of(EventKind::TemplateChange, &row.id, how, details);
    if change.is_none() {
        return Ok(());
    }
    if store::delete_others(tx, row).await? {
        tracing::warn!(
            template.id = row.id,
            "the bootstrap file replaces a template that was set at run time"
        );
    }
    store::save_by_id(tx, row).await?;
    by.record(tx, core, change).await
}

/// Deletes the templates that were removed from the file: the built-in texts are sent again.
pub async fn delete_removed(core: &Core, by: Actor<'_>, given: &[&str]) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    for id in bootstrap_file::forget_removed(&mut tx, core, EntryKind::MailTemplate, given).await? {
        if store::delete(&mut tx, &id).await? {
            tracing::warn!(template.id = id, "this template left the bootstrap file and is deleted");
            let change = Change::of(EventKind::TemplateChange, &id, "deleted", json!([]));
            record_change(&mut tx, core, by, change).await?;
        }
    }
    Ok(tx.commit().await?)
}
