//! The applications of the bootstrap file, with their secrets: created, updated to match the file, and
//! deleted when they leave it.

use serde_json::json;

use crate::apps::change::{delete_in_tx, ensure_no_user_has_id, record_management};
use crate::apps::client_app::ClientApp;
use crate::apps::secrets::{AppSecret, NewSecret, build_row};
use crate::apps::{changed, load, store, to_json};
use crate::audit::actor::Actor;
use crate::audit::changes;
use crate::db::sql::Tx;
use crate::settings::bootstrap_file::{self, EntryKind, FileAuthor};
use crate::types::error::Result;
use crate::types::ids;
use crate::types::secret::Secret;
use crate::{Core, settings};

/// The name of the secret from the bootstrap file.
const BOOTSTRAP_SECRET: &str = "bootstrap";

/// Creates the applications of the bootstrap file, or updates existing ones to match it, all or nothing.
pub async fn ensure(core: &Core, by: FileAuthor<'_>, given: &[(ClientApp, Option<Secret>)]) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let mut secrets = store::list_secrets(&mut tx).await?;
    for (app, secret) in given {
        let app = ensure_app(&mut tx, core, by, app).await?;
        if let Some(secret) = secret {
            let new = NewSecret { name: BOOTSTRAP_SECRET.to_owned(), expires_at: None };
            let row = build_row(core, &app, secret, &new);
            let digests = core.keys.client_secret_digests(&app.id, secret.expose());
            let given = FileSecret { row: &row, digests: &digests, known: &secrets };
            ensure_secret(&mut tx, core, by, given).await?;
            secrets.push(row);
        }
    }
    let bare = |app: &ClientApp| !app.is_public() && !secrets.iter().any(|secret| secret.app_id == app.id);
    for (app, _) in given.iter().filter(|(app, _)| bare(app)) {
        tracing::warn!(app.id, "this application is confidential and has no secret: it can't prove itself");
    }
    Ok(tx.commit().await?)
}

async fn ensure_app(tx: &mut Tx, core: &Core, by: FileAuthor<'_>, given: &ClientApp) -> Result<ClientApp> {
    ensure_no_user_has_id(tx, &given.id).await?;
    let before = load(tx, &given.id).await?;
    let created_at = before.as_ref().and_then(|app| app.created_at).or(given.created_at);
    let app =
        ClientApp { created_at: created_at.or(Some(core.now())), ..given.clone().with_management_decided() };
    store::save(tx, &app.id, &to_json(&app)?, core.now()).await?;
    let how = if before.is_some() { "changed" } else { "created" };
    by.record(tx, core, changed(&app.id, how, changes::diff(&before, &app, |_| false))).await?;
    record_management(tx, core, by.by, before.as_ref(), Some(&app)).await?;
    Ok(app)
}

/// The secret of an application in the bootstrap file.
struct FileSecret<'a> {
    row: &'a AppSecret,
    /// Its digest under each key: a digest made under an older key may be of the same secret.
    digests: &'a [String],
    known: &'a [AppSecret],
}

async fn ensure_secret(tx: &mut Tx, core: &Core, by: FileAuthor<'_>, given: FileSecret<'_>) -> Result<()> {
    let FileSecret { row, digests, known } = given;
    let before = known.iter().find(|known| known.app_id == row.app_id && known.name == row.name);
    store::save_secret(tx, &ids::generate(core.now(), core.rng(), 21), row).await?;
    let how = match before {
        None => "secret_added",
        Some(before) if !digests.contains(&before.digest) => "secret_changed",
        Some(_) => return Ok(()),
    };
    by.record(tx, core, changed(&row.app_id, how, json!({ "name": row.name }))).await
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
