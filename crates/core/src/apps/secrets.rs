//! The secrets of confidential applications. A new secret is returned once, to the operator who created it;
//! only a keyed digest is stored. Checking one needs no query: the digests are part of the settings snapshot.

use serde_json::json;

use crate::Core;
use crate::apps::client_app::{AppSecret, ClientApp};
use crate::apps::store;
use crate::apps::{ManagementChange, audit_management, changed, ensure_no_user_has_id, load, to_json};
use crate::audit::actor::Actor;
use crate::audit::{changes, record_change};
use crate::db::sql::Tx;
use crate::settings;
use crate::settings::bootstrap_file::FileAuthor;
use crate::types::error::{Error, Refusal, Result};
use crate::types::ids;
use crate::types::secret::{Secret, ct_eq, generate_token};
use crate::types::time::Timestamp;

/// The name of the secret from the bootstrap file.
const BOOTSTRAP_SECRET: &str = "bootstrap";
/// The name of the secret that an application is created with.
const FIRST_SECRET: &str = "default";

/// A secret to be created.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// Its name, for operators.
    pub name: String,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
}

/// Whether this is a secret of this application. A wrong secret takes as long as a right one, and an unknown
/// application about as long as one without secrets.
pub fn authenticate(core: &Core, app_id: &str, secret: &Secret) -> bool {
    let live = core.snapshot();
    let now = core.now();
    let given = core.keys.client_secret_digests(app_id, secret.expose());
    let known = live.secrets.get(app_id).into_iter().flatten();
    let is_one =
        |known: &AppSecret| given.iter().fold(false, |found, given| found | ct_eq(&known.digest, given));
    let right = known
        .fold(None, |right, known| if is_one(known) & known.is_valid_at(now) { Some(known) } else { right });
    // A public application that used to be confidential must not gain any trust by its id, which anybody can
    // send.
    let Some(right) = right.filter(|_| live.app(app_id).is_some_and(|app| !app.is_public())) else {
        return false;
    };
    if let Some(newest) = given.into_iter().next().filter(|newest| *newest != right.digest) {
        core.queue_secret_renewal(right, newest);
    }
    true
}

/// Creates the applications of the bootstrap file, or updates existing ones to match it, all or nothing.
pub async fn ensure(core: &Core, by: FileAuthor<'_>, given: &[(ClientApp, Option<Secret>)]) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let mut secrets = store::list_secrets(&mut tx).await?;
    for (app, secret) in given {
        let app = ensure_app(&mut tx, core, by, app).await?;
        if let Some(secret) = secret {
            let row = new_row(core, &app, secret, BOOTSTRAP_SECRET, None);
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
    let change = changed(&app.id, how, changes::diff(&before, &app, |_| false));
    by.record(tx, core, change).await?;
    let managed = before.as_ref().is_some_and(ClientApp::may_manage);
    let managing = ManagementChange { id: &app.id, was_allowed: managed, is_allowed: app.may_manage() };
    audit_management(tx, core, by.by, managing).await?;
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

/// The secrets of an application, oldest first, without their values.
pub async fn list_secrets(core: &Core, app_id: &str) -> Result<Vec<AppSecret>> {
    let mut tx = core.store.read().await?;
    load(&mut tx, app_id).await?.ok_or(Refusal::NotFound)?;
    let all = store::list_secrets(&mut tx).await?;
    Ok(all.into_iter().filter(|secret| secret.app_id == app_id).collect())
}

/// Creates a secret for an application; its value is returned only here.
pub async fn add_secret(
    core: &Core,
    by: Actor<'_>,
    app_id: &str,
    new: NewSecret,
) -> Result<(AppSecret, Secret)> {
    if new.expires_at.is_some_and(|end| end <= core.now()) {
        return Err(invalid("expiresAt: expected a moment to come"));
    }
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let app = load(&mut tx, app_id).await?.ok_or(Refusal::NotFound)?;
    if app.is_public() {
        return Err(invalid("isPublic: a public application keeps no secret"));
    }
    let made = insert(&mut tx, core, &app, &new).await?;
    record_change(&mut tx, core, by, changed(app_id, "secret_added", json!({ "name": new.name }))).await?;
    tx.commit().await?;
    Ok(made)
}

/// Deletes a secret: it is refused from now on.
pub async fn delete_secret(core: &Core, by: Actor<'_>, app_id: &str, name: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    if !store::delete_secret(&mut tx, app_id, name).await? {
        return Err(Refusal::NotFound.into());
    }
    record_change(&mut tx, core, by, changed(app_id, "secret_deleted", json!({ "name": name }))).await?;
    Ok(tx.commit().await?)
}

/// The secret that a confidential application is created with.
pub(super) async fn create_first(tx: &mut Tx, core: &Core, app: &ClientApp) -> Result<Secret> {
    let new = NewSecret { name: FIRST_SECRET.to_owned(), expires_at: None };
    Ok(insert(tx, core, app, &new).await?.1)
}

async fn insert(tx: &mut Tx, core: &Core, app: &ClientApp, new: &NewSecret) -> Result<(AppSecret, Secret)> {
    let secret = generate_token(core.rng());
    let row = new_row(core, app, &secret, &new.name, new.expires_at);
    let id = ids::generate(core.now(), core.rng(), 21);
    if store::insert_secret(tx, &id, &row).await? {
        Ok((row, secret))
    } else {
        Err(Refusal::Duplicate.into())
    }
}

fn new_row(core: &Core, app: &ClientApp, secret: &Secret, name: &str, end: Option<Timestamp>) -> AppSecret {
    AppSecret {
        app_id: app.id.clone(),
        name: name.to_owned(),
        digest: core.keys.client_secret_digest(&app.id, secret.expose()),
        key_id: Some(core.keys.id().to_owned()),
        created_at: core.now(),
        expires_at: end,
    }
}

fn invalid(problem: &str) -> Error {
    Refusal::SettingsInvalid(vec![problem.to_owned()]).into()
}
