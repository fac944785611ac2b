//! `secret-key …` and `signing-keys …`: rotating the key from which every other key is derived, and the keys
//! that sign tokens. The running server re-encrypts what an older secret key sealed.

use anyhow::bail;
use clap::Subcommand;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::cli::serve::system_environment;
use crate::cli::{eprint_line, print_line, start_log};
use rekey_adapters::config::{Config, RotationResult};
use rekey_core::maintenance::key_check;
use rekey_core::maintenance::secret_key_rotation::key_dependencies;
use rekey_core::oidc::signing_keys;
use rekey_core::types::secret::SystemRng;
use rekey_core::types::time::Timestamp;
use rekey_server::app::{AppState, to_anyhow};

/// What can be done with the secret key.
#[derive(Subcommand)]
pub(super) enum SecretKeyCommand {
    /// Make a new key and put it before those there are, in the file, or print the list to set where the key
    /// comes from the configuration
    #[command(
        after_help = "The older keys stay and open what they sealed, so nothing is lost and nobody is thrown out. The running \
        server seals everything with the new key in the background; `rekey check` names what still depends on an older \
        one. When it names nothing, take the older keys out of the list and restart."
    )]
    Rotate,
    /// Give up what only a lost key could open, and let the key of this configuration take its place
    #[command(
        after_help = "Only when the key is lost for good: without --yes, prints what can't be read any more and changes nothing. Stop every \
        instance first. New keys that sign tokens are made at the next start; connectors and webhooks have to be set up again."
    )]
    Lost {
        /// Do it
        #[arg(long)]
        yes: bool,
    },
}

/// Runs `secret-key …`.
pub(super) async fn change_secret_key(config: &Config, command: &SecretKeyCommand) -> anyhow::Result<()> {
    match command {
        SecretKeyCommand::Rotate => rotate_secret_key(config),
        SecretKeyCommand::Lost { yes } => give_up_lost_key(config, *yes).await,
    }
}

async fn give_up_lost_key(config: &Config, is_confirmed: bool) -> anyhow::Result<()> {
    let app = AppState::open_with_any_key(config, system_environment()).await?;
    let found = key_dependencies(&app.core).await.map_err(to_anyhow)?;
    for name in found.lost.iter().chain(&found.ended) {
        print_line(format_args!("{name}: no secret key opens it"));
    }
    if !is_confirmed {
        bail!("nothing was changed; to give these up, repeat with --yes");
    }
    key_check::replace(&app.core).await?;
    app.core.close().await;
    eprint_line("Next: start the server with this key, and set up again what `rekey check` names.");
    Ok(())
}

fn rotate_secret_key(config: &Config) -> anyhow::Result<()> {
    match config.rotate_secret_key(&SystemRng)? {
        RotationResult::Written(file) => {
            print_line(format_args!("{} has a new key at its head.", file.display()));
            eprint_line(
                "Next: restart the server. It opens with every key and seals with the new one, and seals anew what older keys sealed.",
            );
        }
        RotationResult::ToSet(list) => {
            print_line(format_args!("{}", *list));
            eprint_line(match config.secret_key_file() {
                Some(file) => format!(
                    "Next: write this list into {} (REKEY_SECRET_KEY_FILE) and restart.",
                    file.display()
                ),
                None => "Next: set this list as secret_key (REKEY_SECRET_KEY) and restart.".to_owned(),
            });
            eprint_line(
                "Several machines: first set the list with the new key LAST on each of them and restart, then in this order, so that none \
                 seals what another can't open yet.",
            );
        }
    }
    eprint_line(
        "Then: once `rekey check` names nothing that depends on an older key, take the older keys out and restart again.",
    );
    Ok(())
}

/// What can be done with the keys that sign tokens.
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

/// Runs `signing-keys …`.
pub(super) async fn change_signing_keys(config: &Config, command: &SigningKeysCommand) -> anyhow::Result<()> {
    start_log(&Config { log: "warn".to_owned(), ..config.clone() });
    let app = AppState::open(config, system_environment()).await?;
    // A server makes it in the background; here nothing else would.
    signing_keys::ensure_slow(&app.core).await.map_err(to_anyhow)?;
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
