//! Message templates that operators set. Their content is stored as JSON text.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::messages::template_type::TemplateType;
use crate::templates::template::{Template, TemplateChannel, TemplateKey};
use crate::types::time::Timestamp;

/// A stored message template.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TemplateRow {
    /// Its id.
    pub id: String,
    /// Its channel.
    pub channel: TemplateChannel,
    /// Its type.
    pub template_type: TemplateType,
    /// Its language, in lower case.
    pub language_tag: String,
    /// Its variant.
    pub variant: String,
    /// Its content, as JSON.
    pub details: String,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// The application that it is for; empty for all.
    pub project: String,
}

impl TemplateRow {
    /// The template, if its content can be read.
    pub(super) fn into_template(self) -> anyhow::Result<Template> {
        let Self { id, channel, template_type, language_tag, variant, details, created_at, project } = self;
        let key = TemplateKey { channel, template_type, language_tag, variant, project };
        Ok(Template { id, key, details: serde_json::from_str(&details)?, created_at })
    }
}

/// The templates to select; `None` matches any value.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The channel.
    pub channel: TemplateChannel,
    /// The language, in lower case.
    pub language_tag: Option<String>,
    /// The type.
    pub template_type: Option<TemplateType>,
    /// The variant.
    pub variant: Option<String>,
    /// The application; empty for templates of all applications.
    pub project: Option<String>,
}

/// Stores a template; an existing one of the same channel, type, language, variant and application keeps its
/// id and gets the new content.
pub async fn save(tx: &mut Tx, row: &TemplateRow) -> Result<TemplateRow> {
    let sql = "insert into message_templates (id, channel, template_type, language_tag, variant, details, created_at, project) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (channel, template_type, language_tag, variant, project) \
               do update set details = excluded.details returning *";
    let channel = row.channel.name();
    let kind = row.template_type.name();
    let args = args![
        &row.id,
        channel,
        kind,
        &row.language_tag,
        &row.variant,
        &row.details,
        row.created_at,
        &row.project
    ];
    tx.one(sql, args).await
}

/// Deletes the template of the same channel, type, language, variant and application that has another id; false
/// if there is none.
pub async fn delete_others(tx: &mut Tx, row: &TemplateRow) -> Result<bool> {
    let sql = "delete from message_templates where id <> $1 and channel = $2 and template_type = $3 and language_tag = $4 \
               and variant = $5 and project = $6";
    let channel = row.channel.name();
    let kind = row.template_type.name();
    let args = args![&row.id, channel, kind, &row.language_tag, &row.variant, &row.project];
    Ok(tx.run(sql, args).await? > 0)
}

/// Stores a template under its id, whatever it was for before.
pub async fn save_by_id(tx: &mut Tx, row: &TemplateRow) -> Result<()> {
    let sql = "insert into message_templates (id, channel, template_type, language_tag, variant, details, created_at, project) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do update set channel = excluded.channel, \
               template_type = excluded.template_type, language_tag = excluded.language_tag, variant = excluded.variant, \
               details = excluded.details, project = excluded.project";
    let r = row;
    let channel = r.channel.name();
    let kind = r.template_type.name();
    let args = args![&r.id, channel, kind, &r.language_tag, &r.variant, &r.details, r.created_at, &r.project];
    tx.run(sql, args).await?;
    Ok(())
}

/// Changes a template's content; `None` if there is none with this id.
pub async fn save_details(tx: &mut Tx, id: &str, details: &str) -> Result<Option<TemplateRow>> {
    tx.maybe("update message_templates set details = $2 where id = $1 returning *", args![id, details]).await
}

/// The template with this id.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<TemplateRow>> {
    tx.maybe("select * from message_templates where id = $1", args![id]).await
}

/// Every template.
pub async fn list_all(tx: &mut Tx) -> Result<Vec<TemplateRow>> {
    tx.all("select * from message_templates order by id", args![]).await
}

/// The matching templates, oldest first.
pub async fn list(tx: &mut Tx, filter: &Filter) -> Result<Vec<TemplateRow>> {
    let sql = "select * from message_templates where channel = $1 and ($2 is null or language_tag = $2) \
               and ($3 is null or template_type = $3) and ($4 is null or variant = $4) \
               and ($5 is null or project = $5) order by id";
    tx.all(sql, filter_args(filter)).await
}

/// Deletes a template; false if there was none.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.run("delete from message_templates where id = $1", args![id]).await? == 1)
}

/// Deletes the matching templates and returns how many.
pub async fn delete_all(tx: &mut Tx, filter: &Filter) -> Result<u64> {
    let sql = "delete from message_templates where channel = $1 and ($2 is null or language_tag = $2) \
               and ($3 is null or template_type = $3) and ($4 is null or variant = $4) \
               and ($5 is null or project = $5)";
    tx.run(sql, filter_args(filter)).await
}

/// Deletes the templates of a deleted application, in every channel.
pub async fn delete_by_app(tx: &mut Tx, app_id: &str) -> Result<()> {
    tx.run("delete from message_templates where project = $1", args![app_id]).await?;
    Ok(())
}

fn filter_args(filter: &Filter) -> Vec<crate::db::sql::Value> {
    let kind = filter.template_type.map(TemplateType::name);
    args![filter.channel.name(), &filter.language_tag, kind, &filter.variant, &filter.project]
}
