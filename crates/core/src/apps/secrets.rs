//! The secrets of confidential applications. A new secret is returned once, to the operator who created it;
//! only a keyed digest is stored. The digests are part of the settings snapshot, which the caller has refreshed.

use serde_json::json;

use crate::apps::client_app::ClientApp;
use crate::apps::{changed, load, store};
use crate::audit::actor::Actor;
use crate::audit::record_change;
use crate::db::sql::Tx;
use crate::types::error::{Error, Refusal, Result};
use crate::types::ids;
use crate::types::secret::{Secret, ct_eq, generate_token};
use crate::types::time::Timestamp;
use crate::{Core, settings};

/// The name of the secret that an application is created with.
const FIRST_SECRET: &str = "default";

/// A client secret of a confidential application. Several may be valid at once, so that one can be replaced
/// without downtime.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AppSecret {
    /// The application.
    pub app_id: String,
    /// Its name, for operators.
    pub name: String,
    /// A keyed digest: operators may choose a weak secret, which could be guessed from an unkeyed one.
    pub digest: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires; none for never.
    pub expires_at: Option<Timestamp>,
    /// The secret key that the digest was made with; none for digests from before keys had ids.
    pub key_id: Option<String>,
}

impl AppSecret {
    /// Whether it is valid at this time.
    fn is_valid_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| end > now)
    }
}

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
    let snapshot = core.snapshot();
    let now = core.now();
    let given = core.keys.client_secret_digests(app_id, secret.expose());
    let known = snapshot.secrets.get(app_id).into_iter().flatten();
    let is_one =
        |known: &AppSecret| given.iter().fold(false, |found, given| found | ct_eq(&known.digest, given));
    let right = known
        .fold(None, |right, known| if is_one(known) & known.is_valid_at(now) { Some(known) } else { right });
    // A public application that used to be confidential must not gain any trust by its id, which anybody can
    // send.
    let Some(right) = right.filter(|_| snapshot.app(app_id).is_some_and(|app| !app.is_public())) else {
        return false;
    };
    if let Some(newest) = given.into_iter().next().filter(|newest| *newest != right.digest) {
        core.secret_renewals.push(right, newest);
    }
    true
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

/// Creates the secret that a confidential application begins with.
pub(super) async fn create_first(tx: &mut Tx, core: &Core, app: &ClientApp) -> Result<Secret> {
    let new = NewSecret { name: FIRST_SECRET.to_owned(), expires_at: None };
    Ok(insert(tx, core, app, &new).await?.1)
}

async fn insert(tx: &mut Tx, core: &Core, app: &ClientApp, new: &NewSecret) -> Result<(AppSecret, Secret)> {
    let secret = generate_token(core.rng());
    let row = build_row(core, app, &secret, new);
    let id = ids::generate(core.now(), core.rng(), 21);
    if store::insert_secret(tx, &id, &row).await? {
        Ok((row, secret))
    } else {
        Err(Refusal::Duplicate.into())
    }
}

/// The row of a secret with this value.
pub(super) fn build_row(core: &Core, app: &ClientApp, secret: &Secret, new: &NewSecret) -> AppSecret {
    AppSecret {
        app_id: app.id.clone(),
        name: new.name.clone(),
        digest: core.keys.client_secret_digest(&app.id, secret.expose()),
        key_id: Some(core.keys.id().to_owned()),
        created_at: core.now(),
        expires_at: new.expires_at,
    }
}

fn invalid(problem: &str) -> Error {
    Refusal::SettingsInvalid(vec![problem.to_owned()]).into()
}
