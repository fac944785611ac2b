//! Re-encrypts sealed values after the secret key changes: in slices while the program runs, and reports
//! values that no key can decrypt. Rotating the key loses nothing; losing a key loses only what it alone
//! could decrypt.

use std::sync::{Mutex, PoisonError};

use crate::apps::secret_renewals;
use crate::captcha::CAPTCHA_CONTEXT;
pub use crate::maintenance::key_dependencies::{KeyDependencies, key_dependencies};
use crate::maintenance::sealed_store::{self, SealedRow, SealedTable};
use crate::settings::{load_stored, save};
use crate::types::error::Result;
use crate::types::time::Timestamp;
use crate::{Core, settings};

/// The rows written in one transaction: other writers wait for SQLite's single writer meanwhile.
pub(super) const ROWS_PER_SLICE: i64 = 100;
/// How long after a clean pass everything is read again, in seconds: an hour.
const AGAIN_AFTER: i64 = 3600;

/// Re-encrypts whatever an older key sealed, and saves the digests of client secrets that were proved since;
/// returns how many.
///
/// Rows are read until a pass finds none under an older key. This process seals with the newest key only, so
/// after that such a row can only come from an instance that does not know the newest key yet. Webhooks,
/// connectors and signing keys are settings, whose changes raise the revision: the next pass comes with the
/// next revision. Outbox messages and SDK responses do not raise it, and expire by themselves: a pass an hour
/// is enough for those that last longer. Before removing an older key, an operator runs `rekey check`, which
/// always reads everything.
#[tracing::instrument(name = "reseal_rows", skip_all)]
pub async fn reseal(core: &Core) -> Result<u64> {
    if !core.keys.has_older() {
        return Ok(0);
    }
    let renewed = secret_renewals::save(core).await? + reseal_captcha(core).await?;
    let pass = Pass { revision: core.snapshot().revision, at: core.now() };
    if core.last_clean_pass.get().is_some_and(|clean| !pass.is_due_after(clean)) {
        return Ok(renewed);
    }
    let rows = renew_rows(core).await?;
    if rows.older == 0 {
        core.last_clean_pass.set(pass);
    }
    Ok(renewed + rows.renewed)
}

/// A pass over everything that is sealed: the settings revision it saw, and its time.
#[derive(Clone, Copy, Debug)]
struct Pass {
    revision: i64,
    at: Timestamp,
}

impl Pass {
    /// Whether something sealed by an older key may have been written since a clean pass.
    fn is_due_after(self, clean: Self) -> bool {
        self.revision != clean.revision || self.at >= clean.at.plus_seconds(AGAIN_AFTER)
    }
}

/// The last pass that found nothing sealed under an older key.
#[derive(Default)]
pub(crate) struct LastCleanPass(Mutex<Option<Pass>>);

impl LastCleanPass {
    fn get(&self) -> Option<Pass> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, pass: Pass) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(pass);
    }
}

/// How many rows an older key sealed, and how many of them were re-encrypted; a row that was changed
/// meanwhile was not.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    older: u64,
    renewed: u64,
}

async fn renew_rows(core: &Core) -> Result<Counts> {
    let mut all = Counts::default();
    for place in SealedTable::ALL {
        let mut after = String::new();
        while let Some((last, counts)) = reseal_slice(core, place, &after).await? {
            after = last;
            all = Counts { older: all.older + counts.older, renewed: all.renewed + counts.renewed };
        }
    }
    Ok(all)
}

/// The last id of the slice and its counts; none at the end.
async fn reseal_slice(core: &Core, place: SealedTable, after: &str) -> Result<Option<(String, Counts)>> {
    let mut tx = core.store.read().await?;
    let rows = sealed_store::list_sealed(&mut tx, place, after, ROWS_PER_SLICE).await?;
    tx.rollback().await?;
    let Some(last) = rows.last().map(|row| row.id.clone()) else { return Ok(None) };
    let older: Vec<(&SealedRow, String)> =
        rows.iter().filter_map(|row| Some((row, reseal_row(core, place, row)?))).collect();
    let mut counts = Counts { older: older.len() as u64, renewed: 0 };
    if older.is_empty() {
        return Ok(Some((last, counts)));
    }
    let mut tx = core.store.write().await?;
    for (row, text) in older {
        counts.renewed += u64::from(sealed_store::save_sealed(&mut tx, place, row, &text).await?);
    }
    tx.commit().await?;
    Ok(Some((last, counts)))
}

fn reseal_row(core: &Core, place: SealedTable, row: &SealedRow) -> Option<String> {
    let context = place.sealing_context(&row.id);
    let opened =
        core.keys.decrypt_with_age(&row.sealed, &context).ok().filter(|opened| opened.used_older_key)?;
    Some(core.keys.seal(&opened.plaintext, &context, core.rng()))
}

async fn reseal_captcha(core: &Core) -> Result<u64> {
    let is_older = |kept: &str| {
        core.keys.decrypt_with_age(kept, CAPTCHA_CONTEXT).ok().filter(|opened| opened.used_older_key)
    };
    let kept = core.snapshot().settings.captcha.secret.clone();
    if kept.is_none_or(|kept| is_older(&kept.0).is_none()) {
        return Ok(0);
    }
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let (mut found, managed) = load_stored(&mut tx).await?;
    if let Some(kept) = &mut found.captcha.secret
        && let Some(opened) = is_older(&kept.0)
    {
        kept.0 = core.keys.seal(&opened.plaintext, CAPTCHA_CONTEXT, core.rng());
        save(&mut tx, &found, &managed, core.now()).await?;
        tx.commit().await?;
        return Ok(1);
    }
    tx.rollback().await?;
    Ok(0)
}
