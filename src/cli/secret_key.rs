//! `secret-key …`: the key from which every other key is derived. Rotating puts a new one before the existing
//! ones; the running server re-encrypts what the older ones sealed.

use clap::Subcommand;

use crate::cli::{eprint_line, print_line};
use crate::config::{Config, RotationResult};
use rekey_core::types::secret::SystemRng;

/// What can be done with it.
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
}

pub(super) fn run(config: &Config, command: &SecretKeyCommand) -> anyhow::Result<()> {
    match command {
        SecretKeyCommand::Rotate => rotate(config),
    }
}

fn rotate(config: &Config) -> anyhow::Result<()> {
    match config.rotate_secret_key(&SystemRng)? {
        RotationResult::Written(file) => {
            print_line(format_args!("{} has a new key at its head.", file.display()));
            eprint_line(
                "Next: restart the server. It opens with every key and seals with the new one, and seals anew what older keys sealed.",
            );
        }
        RotationResult::ToSet(list) => {
            print_line(format_args!("{}", *list));
            eprint_line("Next: set this list as secret_key (REKEY_SECRET_KEY) and restart.");
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
