//! `check --send-to`: a test message over every connector of its kind, to see it arrive. Neither the address nor
//! what a provider was given is printed.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::cli::check::report::Report;
use crate::cli::serve::system_environment;
use crate::cli::{command_actor, command_caller, print_line};
use rekey_adapters::config::Config;
use rekey_core::connectors;
use rekey_core::types::identifier::address::Address;
use rekey_core::types::identifier::email::Email;
use rekey_core::types::identifier::phone::Phone;
use rekey_server::app::judgement::{Judgement, UsableConnector};
use rekey_server::app::{AppState, to_anyhow};

/// An address or a number.
pub(super) fn parse_address(text: &str) -> Result<Address, String> {
    let email = Email::parse(text).map(|email| Address::Email(email.key().to_owned()));
    let phone = || Phone::parse(text).map(|phone| Address::Phone(phone.digits().to_owned()));
    email.or_else(phone).ok_or_else(|| "expected an address, or a number with its country code".to_owned())
}

/// Sends to each address over each connector that serves it.
pub(super) async fn send_tests(
    report: &mut Report,
    config: &Config,
    app: Option<&AppState>,
    judgement: &Judgement,
    addresses: &[Address],
) {
    if addresses.is_empty() {
        return;
    }
    let outcome = match app {
        Some(app) => send_over_all(report, app, true, judgement, addresses).await,
        None => send_before_the_first_start(report, config, judgement, addresses).await,
    };
    if let Err(error) = outcome {
        report.wrong(format!("--send-to: {error:#}"));
    }
}

async fn send_before_the_first_start(
    report: &mut Report,
    config: &Config,
    judgement: &Judgement,
    addresses: &[Address],
) -> anyhow::Result<()> {
    let folder = ScratchFolder::new();
    let app = AppState::open_scratch(config, system_environment(), &folder.0).await;
    let app = app.context("a message can't be rendered without a folder for temporary files")?;
    let outcome = send_over_all(report, &app, false, judgement, addresses).await;
    app.core.close().await;
    outcome
}

async fn send_over_all(
    report: &mut Report,
    app: &AppState,
    is_audited: bool,
    judgement: &Judgement,
    addresses: &[Address],
) -> anyhow::Result<()> {
    app.apply_settings(judgement.settings.clone());
    for address in addresses {
        let mut usable =
            judgement.connectors.iter().filter(|usable| usable.connector.handles(address)).peekable();
        if usable.peek().is_none() {
            let what = if matches!(address, Address::Email(_)) { "mail" } else { "SMS" };
            report.wrong(format!("--send-to: no connector sends {what}"));
        }
        for usable in usable {
            let is_accepted = send_over(report, app, usable, address).await;
            if is_audited {
                let caller = command_caller("rekey check --send-to");
                let by = command_actor(&caller);
                connectors::record_test(&app.core, by, &usable.spec, is_accepted).await.map_err(to_anyhow)?;
            }
        }
    }
    Ok(())
}

async fn send_over(report: &mut Report, app: &AppState, usable: &UsableConnector, to: &Address) -> bool {
    let id = &usable.spec.id;
    let sent = app.send_test_over(usable, to.clone(), "en").await;
    match &sent {
        Ok(()) => {
            let destination = usable.connector.destination();
            let by = if destination.is_empty() { usable.spec.connector_id.clone() } else { destination };
            print_line(format_args!("sent: connectors[{id}]: accepted by {by}"));
        }
        Err(error) => report.wrong(format!("connectors[{id}]: {}", error.reason())),
    }
    sent.is_ok()
}

/// A folder for temporary files, removed at the end.
struct ScratchFolder(PathBuf);

impl ScratchFolder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("rekey-check-{}", std::process::id())))
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        let folder: &Path = &self.0;
        drop(std::fs::remove_dir_all(folder));
    }
}
