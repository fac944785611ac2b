//! Judges an installation together with its configuration and bootstrap file, for `serve` and `check` alike, and
//! changes nothing. `serve` does not start when something is refused; it starts without what is broken and logs
//! it; `check` fails at both.

mod file;
mod offers;
mod stored;

use anyhow::{Context as _, anyhow};

use crate::app::bootstrap_targets::BootstrapTargets;
use crate::app::{AppState, open_filter, to_anyhow};
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::Config;
use rekey_adapters::connectors::inbox::Inbox;
use rekey_adapters::connectors::{Connector, OutboundProxy};
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::settings::Settings;
use rekey_core::settings::bootstrap_file::is_empty_installation;
use rekey_core::snapshot::{self, Snapshot};

/// What a finding means for a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// `serve` does not start.
    Refused,
    /// `serve` starts without it.
    Broken,
    /// The operator should know it; nothing is wrong.
    Note,
}

/// Something that an operator should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it means.
    pub severity: Severity,
    /// What it is, with its path first.
    pub text: String,
}

/// The outcome.
#[derive(Debug, Default)]
pub struct Judgement {
    /// What was found.
    pub findings: Vec<Finding>,
    /// The settings that are active after a start.
    pub settings: Settings,
    /// The connectors that can be used, of the file and of the store.
    pub connectors: Vec<UsableConnector>,
}

/// A connector that could be built.
#[derive(Debug)]
pub struct UsableConnector {
    /// As it is described.
    pub spec: ConnectorSpec,
    /// Ready to send.
    pub connector: Connector,
}

impl Judgement {
    /// Why `serve` does not start, a line for each reason; none when it does.
    pub fn refusal(&self) -> Option<anyhow::Error> {
        refusal(&self.findings)
    }

    fn refuse(&mut self, text: impl Into<String>) {
        self.add(Severity::Refused, text);
    }

    fn add(&mut self, severity: Severity, text: impl Into<String>) {
        self.findings.push(Finding { severity, text: text.into() });
    }
}

/// The refused findings as one error; none when there are none.
pub fn refusal(findings: &[Finding]) -> Option<anyhow::Error> {
    let refused = findings.iter().filter(|finding| finding.severity == Severity::Refused);
    let lines: Vec<&str> = refused.map(|finding| finding.text.as_str()).collect();
    (!lines.is_empty()).then(|| anyhow!(lines.join("\n")))
}

/// What is judged.
struct Grounds<'a> {
    /// The installation; none before the first start.
    app: Option<&'a AppState>,
    config: &'a Config,
    file: &'a Bootstrap,
    targets: BootstrapTargets,
    inbox: Option<Inbox>,
    proxy: OutboundProxy,
    /// What is stored; everything at its default before the first start.
    stored: Snapshot,
    is_first_start: bool,
}

/// Judges the place, before anything is made: directories, files, keys.
pub fn judge_place(config: &Config) -> Vec<Finding> {
    let filter = open_filter(config.breaches.filter.as_deref()).err().map(|error| format!("{error:#}"));
    let problems = config.place_problems().into_iter().chain(filter);
    problems.map(|text| Finding { severity: Severity::Refused, text }).collect()
}

/// Judges the file together with what is stored.
pub async fn judge(app: Option<&AppState>, config: &Config, file: &Bootstrap) -> anyhow::Result<Judgement> {
    let stored = match app {
        Some(app) => snapshot::load(&app.core).await.map_err(to_anyhow)?,
        None => Snapshot::default(),
    };
    let is_first_start = match app {
        Some(app) => is_empty_installation(&app.core).await.map_err(to_anyhow)?,
        None => true,
    };
    let targets = BootstrapTargets::from_bootstrap(file);
    let inbox = config.dev.then(Inbox::default);
    let proxy = config.outbound.build_proxy()?;
    let grounds = Grounds { app, config, file, targets, inbox, proxy, stored, is_first_start };
    let mut judgement = Judgement::default();
    grounds.judge_settings(&mut judgement);
    grounds.judge_file(&mut judgement).await?;
    grounds.judge_stored(&mut judgement).await?;
    grounds.judge_offers(&mut judgement);
    Ok(judgement)
}

impl Grounds<'_> {
    /// The file merged into what is stored, as a start would activate it.
    fn judge_settings(&self, judgement: &mut Judgement) {
        let merged = snapshot::preview(&self.stored.settings, self.file.raw_settings.as_ref());
        let merged = merged.map_err(to_anyhow).context("the bootstrap file and the stored settings");
        judgement.settings = merged.unwrap_or_else(|error| {
            judgement.refuse(format!("{error:#}"));
            self.stored.settings.clone()
        });
        if judgement.refusal().is_none() {
            for problem in snapshot::stored_errors(&judgement.settings) {
                judgement.add(Severity::Broken, format!("settings.{problem}"));
            }
        }
    }
}
