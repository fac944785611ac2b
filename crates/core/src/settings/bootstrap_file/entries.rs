//! Tracks the entries of the bootstrap file between starts. Removing an entry from the file is meant to end
//! what it allowed, so it does. Without a file nothing is compared: a command that reads none must not end
//! anything.

use crate::Core;
use crate::db::sql::Tx;
use crate::settings::store;
use crate::types::error::Result;

/// The kinds of entries that are tracked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A user.
    User,
    /// An application.
    Application,
    /// An API key.
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

/// Records an entry; false when it was known.
pub(crate) async fn remember(tx: &mut Tx, core: &Core, kind: EntryKind, id: &str) -> Result<bool> {
    Ok(store::insert_file_entry(tx, kind.name(), id, core.now()).await?)
}

/// Whether the file has contained this entry before.
pub(crate) async fn is_known(tx: &mut Tx, kind: EntryKind, id: &str) -> Result<bool> {
    Ok(store::has_file_entry(tx, kind.name(), id).await?)
}

/// Records these entries and forgets the others of their kind, which are returned.
pub(crate) async fn forget_removed(
    tx: &mut Tx,
    core: &Core,
    kind: EntryKind,
    given: &[&str],
) -> Result<Vec<String>> {
    let mut known = store::list_file_entries(tx, kind.name()).await?;
    for id in given.iter().filter(|id| !known.iter().any(|known| known == *id)) {
        remember(tx, core, kind, id).await?;
    }
    known.retain(|id| !given.contains(&id.as_str()));
    for id in &known {
        store::delete_file_entry(tx, kind.name(), id).await?;
    }
    Ok(known)
}
