//! Applications, which operators register, change and delete. Each change raises the revision of the
//! settings, so that every instance notices it; it is active here once the caller has reloaded the snapshot.
//! Looking up the application of a request costs no query: it is read from the snapshot.

pub mod addresses;
pub mod client_app;
pub mod redirect_uris;
mod secrets;
pub mod store;
pub mod validation;

use serde_json::{Map, Value};

use crate::Core;
use crate::apps::client_app::{AppType, ClientApp};
use crate::audit::event::EventKind;
use crate::audit::{Change, changes, record_change};
use crate::db::Store;
use crate::db::sql::Tx;
use crate::grants::{self, consents_store};
use crate::settings::bootstrap_file::{self, EntryKind};
use crate::types::error::parse_error::strict_json;
use crate::types::error::{Refusal, Result};
use crate::types::ids::{self, UserId};
use crate::types::secret::Secret;
use crate::{api_keys, apps, settings, templates, users};

pub use crate::apps::secrets::{NewSecret, add_secret, authenticate, delete_secret, ensure, list_secrets};
use crate::audit::actor::Actor;

/// Every application, by id.
pub async fn list(core: &Core) -> Result<Vec<ClientApp>> {
    let mut tx = core.store.read().await?;
    read_all(&mut tx).await
}

/// Every application as it is stored.
pub(crate) async fn read_all(tx: &mut Tx) -> Result<Vec<ClientApp>> {
    let documents = apps::store::list(tx).await?;
    documents.into_iter().map(|(_, document)| parse(&document)).collect()
}

/// One application.
pub async fn find(core: &Core, id: &str) -> Result<ClientApp> {
    let mut tx = core.store.read().await?;
    load(&mut tx, id).await?.ok_or(Refusal::NotFound.into())
}

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
    if !apps::store::insert(&mut tx, &app.id, &to_json(&app)?, now).await? {
        return Err(Refusal::Duplicate.into());
    }
    let secret = if app.is_public() { None } else { Some(secrets::create_first(&mut tx, core, &app).await?) };
    record_change(
        &mut tx,
        core,
        by,
        changed(&app.id, "created", changes::diff(&Value::Null, &app, |_| false)),
    )
    .await?;
    audit_management(
        &mut tx,
        core,
        by,
        ManagementChange { id: &app.id, was_allowed: false, is_allowed: app.may_manage() },
    )
    .await?;
    tx.commit().await?;
    Ok((app, secret))
}

/// Changes an application: each named field is replaced as a whole, and null resets it to its default.
#[tracing::instrument(name = "patch_app", skip_all, fields(app.id = id))]
pub async fn patch(core: &Core, by: Actor<'_>, id: &str, patch: Map<String, Value>) -> Result<ClientApp> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let before = load(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let id = before.id.clone();
    let created_at = before.created_at;
    let managed = before.may_manage();
    let app =
        ClientApp { id, created_at, ..from_fields(merge_patch(&before, patch)?)?.with_management_decided() };
    apps::store::save(&mut tx, &app.id, &to_json(&app)?, core.now()).await?;
    record_change(&mut tx, core, by, changed(&app.id, "changed", changes::diff(&before, &app, |_| false)))
        .await?;
    audit_management(
        &mut tx,
        core,
        by,
        ManagementChange { id: &app.id, was_allowed: managed, is_allowed: app.may_manage() },
    )
    .await?;
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
async fn delete_in_tx(tx: &mut Tx, core: &Core, by: Actor<'_>, id: &str) -> Result<bool> {
    let before = load(tx, id).await?;
    if !apps::store::delete(tx, id).await? {
        return Ok(false);
    }
    // A later app with the same id must not inherit valid tokens, consents or templates of this one.
    grants::store::revoke_by_app(tx, id).await?;
    consents_store::delete_by_app(tx, id).await?;
    api_keys::store::disable_by_app(tx, id, core.now()).await?;
    templates::store::delete_by_app(tx, id).await?;
    record_change(tx, core, by, changed(id, "deleted", changes::diff(&before, &Value::Null, |_| false)))
        .await?;
    let managed = before.as_ref().is_some_and(ClientApp::may_manage);
    audit_management(tx, core, by, ManagementChange { id, was_allowed: managed, is_allowed: false }).await?;
    Ok(true)
}

/// Deletes the applications that were removed from the bootstrap file.
pub async fn delete_removed(core: &Core, by: Actor<'_>, given: &[&str]) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    for id in bootstrap_file::forget_removed(&mut tx, core, EntryKind::Application, given).await? {
        if delete_in_tx(&mut tx, core, by, &id).await? {
            tracing::warn!(app.id = id, "this application left the bootstrap file and is deleted");
        }
    }
    Ok(tx.commit().await?)
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
async fn ensure_no_user_has_id(tx: &mut Tx, id: &str) -> Result<()> {
    match users::store::by_id(tx, &UserId(id.to_owned())).await? {
        Some(_) => Err(Refusal::SettingsInvalid(vec![format!("id: {id} is the id of a person")]).into()),
        None => Ok(()),
    }
}

async fn load(tx: &mut Tx, id: &str) -> Result<Option<ClientApp>> {
    apps::store::by_id(tx, id).await?.map(|document| parse(&document)).transpose()
}

fn parse(document: &str) -> Result<ClientApp> {
    Ok(serde_json::from_str(document).map_err(anyhow::Error::from)?)
}

fn to_json(app: &ClientApp) -> Result<String> {
    Ok(serde_json::to_string(app).map_err(anyhow::Error::from)?)
}

/// Machine applications that could manage this installation when that was the default, and cannot until an
/// operator allows it explicitly.
pub async fn list_undecided(core: &Core) -> Result<Vec<String>> {
    let registered = list(core).await?.into_iter();
    let lost = |app: &ClientApp| app.kind == AppType::MachineToMachine && app.management_api.is_none();
    Ok(registered.filter(lost).map(|app| app.id).collect())
}

/// Every application in this store, for commands that read it without starting the server.
pub async fn list_in_store(store: &Store) -> Result<Vec<ClientApp>> {
    read_all(&mut store.read().await?).await
}

/// Describes a change of an application for the audit log.
const fn changed<'a>(id: &'a str, how: &'static str, details: Value) -> Change<'a> {
    Change::of(EventKind::ApplicationChange, id, how, details)
}

/// Whether an application could manage the installation before, and can now.
pub(crate) struct ManagementChange<'a> {
    pub id: &'a str,
    pub was_allowed: bool,
    pub is_allowed: bool,
}

/// Changing who may manage the installation has an audit entry of its own, because such an application may do
/// everything.
pub(crate) async fn audit_management(
    tx: &mut Tx,
    core: &Core,
    by: Actor<'_>,
    managing: ManagementChange<'_>,
) -> Result<()> {
    let how = match (managing.was_allowed, managing.is_allowed) {
        (false, true) => "management_allowed",
        (true, false) => "management_ended",
        _ => return Ok(()),
    };
    record_change(tx, core, by, changed(managing.id, how, Value::Null)).await
}
