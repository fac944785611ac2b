//! `signing-keys …`: the keys that sign tokens. What scripts read goes to standard output: one key a line.

use clap::Subcommand;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::app::{App, plain};
use crate::bootstrap::Bootstrap;
use crate::config::Config;
use crate::domain::oidc::keys;
use crate::model::time::Timestamp;

use super::{print, serve::world, start_log, tell};

/// What can be done with them.
#[derive(Subcommand)]
pub(super) enum SigningKeysCommand {
    /// List the published keys: id, algorithm, signs from, published until
    List,
    /// Make new keys; they sign in an hour, and the old ones are published until what they signed has expired
    Rotate {
        /// Sign with them at once and withdraw the old ones: for keys that were stolen. Signs nobody out, but apps must refresh their tokens
        #[arg(long)]
        now: bool,
    },
}

pub(super) async fn run(config: &Config, command: &SigningKeysCommand) -> anyhow::Result<()> {
    start_log(&Config { log: "warn".to_owned(), ..config.clone() });
    let app = App::build(config, world(), &Bootstrap::default()).await?;
    if let SigningKeysCommand::Rotate { now } = command {
        keys::rotate(&app.rekey, *now).await.map_err(plain)?;
        tell("Running servers use the new keys within a second of their time.");
    }
    for key in keys::list(&app.rekey).await.map_err(plain)? {
        let until = key.retires_at.map_or_else(|| "-".to_owned(), said);
        print(format_args!("{}\t{}\t{}\t{until}", key.id, key.alg, said(key.signs_from)));
    }
    app.rekey.close().await;
    Ok(())
}

fn said(at: Timestamp) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at.0 / 1000).ok();
    moment.and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
}
