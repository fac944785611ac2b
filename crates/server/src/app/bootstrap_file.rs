//! Applies the bootstrap file to the store at every start, and deletes what an earlier version of the file
//! created and the current one no longer lists.

use anyhow::Context as _;

use crate::app::{AppState, to_anyhow};
use rekey_adapters::bootstrap::{ApiKeySpec, Bootstrap};
use rekey_adapters::config::{self, Config};
use rekey_core::api_keys::api_key::ApiKey;
use rekey_core::audit::actor::Actor;
use rekey_core::connectors::FromFile;
use rekey_core::maintenance::key_check;
use rekey_core::oidc::signing_keys;
use rekey_core::settings::bootstrap_file::{self, FileAuthor};
use rekey_core::types::caller::Caller;
use rekey_core::types::error::Error;
use rekey_core::{api_keys, apps, captcha, snapshot, start_lock, templates, webhooks};

/// The actor that the audit log shows for changes made by the bootstrap file.
const FILE_ACTOR: &str = "bootstrap-file";

/// Reads the bootstrap file when one is configured.
pub fn read_bootstrap(config: &Config) -> anyhow::Result<Bootstrap> {
    config
        .bootstrap
        .as_deref()
        .map_or_else(|| Ok(Bootstrap::default()), |path| Bootstrap::read(path, config::environment_variable))
}

impl AppState {
    /// Brings the store to what the file says and activates the result, one instance after the other.
    pub(super) async fn set_up(&self, bootstrap: &Bootstrap) -> anyhow::Result<()> {
        start_lock::hold(&self.core, self.set_up_alone(bootstrap)).await
    }

    async fn set_up_alone(&self, bootstrap: &Bootstrap) -> anyhow::Result<()> {
        key_check::verify(&self.core).await?;
        let is_first_start = bootstrap_file::is_empty_installation(&self.core).await.map_err(to_anyhow)?;
        signing_keys::ensure(&self.core).await.map_err(to_anyhow).context("the keys that sign tokens")?;
        let caller = file_caller();
        let by = FileAuthor { by: Actor { caller: &caller, key: FILE_ACTOR }, is_first_start };
        self.apply(by, bootstrap).await?;
        self.reload_settings().await?;
        // After the settings are active: subscribed webhooks are notified of changes to users.
        self.ensure_users(by.by, bootstrap).await?;
        if captcha::is_secret_unreadable(&self.core) {
            tracing::error!(
                "the secret of the captcha can't be decrypted, so nobody passes it: set it again"
            );
        }
        Ok(())
    }

    /// Writes the settings, connectors, applications and keys of the file to the store.
    async fn apply(&self, by: FileAuthor<'_>, bootstrap: &Bootstrap) -> anyhow::Result<()> {
        let connectors = FromFile { registry: self, connectors: &bootstrap.connectors };
        let applied = snapshot::apply(&self.core, by, bootstrap.raw_settings.as_ref(), connectors).await;
        applied.map_err(to_anyhow).context("the bootstrap file and the stored settings")?;
        let given = bootstrap.applications.iter().map(|spec| (spec.app.clone(), spec.secret.clone()));
        let given: Vec<_> = given.collect();
        let undecided = apps::list_undecided(&self.core).await.map_err(to_anyhow).context("applications")?;
        apps::ensure(&self.core, by, &given).await.map_err(to_anyhow).context("applications")?;
        self.warn_of_apps(&undecided).await.map_err(to_anyhow).context("applications")?;
        let key = |spec: &ApiKeySpec| {
            (
                ApiKey { id: spec.id.clone(), roles: spec.roles.clone(), ..ApiKey::default() },
                spec.token.clone(),
            )
        };
        let keys: Vec<_> = bootstrap.api_keys.iter().map(key).collect();
        api_keys::ensure(&self.core, by, &keys).await.map_err(to_anyhow).context("apiKeys")?;
        webhooks::ensure(&self.core, by, &bootstrap.hooks).await.map_err(to_anyhow).context("hooks")?;
        let templates = templates::ensure(&self.core, by, &bootstrap.mail_templates).await;
        templates.map_err(to_anyhow).context("mailTemplates")?;
        if bootstrap.is_present {
            self.delete_removed(by.by, bootstrap)
                .await
                .map_err(to_anyhow)
                .context("entries that left the bootstrap file")?;
        }
        Ok(())
    }

    /// Logs which applications lost access to the Management API with the rules.
    async fn warn_of_apps(&self, undecided: &[String]) -> Result<(), Error> {
        for app in apps::list(&self.core).await? {
            if undecided.contains(&app.id) && !app.may_manage() {
                tracing::warn!(
                    app.id,
                    "this machine may not use the Management API any more, because that is no longer the default: \
                     \"managementApi\": true lets it in"
                );
            }
        }
        Ok(())
    }

    /// Deletes what the file created before and no longer lists.
    async fn delete_removed(&self, by: Actor<'_>, bootstrap: &Bootstrap) -> Result<(), Error> {
        let ids: Vec<&str> = bootstrap.applications.iter().map(|spec| spec.app.id.as_str()).collect();
        apps::delete_removed(&self.core, by, &ids).await?;
        let ids: Vec<&str> = bootstrap.api_keys.iter().map(|spec| spec.id.as_str()).collect();
        api_keys::delete_removed(&self.core, by, &ids).await?;
        let ids: Vec<&str> = bootstrap.hooks.iter().map(|webhook| webhook.id.as_str()).collect();
        webhooks::delete_removed(&self.core, by, &ids).await?;
        let ids: Vec<&str> = bootstrap.mail_templates.iter().map(|template| template.id.as_str()).collect();
        templates::delete_removed(&self.core, by, &ids).await
    }

    /// Creates the users of the file, and updates those whose entries are enforced.
    async fn ensure_users(&self, by: Actor<'_>, bootstrap: &Bootstrap) -> anyhow::Result<()> {
        for (place, user) in bootstrap.users.iter().enumerate() {
            let label = format!("users[{}] (number {})", user.id, place + 1);
            user.ensure(&self.core, by).await.map_err(to_anyhow).with_context(|| label)?;
        }
        Ok(())
    }
}

fn file_caller() -> Caller {
    Caller {
        user_agent: "the bootstrap file".to_owned(),
        key: Some(FILE_ACTOR.to_owned()),
        ..Caller::default()
    }
}
