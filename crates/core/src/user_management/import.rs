//! Imports the accounts of a file in batches. What exists already is found before anything is hashed, so that an
//! interrupted import can simply be run again. Each batch is one transaction, because a commit costs more than
//! an account.

use crate::db::sql::Tx;
use crate::passwords::AcceptedPassword;
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierKind};
use crate::types::ids::UserId;
use crate::user_management::{InitialPassword, hash_initial, insert, validate_identifiers};
use crate::users::user::NewUser;
use crate::{Core, users};

/// An account of a file.
#[derive(Clone, Debug)]
pub struct ImportEntry {
    /// Its line.
    pub line: u64,
    /// The account, with an id if the file has one.
    pub new: NewUser,
    /// Its password.
    pub password: Option<InitialPassword>,
}

/// What became of an account.
#[derive(Debug)]
pub enum ImportOutcome {
    /// It was added.
    Added,
    /// It exists: the same id, or without one all of its identifiers.
    Existing,
    /// Another account has this identifier.
    TakenBy {
        /// The field of the identifier.
        field: &'static str,
        /// The account that has it.
        owner: UserId,
    },
    /// It was refused.
    Refused(Refusal),
}

/// The outcome of a line.
#[derive(Debug)]
pub struct ImportedLine {
    /// The line.
    pub line: u64,
    /// What became of it.
    pub outcome: ImportOutcome,
}

/// An entry that can be inserted.
struct HashedEntry {
    line: u64,
    new: NewUser,
    accepted: Option<AcceptedPassword>,
}

/// Adds the accounts that do not exist yet.
pub async fn add_batch(core: &Core, entries: Vec<ImportEntry>) -> Result<Vec<ImportedLine>> {
    let (entries, mut done) = select_new(core, entries).await?;
    let mut hashed = Vec::with_capacity(entries.len());
    for ImportEntry { line, new, password } in entries {
        match hash_initial(core, password).await {
            Ok(accepted) => hashed.push(HashedEntry { line, new, accepted }),
            Err(Error::Refused(refusal)) => {
                done.push(ImportedLine { line, outcome: ImportOutcome::Refused(refusal) });
            }
            Err(failed) => return Err(failed),
        }
    }
    done.extend(insert_all(core, &hashed).await?);
    done.sort_by_key(|line| line.line);
    Ok(done)
}

/// What `add_batch` would do, without writing anything; the entries that could be added are `Added`.
pub async fn check_batch(core: &Core, entries: Vec<ImportEntry>) -> Result<Vec<ImportedLine>> {
    let (entries, mut done) = select_new(core, entries).await?;
    done.extend(entries.iter().map(|entry| ImportedLine { line: entry.line, outcome: ImportOutcome::Added }));
    done.sort_by_key(|line| line.line);
    Ok(done)
}

/// The entries that may be added, and the outcome of the others.
async fn select_new(core: &Core, entries: Vec<ImportEntry>) -> Result<(Vec<ImportEntry>, Vec<ImportedLine>)> {
    let mut tx = core.store.read().await?;
    let (mut new, mut done) = (Vec::with_capacity(entries.len()), Vec::new());
    for entry in entries {
        match judge(&mut tx, &entry.new).await? {
            Some(outcome) => done.push(ImportedLine { line: entry.line, outcome }),
            None => new.push(entry),
        }
    }
    tx.commit().await?;
    Ok((new, done))
}

/// The outcome of an entry that is not added.
async fn judge(tx: &mut Tx, new: &NewUser) -> Result<Option<ImportOutcome>> {
    match validate_identifiers(new) {
        Err(Error::Refused(refusal)) => Ok(Some(ImportOutcome::Refused(refusal))),
        Err(failed) => Err(failed),
        Ok(()) => find_existing(tx, new).await,
    }
}

async fn find_existing(tx: &mut Tx, new: &NewUser) -> Result<Option<ImportOutcome>> {
    let id = new.id.clone().map(UserId);
    if let Some(id) = &id
        && users::store::by_id(tx, id).await?.is_some()
    {
        return Ok(Some(ImportOutcome::Existing));
    }
    let given = [
        ("primaryEmail", IdentifierKind::Email, &new.email),
        ("primaryPhone", IdentifierKind::Phone, &new.phone),
        ("username", IdentifierKind::Username, &new.username),
    ];
    let mut owners = Vec::new();
    for (field, kind, text) in given {
        let Some(identifier) = text.as_deref().and_then(|text| Identifier::try_parse_as(kind, text).ok())
        else {
            continue;
        };
        owners.push((field, users::store::by_identifier(tx, &identifier).await?.map(|user| user.id)));
    }
    let first = owners.first().and_then(|(_, owner)| owner.clone());
    if id.is_none() && first.is_some() && owners.iter().all(|(_, owner)| *owner == first) {
        return Ok(Some(ImportOutcome::Existing));
    }
    let taken = owners.into_iter().find_map(|(field, owner)| owner.map(|owner| (field, owner)));
    Ok(taken.map(|(field, owner)| ImportOutcome::TakenBy { field, owner }))
}

/// Inserts the batch in one transaction; if an identifier was taken meanwhile, each entry in its own.
async fn insert_all(core: &Core, entries: &[HashedEntry]) -> Result<Vec<ImportedLine>> {
    match insert_together(core, entries).await {
        Err(Error::Refused(_)) => {}
        other => return other,
    }
    let mut done = Vec::with_capacity(entries.len());
    for entry in entries {
        match insert_together(core, std::slice::from_ref(entry)).await {
            Err(Error::Refused(refusal)) => {
                done.push(ImportedLine { line: entry.line, outcome: ImportOutcome::Refused(refusal) });
            }
            other => done.extend(other?),
        }
    }
    Ok(done)
}

async fn insert_together(core: &Core, entries: &[HashedEntry]) -> Result<Vec<ImportedLine>> {
    let mut tx = core.store.write().await?;
    let mut done = Vec::with_capacity(entries.len());
    for HashedEntry { line, new, accepted } in entries {
        // Another entry of the batch may have the same identifiers.
        let outcome = match find_existing(&mut tx, new).await? {
            Some(outcome) => outcome,
            None => {
                let id = new.id.clone().map_or_else(|| UserId::generate(core.now(), core.rng()), UserId);
                insert(&mut tx, core, &id, new, accepted.as_ref()).await?;
                ImportOutcome::Added
            }
        };
        done.push(ImportedLine { line: *line, outcome });
    }
    tx.commit().await?;
    Ok(done)
}
