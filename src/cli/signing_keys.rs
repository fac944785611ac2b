//! `signing-keys …`: the keys that sign tokens. Output for scripts goes to standard output, one key a line.

use clap::Subcommand;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::app::{AppState, to_anyhow};
use crate::bootstrap::Bootstrap;
use crate::cli::serve::system_environment;
use crate::cli::{eprint_line, print_line, start_log};
use crate::config::Config;
use rekey_core::oidc::signing_keys;
use rekey_core::types::time::Timestamp;

/// What can be done with them.
#[derive(Subcommand)]
pub(super) enum SigningKeysCommand {
    /// List the published keys: id, algorithm, signs from, published until
    List,
    /// Make new keys; they sign in an hour, and the old ones are published until what they signed has expired
    Rotate {
        /// Sign with them at once and withdraw the old ones: for keys that were stolen. Signs nobody out, but
        /// apps must refresh their tokens
        #[arg(long)]
        now: bool,
    },
}

pub(super) async fn run(config: &Config, command: &SigningKeysCommand) -> anyhow::Result<()> {
    start_log(&Config { log: "warn".to_owned(), ..config.clone() });
    let app = AppState::build(config, system_environment(), &Bootstrap::default()).await?;
    if let SigningKeysCommand::Rotate { now } = command {
        signing_keys::rotate(&app.core, *now).await.map_err(to_anyhow)?;
        eprint_line("Running servers use the new keys within a second of their time.");
    }
    for key in signing_keys::list(&app.core).await.map_err(to_anyhow)? {
        let until = key.retires_at.map_or_else(|| "-".to_owned(), format_timestamp);
        print_line(format_args!("{}\t{}\t{}\t{until}", key.id, key.alg, format_timestamp(key.signs_from)));
    }
    app.core.close().await;
    Ok(())
}

fn format_timestamp(at: Timestamp) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at.0 / 1000).ok();
    moment.and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
}
