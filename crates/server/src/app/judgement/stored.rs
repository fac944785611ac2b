//! What is stored and would not work: connectors that an API client set up, addresses of applications, and what
//! no secret key opens. None of it stops a start, because the rest of the installation is of use without it.

use std::collections::BTreeMap;

use crate::app::judgement::{Grounds, Judgement, Severity, UsableConnector};
use crate::app::to_anyhow;
use rekey_adapters::connectors::Connector;
use rekey_core::apps::client_app::ClientApp;
use rekey_core::maintenance::key_check;
use rekey_core::maintenance::secret_key_rotation::{KeyDependencies, key_dependencies};

impl Grounds<'_> {
    pub(super) async fn judge_stored(&self, judgement: &mut Judgement) -> anyhow::Result<()> {
        self.judge_stored_connectors(judgement);
        self.judge_disabled_webhooks(judgement);
        self.judge_addresses(judgement).await?;
        self.judge_sealed(judgement).await
    }

    fn judge_stored_connectors(&self, judgement: &mut Judgement) {
        let is_of_file = |id: &str| self.file.connectors.iter().any(|spec| spec.id == id);
        for spec in self.stored.connectors.iter().filter(|spec| !is_of_file(&spec.id)) {
            let reach = self.targets.connector_reach(spec, &judgement.settings);
            match Connector::build(spec, &self.factory_context(reach)) {
                Ok(connector) => {
                    judgement.connectors.push(UsableConnector { spec: spec.clone(), connector });
                }
                Err(problem) => judgement.add(Severity::Broken, problem),
            }
        }
    }

    /// A webhook of the file that failures disabled stays so until an operator enables it.
    fn judge_disabled_webhooks(&self, judgement: &mut Judgement) {
        let is_of_file = |id: &str| {
            self.file.hooks.iter().any(|file| file.id == id && file.input.is_enabled != Some(true))
        };
        let failed =
            self.stored.webhooks.iter().filter(|webhook| !webhook.is_enabled && webhook.failures > 0);
        for webhook in failed.filter(|webhook| is_of_file(&webhook.id)) {
            let text =
                format!("hooks[{}]: disabled after {} failed deliveries", webhook.id, webhook.failures);
            judgement.add(Severity::Broken, text);
        }
    }

    /// Addresses that were stored under other rules; those of the file were checked when it was read.
    async fn judge_addresses(&self, judgement: &mut Judgement) -> anyhow::Result<()> {
        let Some(app) = self.app else { return Ok(()) };
        let stored = rekey_core::apps::list(&app.core).await.map_err(to_anyhow)?.into_iter();
        let given = self.file.applications.iter().map(|spec| spec.app.clone());
        let all: BTreeMap<String, ClientApp> = stored.chain(given).map(|app| (app.id.clone(), app)).collect();
        for app in all.values() {
            for problem in app.invalid_addresses() {
                let text = format!("applications[{}].{problem}; it is not matched", app.id);
                judgement.add(Severity::Broken, text);
            }
        }
        Ok(())
    }

    async fn judge_sealed(&self, judgement: &mut Judgement) -> anyhow::Result<()> {
        let Some(app) = self.app else { return Ok(()) };
        if let Err(error) = key_check::check(&app.core).await {
            judgement.refuse(format!("{error:#}"));
        }
        let KeyDependencies { lost, ended, older } = key_dependencies(&app.core).await.map_err(to_anyhow)?;
        for name in lost {
            let text =
                format!("{name}: no secret key opens it, so it is not used; set it up again or delete it");
            judgement.add(Severity::Broken, text);
        }
        for name in ended {
            judgement.add(Severity::Note, format!("{name}: no secret key opens it"));
        }
        for name in older {
            let text = format!("{name}: depends on an older secret key, which has to stay in the list");
            judgement.add(Severity::Note, text);
        }
        Ok(())
    }
}
