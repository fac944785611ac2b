//! How operators register, change and delete applications. Each change is audited in its transaction, with an
//! entry of its own when it changes who may manage the installation.

use serde_json::{Map, Value};

use crate::apps::client_app::ClientApp;
use crate::apps::{changed, load, secrets, store, to_json};
use crate::audit::actor::Actor;
use crate::audit::{changes, record_change};
use crate::db::sql::Tx;
use crate::grants::{self, consents_store};
use crate::types::error::parse_error::strict_json;
use crate::types::error::{Refusal, Result};
use crate::types::ids::{self, UserId};
use crate::types::secret::Secret;
use crate::{Core, api_keys, settings, templates, users};

/// Registers an application; its id is generated when `fields` has none. A confidential application is
/// returned with its first secret, which is not shown again.
#[tracing::instrument(name = "create_app", skip_all)]
pub async fn create(
    core: &Core,
    by: Actor<'_>,
    mut fields: Map<String, Value>,
) -> Result<(ClientApp, Option<Secret>)> {
    let now = core.now();
    if fields.get("id").is_none_or(Value::is_null) {
        fields.insert("id".to_owned(), ids::generate(now, core.rng(), 21).into());
    }
    let app = ClientApp { created_at: Some(now), ..from_fields(fields)?.with_management_decided() };
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    ensure_no_user_has_id(&mut tx, &app.id).await?;
    if !store::insert(&mut tx, &app.id, &to_json(&app)?, now).await? {
        return Err(Refusal::Duplicate.into());
    }
    let secret = if app.is_public() { None } else { Some(secrets::create_first(&mut tx, core, &app).await?) };
    record(&mut tx, core, by, AppChange { how: "created", before: None, after: Some(&app) }).await?;
    tx.commit().await?;
    Ok((app, secret))
}

/// Changes an application: each named field is replaced as a whole, and null resets it to its default.
#[tracing::instrument(name = "patch_app", skip_all, fields(app.id = id))]
pub async fn patch(core: &Core, by: Actor<'_>, id: &str, patch: Map<String, Value>) -> Result<ClientApp> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let before = load(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let fields = from_fields(merge_patch(&before, patch)?)?;
    let app = ClientApp {
        id: before.id.clone(),
        created_at: before.created_at,
        ..fields.with_management_decided()
    };
    store::save(&mut tx, &app.id, &to_json(&app)?, core.now()).await?;
    record(&mut tx, core, by, AppChange { how: "changed", before: Some(&before), after: Some(&app) }).await?;
    tx.commit().await?;
    Ok(app)
}

/// Deletes an application with its secrets, API keys and message templates.
#[tracing::instrument(name = "delete_app", skip_all, fields(app.id = id))]
pub async fn delete(core: &Core, by: Actor<'_>, id: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    if !delete_in_tx(&mut tx, core, by, id).await? {
        return Err(Refusal::NotFound.into());
    }
    Ok(tx.commit().await?)
}

/// Deletes it in the caller's transaction; false when it does not exist.
pub(super) async fn delete_in_tx(tx: &mut Tx, core: &Core, by: Actor<'_>, id: &str) -> Result<bool> {
    let before = load(tx, id).await?;
    if !store::delete(tx, id).await? {
        return Ok(false);
    }
    // A later app with the same id must not inherit valid tokens, consents or templates of this one.
    grants::store::revoke_by_app(tx, id).await?;
    consents_store::delete_by_app(tx, id).await?;
    api_keys::store::disable_by_app(tx, id, core.now()).await?;
    templates::store::delete_by_app(tx, id).await?;
    record(tx, core, by, AppChange { how: "deleted", before: before.as_ref(), after: None }).await?;
    Ok(true)
}

fn merge_patch(before: &ClientApp, patch: Map<String, Value>) -> Result<Map<String, Value>> {
    let mut whole = match serde_json::to_value(before).map_err(anyhow::Error::from)? {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    for (name, value) in patch {
        match value {
            Value::Null => whole.remove(&name),
            value => whole.insert(name, value),
        };
    }
    Ok(whole)
}

/// Builds the application that these fields describe; the refusal has a line for each problem.
fn from_fields(fields: Map<String, Value>) -> Result<ClientApp> {
    let app: ClientApp = strict_json::read(Value::Object(fields))
        .map_err(|problem| Refusal::SettingsInvalid(vec![problem]))?;
    let problems = app.validation_errors();
    if problems.is_empty() { Ok(app) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

/// Tokens could not tell apart a user and an application with the same id (RFC 9700 4.15).
pub(super) async fn ensure_no_user_has_id(tx: &mut Tx, id: &str) -> Result<()> {
    match users::store::by_id(tx, &UserId(id.to_owned())).await? {
        Some(_) => Err(Refusal::SettingsInvalid(vec![format!("id: {id} is the id of a person")]).into()),
        None => Ok(()),
    }
}

/// A change of an application: none before it is created and after it is deleted.
struct AppChange<'a> {
    how: &'static str,
    before: Option<&'a ClientApp>,
    after: Option<&'a ClientApp>,
}

async fn record(tx: &mut Tx, core: &Core, by: Actor<'_>, change: AppChange<'_>) -> Result<()> {
    let AppChange { how, before, after } = change;
    let id = after.or(before).map_or("", |app| &app.id);
    record_change(tx, core, by, changed(id, how, changes::diff(&before, &after, |_| false))).await?;
    record_management(tx, core, by, before, after).await
}

/// Changing who may manage the installation has an audit entry of its own, because such an application may do
/// everything.
pub(super) async fn record_management(
    tx: &mut Tx,
    core: &Core,
    by: Actor<'_>,
    before: Option<&ClientApp>,
    after: Option<&ClientApp>,
) -> Result<()> {
    let may_manage = |app: Option<&ClientApp>| app.is_some_and(ClientApp::may_manage);
    let how = match (may_manage(before), may_manage(after)) {
        (false, true) => "management_allowed",
        (true, false) => "management_ended",
        _ => return Ok(()),
    };
    let id = after.or(before).map_or("", |app| &app.id);
    record_change(tx, core, by, changed(id, how, Value::Null)).await
}
