//! Entries of the bootstrap file: what has left it since the last start. Whoever keeps the file takes an
//! entry out of it to end what it opened, so it ends. Without a file nothing is compared: a command that
//! reads none must not end anything.

use crate::domain::Core;
use crate::model::error::Result;
use crate::store::settings;
use crate::store::sql::Tx;

/// The kinds of entries that are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) enum EntryKind {
    /// A person.
    User,
    /// An application.
    Application,
    /// A key.
    ApiKey,
}

impl EntryKind {
    const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Application => "application",
            Self::ApiKey => "api_key",
        }
    }
}

/// Remembers an entry; false when it was known.
pub(in crate::domain) async fn remember(
    tx: &mut Tx,
    rekey: &Core,
    kind: EntryKind,
    id: &str,
) -> Result<bool> {
    Ok(settings::insert_file_entry(tx, kind.name(), id, rekey.now()).await?)
}

/// Whether the file has said this entry before.
pub(in crate::domain) async fn is_known(tx: &mut Tx, kind: EntryKind, id: &str) -> Result<bool> {
    Ok(settings::has_file_entry(tx, kind.name(), id).await?)
}

/// Remembers these entries and forgets the others of their kind, which are the answer.
pub(in crate::domain) async fn forget_removed(
    tx: &mut Tx,
    rekey: &Core,
    kind: EntryKind,
    given: &[&str],
) -> Result<Vec<String>> {
    let mut known = settings::list_file_entries(tx, kind.name()).await?;
    for id in given.iter().filter(|id| !known.iter().any(|known| known == *id)) {
        remember(tx, rekey, kind, id).await?;
    }
    known.retain(|id| !given.contains(&id.as_str()));
    for id in &known {
        settings::delete_file_entry(tx, kind.name(), id).await?;
    }
    Ok(known)
}
