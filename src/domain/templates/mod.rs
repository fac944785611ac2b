//! The words of messages that operators set at run time. They are checked before they are kept, made ready once when they come into force,
//! and never stop a message: where they fail, the built-in words go out. The surprise: nobody is looked up to fill them in, so that they
//! can say nothing that the built-in words could not.

mod check;
mod own;
mod plain;
mod ready;
mod variables;

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::model::complaint;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::ids;
use crate::model::message::{Envelope, Rendered};
use crate::model::template::{Details, Template, TemplateKey};
use crate::store::settings;
use crate::store::sql::Tx;
use crate::store::templates::{self, TemplateRow};

pub use self::check::{Preview, is_mailbox};
pub use self::own::{Own, problems as own_problems};
pub use self::ready::Templates;
pub use crate::store::templates::Filter;

use super::apps::Author;
use super::audit::changes;
use super::{Rekey, audit};

/// The most that are set in one call.
pub const MOST: usize = 50;
/// The most that are kept: all of them are held in memory.
const MOST_KEPT: usize = 1000;

/// A message in an operator's words.
#[derive(Clone, Debug)]
pub struct Worded {
    /// The words.
    pub rendered: Rendered,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// Whom it is from.
    pub send_from: Option<String>,
}

/// Words to be kept.
#[derive(Clone, Debug)]
pub struct NewTemplate {
    /// For what.
    pub key: TemplateKey,
    /// What they say.
    pub details: Details,
}

/// The message in an operator's words: those of its application and variant, of its variant, of its application, or the usual ones; each
/// time of its type and language, of its type and the fallback language, or for a code the general ones. None when there are none, or when
/// they fail: that is counted, and logged without what they say.
pub fn word(rekey: &Rekey, brand: &str, envelope: &Envelope) -> Option<Worded> {
    let live = rekey.live();
    let fallback = &live.settings.sign_in_experience.language_info.fallback_language;
    let found = live.templates.find(envelope, fallback)?;
    say(rekey, &live.templates, found, brand, envelope)
}

fn say(
    rekey: &Rekey,
    templates: &Templates,
    found: &Template,
    brand: &str,
    envelope: &Envelope,
) -> Option<Worded> {
    match templates.say(found, &variables::of(envelope, brand)) {
        Ok(rendered) => Some(Worded {
            rendered,
            reply_to: found.details.reply_to.clone(),
            send_from: found.details.send_from.clone(),
        }),
        Err(reason) => {
            tracing::error!(
                template.id = found.id,
                reason,
                "the words of a message failed; the built-in ones go out"
            );
            rekey.metrics.template_fault(found.key.template_type.name());
            None
        }
    }
}

/// The message in the words that this connector brings along; none when it has none, or when they fail.
pub fn word_of(rekey: &Rekey, brand: &str, envelope: &Envelope, connector: &str) -> Option<Worded> {
    rekey.live().own.word(rekey, brand, envelope, connector)
}

/// What these words would say, with samples for what is put into them.
pub fn preview(new: &NewTemplate) -> Result<Preview> {
    check::preview(new).map_err(|problems| Refusal::SettingsInvalid(problems).into())
}

/// Keeps words, all or none; those that are for the same are replaced. The caller puts them in force here.
pub async fn save(rekey: &Rekey, by: Author<'_>, new: Vec<NewTemplate>) -> Result<Vec<Template>> {
    let problems = problems(&new);
    if !problems.is_empty() {
        return Err(Refusal::SettingsInvalid(problems).into());
    }
    let rows = new.iter().map(|new| row(rekey, new)).collect::<Result<Vec<_>>>()?;
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let mut kept = Vec::new();
    for row in &rows {
        kept.push(read(templates::save(&mut tx, row).await?)?);
    }
    if templates::list_all(&mut tx).await?.len() > MOST_KEPT {
        let problem = format!("templates: expected at most {MOST_KEPT} in all");
        return Err(Refusal::SettingsInvalid(vec![problem]).into());
    }
    let named = |template: &Template| {
        let key = &template.key;
        json!({ "id": template.id, "templateType": key.template_type, "languageTag": key.language_tag })
    };
    let details = Value::Array(kept.iter().map(named).collect());
    changed(tx, rekey, by, Change { how: "saved", id: None, details }).await?;
    Ok(kept)
}

fn problems(new: &[NewTemplate]) -> Vec<String> {
    if new.is_empty() || new.len() > MOST {
        return vec![format!("templates: expected 1 to {MOST}")];
    }
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (place, template) in new.iter().enumerate() {
        let here = check::problems(template).into_iter();
        found.extend(here.map(|problem| format!("templates[{place}].{problem}")));
        if !seen.insert(&template.key) {
            found.push(format!("templates[{place}]: expected no two for the same"));
        }
    }
    found
}

fn row(rekey: &Rekey, new: &NewTemplate) -> Result<TemplateRow> {
    let now = rekey.now();
    Ok(TemplateRow {
        id: ids::fresh(now, rekey.chance(), 21),
        channel: new.key.channel,
        template_type: new.key.template_type,
        language_tag: new.key.language_tag.to_ascii_lowercase(),
        variant: new.key.variant.clone(),
        project: new.key.project.clone(),
        details: written(&new.details)?,
        created_at: now,
    })
}

fn written(details: &Details) -> Result<String> {
    Ok(serde_json::to_string(details).map_err(anyhow::Error::from)?)
}

fn read(row: TemplateRow) -> Result<Template> {
    let TemplateRow { id, channel, template_type, language_tag, variant, details, created_at, project } = row;
    let details = serde_json::from_str(&details).map_err(anyhow::Error::from)?;
    let key = TemplateKey { channel, template_type, language_tag, variant, project };
    Ok(Template { id, key, details, created_at })
}

/// Every one, for what is in force.
pub(super) async fn read_all(tx: &mut Tx) -> Result<Vec<Template>> {
    templates::list_all(tx).await?.into_iter().map(read).collect()
}

/// Those that a filter lets through.
pub async fn list(rekey: &Rekey, filter: &Filter) -> Result<Vec<Template>> {
    let mut tx = rekey.store.read().await?;
    templates::list(&mut tx, filter).await?.into_iter().map(read).collect()
}

/// One of them.
pub async fn find(rekey: &Rekey, id: &str) -> Result<Template> {
    let mut tx = rekey.store.read().await?;
    read(templates::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?)
}

/// Changes the details that are named; null takes one away.
pub async fn change(rekey: &Rekey, by: Author<'_>, id: &str, patch: Map<String, Value>) -> Result<Template> {
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let before = read(templates::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?)?;
    let details = patched(&before.details, patch)?;
    let differs = changes::between(&before.details, &details, |_| false);
    let new = NewTemplate { key: before.key, details };
    let found: Vec<_> = check::problems(&new).iter().map(|problem| bare(problem)).collect();
    if !found.is_empty() {
        return Err(Refusal::SettingsInvalid(found).into());
    }
    let row = templates::save_details(&mut tx, id, &written(&new.details)?).await?;
    let after = read(row.ok_or(Refusal::NotFound)?)?;
    changed(tx, rekey, by, Change { how: "changed", id: Some(id), details: differs }).await?;
    Ok(after)
}

fn patched(before: &Details, patch: Map<String, Value>) -> Result<Details> {
    let mut whole = serde_json::to_value(before).map_err(anyhow::Error::from)?;
    if let Value::Object(fields) = &mut whole {
        for (name, value) in patch {
            // A name that is not known stays in, so that it is complained of even when it is null.
            let known =
                matches!(name.as_str(), "content" | "contentType" | "text" | "html" | "replyTo" | "sendFrom");
            match value.is_null() && known {
                true => fields.remove(&name),
                false => fields.insert(name, value),
            };
        }
    }
    serde_path_to_error::deserialize(whole)
        .map_err(|error| Refusal::SettingsInvalid(vec![complaint::tell(&error)]).into())
}

/// A problem as somebody sees it who sent the details alone.
fn bare(problem: &str) -> String {
    problem.strip_prefix("details.").unwrap_or(problem).to_owned()
}

/// Takes one away.
pub async fn remove(rekey: &Rekey, by: Author<'_>, id: &str) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    if !templates::delete(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let details = json!({ "count": 1 });
    changed(tx, rekey, by, Change { how: "deleted", id: Some(id), details }).await
}

/// Takes those away that a filter lets through; how many.
pub async fn remove_all(rekey: &Rekey, by: Author<'_>, filter: &Filter) -> Result<u64> {
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let count = templates::delete_all(&mut tx, filter).await?;
    let details = json!({ "count": count });
    changed(tx, rekey, by, Change { how: "deleted", id: None, details }).await?;
    Ok(count)
}

/// A change, as the audit log says it.
struct Change<'a> {
    /// What was done.
    how: &'static str,
    /// To which, when it is one.
    id: Option<&'a str>,
    /// What is known beside.
    details: Value,
}

async fn changed(mut tx: Tx, rekey: &Rekey, by: Author<'_>, change: Change<'_>) -> Result<()> {
    let Change { how, id, details } = change;
    let event = Event::ended(EventKind::TemplateChange, how, None).about(id.unwrap_or(by.key)).with(details);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests;
