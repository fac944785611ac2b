//! `secret-key …`: the key from which every other key is derived. Rotating puts a new one before those there are; what the older ones sealed is
//! sealed anew by the running server.

use clap::Subcommand;

use crate::config::{Config, Rotated};
use crate::model::secret::SystemChance;

use super::{print, tell};

/// What can be done with it.
#[derive(Subcommand)]
pub(super) enum SecretKeyCommand {
    /// Make a new key and put it before those there are, in the file, or print the list to set where the key comes from the configuration
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
    match config.rotate_secret_key(&SystemChance)? {
        Rotated::Written(file) => {
            print(format_args!("{} has a new key at its head.", file.display()));
            tell(
                "Next: restart the server. It opens with every key and seals with the new one, and seals anew what older keys sealed.",
            );
        }
        Rotated::ToSet(list) => {
            print(format_args!("{}", *list));
            tell("Next: set this list as secret_key (REKEY_SECRET_KEY) and restart.");
            tell(
                "Several machines: first set the list with the new key LAST on each of them and restart, then in this order, so that none \
                 seals what another can't open yet.",
            );
        }
    }
    tell(
        "Then: once `rekey check` names nothing that depends on an older key, take the older keys out and restart again.",
    );
    Ok(())
}
