//! Words of messages that operators set. Details are JSON text; the domain reads them.

use crate::args;
use crate::model::template::{TemplateChannel, TemplateType};
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// Words as the table has them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TemplateRow {
    /// Their id.
    pub id: String,
    /// How they travel.
    pub channel: TemplateChannel,
    /// What they are for.
    pub template_type: TemplateType,
    /// Their language, in lower case.
    pub language_tag: String,
    /// Which of several.
    pub variant: String,
    /// What they say, as JSON.
    pub details: String,
    /// When they were first kept.
    pub created_at: Timestamp,
    /// The application whose messages they are for; empty for all.
    pub project: String,
}

/// Which words; what is none is any.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// How they travel.
    pub channel: TemplateChannel,
    /// Their language, in lower case.
    pub language_tag: Option<String>,
    /// What they are for.
    pub template_type: Option<TemplateType>,
    /// Which of several.
    pub variant: Option<String>,
    /// The application whose messages they are for; an empty text for those of all.
    pub project: Option<String>,
}

/// Keeps words; those of the same channel, type, language, variant and application keep their id and get what these say.
pub async fn save(tx: &mut Tx, row: &TemplateRow) -> Result<TemplateRow> {
    let sql = "insert into message_templates (id, channel, template_type, language_tag, variant, details, created_at, project) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (channel, template_type, language_tag, variant, project) \
               do update set details = excluded.details returning *";
    let (channel, kind) = (row.channel.name(), row.template_type.name());
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

/// Changes what words say; none when nobody has this id.
pub async fn save_details(tx: &mut Tx, id: &str, details: &str) -> Result<Option<TemplateRow>> {
    tx.maybe("update message_templates set details = $2 where id = $1 returning *", args![id, details]).await
}

/// By id.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<TemplateRow>> {
    tx.maybe("select * from message_templates where id = $1", args![id]).await
}

/// Every one.
pub async fn list_all(tx: &mut Tx) -> Result<Vec<TemplateRow>> {
    tx.all("select * from message_templates order by id", args![]).await
}

/// Those that a filter lets through, oldest first.
pub async fn list(tx: &mut Tx, filter: &Filter) -> Result<Vec<TemplateRow>> {
    let sql = "select * from message_templates where channel = $1 and ($2 is null or language_tag = $2) \
               and ($3 is null or template_type = $3) and ($4 is null or variant = $4) \
               and ($5 is null or project = $5) order by id";
    tx.all(sql, filter_args(filter)).await
}

/// Takes words away; whether there were any.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.run("delete from message_templates where id = $1", args![id]).await? == 1)
}

/// Takes those away that a filter lets through; how many.
pub async fn delete_all(tx: &mut Tx, filter: &Filter) -> Result<u64> {
    let sql = "delete from message_templates where channel = $1 and ($2 is null or language_tag = $2) \
               and ($3 is null or template_type = $3) and ($4 is null or variant = $4) \
               and ($5 is null or project = $5)";
    tx.run(sql, filter_args(filter)).await
}

/// Takes those of a deleted application away, whatever their channel.
pub async fn delete_by_app(tx: &mut Tx, app_id: &str) -> Result<()> {
    tx.run("delete from message_templates where project = $1", args![app_id]).await?;
    Ok(())
}

fn filter_args(filter: &Filter) -> Vec<super::sql::Value> {
    let kind = filter.template_type.map(TemplateType::name);
    args![filter.channel.name(), &filter.language_tag, kind, &filter.variant, &filter.project]
}
