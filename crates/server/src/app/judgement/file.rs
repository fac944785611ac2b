//! The entries of the bootstrap file: those that a start could not apply are refused before it applies any.

use std::collections::HashMap;

use crate::app::judgement::{Grounds, Judgement, UsableConnector};
use crate::app::to_anyhow;
use rekey_adapters::bootstrap::UserSpec;
use rekey_adapters::connectors::{Connector, FactoryContext, Reach};
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::connectors::templates;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::identifier::{Identifier, username_key};
use rekey_core::{api_keys, apps, user_management};

impl Grounds<'_> {
    pub(super) async fn judge_file(&self, judgement: &mut Judgement) -> anyhow::Result<()> {
        for spec in &self.file.connectors {
            self.judge_connector(judgement, spec);
        }
        self.judge_repeated_identifiers(judgement);
        self.judge_templates(judgement);
        for (place, user) in self.file.users.iter().enumerate() {
            let label = format!("users[{}] (number {})", user.id, place + 1);
            if let Err(error) = user.initial_password() {
                judgement.refuse(format!("{label}: {error:#}"));
            }
            self.judge_user(judgement, &label, user).await?;
        }
        self.judge_apps_and_keys(judgement).await
    }

    /// The file may name addresses in private networks.
    fn judge_connector(&self, judgement: &mut Judgement, spec: &ConnectorSpec) {
        let problems = templates::validation_errors(spec);
        problems.iter().for_each(|problem| judgement.refuse(format!("connectors[{}].{problem}", spec.id)));
        match Connector::build(spec, &self.factory_context(Reach::Operator)) {
            Ok(connector) => judgement.connectors.push(UsableConnector { spec: spec.clone(), connector }),
            Err(problem) => judgement.refuse(problem),
        }
    }

    pub(super) fn factory_context(&self, reach: Reach) -> FactoryContext<'_> {
        let public_host = self.config.public_url.host();
        FactoryContext { inbox: self.inbox.as_ref(), public_host, reach, proxy: &self.proxy }
    }

    /// Two entries with one address: only the first could be created.
    fn judge_repeated_identifiers(&self, judgement: &mut Judgement) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (place, user) in self.file.users.iter().enumerate() {
            for (field, key) in identifiers(user) {
                let first = *seen.entry(key).or_insert(place);
                if first != place {
                    judgement.refuse(format!("users[{place}].{field}: the same as that of users[{first}]"));
                }
            }
        }
    }

    async fn judge_user(
        &self,
        judgement: &mut Judgement,
        label: &str,
        user: &UserSpec,
    ) -> anyhow::Result<()> {
        let Some(app) = self.app else { return Ok(()) };
        let checked = user_management::check_entry(&app.core, &user.to_new(), user.enforce).await;
        refuse_if_refused(judgement, checked, |refusal| match refusal {
            Refusal::EmailTaken => format!("{label}.primaryEmail: another user has this address"),
            Refusal::PhoneTaken => format!("{label}.primaryPhone: another user has this number"),
            Refusal::UsernameTaken => format!("{label}.username: another user has this name"),
            other => format!("{label}: {:#}", to_anyhow(other.into())),
        })
    }

    /// Templates for one application, which must be there.
    fn judge_templates(&self, judgement: &mut Judgement) {
        let is_known = |id: &str| {
            self.stored.apps.contains_key(id) || self.file.applications.iter().any(|spec| spec.app.id == id)
        };
        for (place, template) in self.file.mail_templates.iter().enumerate() {
            let project = template.new.key.project.as_str();
            if !project.is_empty() && !is_known(project) {
                judgement
                    .refuse(format!("mailTemplates[{place}].project: there is no application {project:?}"));
            }
        }
    }

    async fn judge_apps_and_keys(&self, judgement: &mut Judgement) -> anyhow::Result<()> {
        let Some(app) = self.app else { return Ok(()) };
        for (place, spec) in self.file.applications.iter().enumerate() {
            let checked = apps::check_id(&app.core, &spec.app.id).await;
            refuse_if_refused(judgement, checked, |refusal| {
                format!("applications[{place}].{:#}", to_anyhow(refusal.into()))
            })?;
        }
        for spec in &self.file.api_keys {
            let checked = api_keys::check_entry(&app.core, &spec.id, &spec.token).await;
            refuse_if_refused(judgement, checked, |_| {
                format!("apiKeys[{}].token: another key has this token", spec.id)
            })?;
        }
        Ok(())
    }
}

/// The identifiers of an entry, by field, in the form in which they are looked up.
fn identifiers(user: &UserSpec) -> Vec<(&'static str, String)> {
    let address = |text: &Option<String>| {
        let parsed = text.as_deref().and_then(Identifier::parse);
        parsed.map(|identifier| format!("{identifier:?}"))
    };
    let name = user.username.as_deref().and_then(username_key).map(|key| format!("username {key}"));
    let fields = [
        ("primaryEmail", address(&user.primary_email)),
        ("primaryPhone", address(&user.primary_phone)),
        ("username", name),
    ];
    fields.into_iter().filter_map(|(field, key)| Some((field, key?))).collect()
}

fn refuse_if_refused(
    judgement: &mut Judgement,
    checked: Result<(), Error>,
    describe: impl FnOnce(Refusal) -> String,
) -> anyhow::Result<()> {
    match checked {
        Ok(()) => Ok(()),
        Err(Error::Refused(refusal)) => {
            judgement.refuse(describe(refusal));
            Ok(())
        }
        Err(Error::Failed(cause)) => Err(cause),
    }
}
