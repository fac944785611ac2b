//! What the store keeps about the bootstrap file: which entries it has named, and that it is the author of
//! its changes. Reading the file is up to `bootstrap`, applying it to `app`.

use crate::Core;
use crate::audit::actor::Actor;
use crate::audit::{Change, record_change};
use crate::db::sql::Tx;
use crate::settings::store;
use crate::types::error::Result;

/// The bootstrap file as the author of changes at startup, for the audit log. The very first start only
/// sets up an empty installation, which is not audited; after that every change by the file is an entry.
#[derive(Clone, Copy)]
pub struct FileAuthor<'a> {
    /// Its name in the audit log.
    pub by: Actor<'a>,
    /// Whether nothing was ever set up here before.
    pub is_first_start: bool,
}

impl FileAuthor<'_> {
    /// Audits what the file changed, unless it changed nothing.
    pub(crate) async fn record(self, tx: &mut Tx, core: &Core, change: Change<'_>) -> Result<()> {
        if self.is_first_start || change.is_none() {
            return Ok(());
        }
        record_change(tx, core, self.by, change).await
    }
}

/// Whether nothing was ever set up here: every change of settings, connectors, applications and signing keys
/// is counted.
pub async fn is_empty_installation(core: &Core) -> Result<bool> {
    Ok(store::revision(&mut core.store.read().await?).await? == 0)
}

/// The kinds of entries that are tracked between starts: removing one from the file ends what it allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A user.
    User,
    /// An application.
    Application,
    /// An API key.
    ApiKey,
    /// A webhook.
    Webhook,
    /// A message template.
    MailTemplate,
}

impl EntryKind {
    const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Application => "application",
            Self::ApiKey => "api_key",
            Self::Webhook => "hook",
            Self::MailTemplate => "mail_template",
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

/// Records these entries and forgets the others of their kind, which are returned. A start without a file
/// must not call it: it would end everything that the file allowed.
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
