//! Applications, which operators register, change and delete. Each change raises the revision of the
//! settings, so that every instance notices it; it is active here once the caller has reloaded the snapshot.
//! Looking up the application of a request costs no query: it is read from the snapshot.

pub mod addresses;
mod change;
pub mod client_app;
mod ensure;
pub mod redirect_uris;
pub(crate) mod secret_renewals;
mod secrets;
pub mod store;
pub mod validation;

use serde_json::Value;

use crate::Core;
use crate::apps::client_app::{AppType, ClientApp};
use crate::audit::Change;
use crate::audit::event::EventKind;
use crate::db::sql::Tx;
use crate::types::error::{Refusal, Result};

pub use crate::apps::change::{create, delete, patch};
pub use crate::apps::ensure::{delete_removed, ensure};
pub use crate::apps::secrets::{AppSecret, NewSecret, add_secret, authenticate, delete_secret, list_secrets};

/// Every application, by id.
pub async fn list(core: &Core) -> Result<Vec<ClientApp>> {
    let mut tx = core.store.read().await?;
    read_all(&mut tx).await
}

/// Every application as it is stored.
pub(crate) async fn read_all(tx: &mut Tx) -> Result<Vec<ClientApp>> {
    let documents = store::list(tx).await?;
    documents.into_iter().map(|(_, document)| parse(&document)).collect()
}

/// One application.
pub async fn find(core: &Core, id: &str) -> Result<ClientApp> {
    let mut tx = core.store.read().await?;
    load(&mut tx, id).await?.ok_or(Refusal::NotFound.into())
}

async fn load(tx: &mut Tx, id: &str) -> Result<Option<ClientApp>> {
    store::by_id(tx, id).await?.map(|document| parse(&document)).transpose()
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

/// Refuses the id of an application that a user has; nothing is changed.
pub async fn check_id(core: &Core, id: &str) -> Result<()> {
    change::ensure_no_user_has_id(&mut core.store.read().await?, id).await
}

/// Describes a change of an application for the audit log.
const fn changed<'a>(id: &'a str, how: &'static str, details: Value) -> Change<'a> {
    Change::of(EventKind::ApplicationChange, id, how, details)
}
