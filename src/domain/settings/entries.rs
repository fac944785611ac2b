//! Tracks the entries of the bootstrap file between starts. Removing an entry from the file is meant to end
//! what it allowed, so it does. Without a file nothing is compared: a command that reads none must not end
//! anything.

use crate::domain::Core;
use crate::model::error::Result;
use crate::store::settings;
use crate::store::sql::Tx;

/// The kinds of entries that are tracked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) enum EntryKind {
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
pub(in crate::domain) async fn remember(
    tx: &mut Tx,
    rekey: &Core,
    kind: EntryKind,
    id: &str,
) -> Result<bool> {
    Ok(settings::insert_file_entry(tx, kind.name(), id, rekey.now()).await?)
}

/// Whether the file has contained this entry before.
pub(in crate::domain) async fn is_known(tx: &mut Tx, kind: EntryKind, id: &str) -> Result<bool> {
    Ok(settings::has_file_entry(tx, kind.name(), id).await?)
}

/// Records these entries and forgets the others of their kind, which are returned.
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
