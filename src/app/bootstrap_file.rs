//! What the bootstrap file says is brought into the store at every start, and what left the file since is taken away.

use anyhow::Context as _;

use super::{App, plain};
use crate::bootstrap::{ApiKeySpec, Bootstrap};
use crate::config::{self, Config};
use crate::domain::apps::Author;
use crate::domain::{api_keys, apps, settings};
use crate::model::api_key::ApiKey;
use crate::model::caller::Caller;
use crate::model::error::Error;

/// What the audit log calls the bootstrap file.
const FILE: &str = "bootstrap-file";

/// Reads the bootstrap file when one is configured.
pub fn bootstrap(config: &Config) -> anyhow::Result<Bootstrap> {
    config
        .bootstrap
        .as_deref()
        .map_or_else(|| Ok(Bootstrap::default()), |path| Bootstrap::read(path, config::variable))
}

impl App {
    /// Puts the settings, connectors, applications and keys of the file into the store.
    pub(super) async fn apply(&self, bootstrap: &Bootstrap) -> anyhow::Result<()> {
        for line in bootstrap.later() {
            tracing::warn!("bootstrap: {line}");
        }
        let applied = settings::apply(&self.rekey, bootstrap.given.as_ref(), &bootstrap.connectors).await;
        applied.map_err(plain).context("the bootstrap file and the stored settings")?;
        let given = bootstrap.applications.iter().map(|spec| (spec.app.clone(), spec.secret.clone()));
        let given: Vec<_> = given.collect();
        let undecided = apps::undecided(&self.rekey).await.map_err(plain).context("applications")?;
        apps::ensure(&self.rekey, &given).await.map_err(plain).context("applications")?;
        self.warn_of_apps(&undecided).await.map_err(plain).context("applications")?;
        let key = |spec: &ApiKeySpec| {
            (
                ApiKey { id: spec.id.clone(), roles: spec.roles.clone(), ..ApiKey::default() },
                spec.token.clone(),
            )
        };
        let keys: Vec<_> = bootstrap.api_keys.iter().map(key).collect();
        api_keys::ensure(&self.rekey, &keys).await.map_err(plain).context("apiKeys")?;
        if bootstrap.is_given {
            self.clear_left(bootstrap)
                .await
                .map_err(plain)
                .context("entries that left the bootstrap file")?;
        }
        Ok(())
    }

    /// What changed for applications with the rules: who may not manage any more, and which addresses are not matched.
    async fn warn_of_apps(&self, undecided: &[String]) -> Result<(), Error> {
        for app in apps::list(&self.rekey).await? {
            if undecided.contains(&app.id) && !app.may_manage() {
                tracing::warn!(
                    app.id,
                    "this machine may not use the Management API any more, because that is no longer the default: \
                     \"managementApi\": true lets it in"
                );
            }
            for problem in app.unfit_addresses() {
                tracing::warn!(app.id, problem, "an address of this application is not matched");
            }
        }
        Ok(())
    }

    /// Takes away what the file made before and says no longer.
    async fn clear_left(&self, bootstrap: &Bootstrap) -> Result<(), Error> {
        let caller = file_caller();
        let by = Author { caller: &caller, key: FILE };
        let ids: Vec<&str> = bootstrap.applications.iter().map(|spec| spec.app.id.as_str()).collect();
        apps::clear_left(&self.rekey, by, &ids).await?;
        let ids: Vec<&str> = bootstrap.api_keys.iter().map(|spec| spec.id.as_str()).collect();
        api_keys::clear_left(&self.rekey, by, &ids).await
    }

    /// Makes the people of the file, and holds them to it where it says so.
    pub(super) async fn ensure_people(&self, bootstrap: &Bootstrap) -> anyhow::Result<()> {
        let caller = file_caller();
        let by = Author { caller: &caller, key: FILE };
        for (place, user) in bootstrap.users.iter().enumerate() {
            let who = format!("users[{}] (number {})", user.id, place + 1);
            user.ensure(&self.rekey, by).await.map_err(plain).with_context(|| who)?;
        }
        Ok(())
    }
}

fn file_caller() -> Caller {
    Caller { user_agent: "the bootstrap file".to_owned(), ..Caller::default() }
}
