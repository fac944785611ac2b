//! What is sealed, under another secret key: sealed anew in slices while the program runs, and named where no key opens it. A rotation of the
//! key loses nothing; a lost key loses what only it opened, and nothing else.

use std::collections::BTreeMap;

use crate::domain::Rekey;
use crate::model::app::AppSecret;
use crate::model::error::Result;
use crate::model::keys::Keys;
use crate::model::time::Timestamp;
use crate::store::apps::Renewed;
use crate::store::sealed::{self, SealedIn, SealedRow};
use crate::store::{Store, apps, settings};

use super::{save, stored};

/// How many rows are written in one transaction: others wait for the one writer of SQLite meanwhile.
const SLICE: i64 = 100;
/// How long after a pass that found nothing everything is read again, in seconds: an hour.
const AGAIN_AFTER: i64 = 3600;
/// The place that the captcha's sealed secret belongs to.
pub const CAPTCHA: &str = "captcha";

/// Digests that are to be kept in the place of those that an older key made, by the application and the name of the secret.
pub type Renewals = BTreeMap<(String, String), Renewed>;

/// The place that a sealed text belongs to.
fn context(place: SealedIn, id: &str) -> String {
    let kind = match place {
        SealedIn::Connectors => "connector",
        SealedIn::Hooks => "hook",
        SealedIn::SigningKeys => "signing-key",
        SealedIn::Outbox => "outbox",
        SealedIn::Replies => "reply",
    };
    format!("{kind}:{id}")
}

/// Seals anew whatever an older key sealed, and keeps the digests of client secrets that were proved since; tells how many there were.
///
/// Rows are read until a pass finds none under an older key. This process seals with the newest key only, so after that such a row can come but
/// from an instance that does not know the newest key yet. Hooks, connectors and signing keys of its are changes of the settings, which are
/// counted: the next pass comes with the next count. Messages that wait and answers of the SDK are not counted, and end by themselves: a pass an
/// hour is enough for what outlives that. Whoever takes an older key out asks `rekey check` before, which always reads everything.
pub async fn renew(rekey: &Rekey) -> Result<u64> {
    if !rekey.keys.has_older() {
        return Ok(0);
    }
    let renewed = renew_secrets(rekey).await? + renew_captcha(rekey).await?;
    let pass = Pass { revision: rekey.live().revision, at: rekey.now() };
    if rekey.clean_pass().is_some_and(|clean| !pass.is_due_after(clean)) {
        return Ok(renewed);
    }
    let rows = renew_rows(rekey).await?;
    if rows.older == 0 {
        rekey.keep_clean_pass(pass);
    }
    Ok(renewed + rows.renewed)
}

/// A look at everything that is sealed: of which revision of the settings, and when.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    revision: i64,
    at: Timestamp,
}

impl Pass {
    /// Whether something sealed by an older key may have come since a pass that found nothing.
    fn is_due_after(self, clean: Self) -> bool {
        self.revision != clean.revision || self.at >= clean.at.plus(AGAIN_AFTER)
    }
}

/// How many rows an older key sealed, and how many of them were sealed anew; a row that somebody changed meanwhile was not.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    older: u64,
    renewed: u64,
}

async fn renew_rows(rekey: &Rekey) -> Result<Counts> {
    let mut all = Counts::default();
    for place in SealedIn::ALL {
        let mut after = String::new();
        while let Some((last, counts)) = renew_slice(rekey, place, &after).await? {
            after = last;
            all = Counts { older: all.older + counts.older, renewed: all.renewed + counts.renewed };
        }
    }
    Ok(all)
}

/// The id that the slice ends with and what was in it; none at the end.
async fn renew_slice(rekey: &Rekey, place: SealedIn, after: &str) -> Result<Option<(String, Counts)>> {
    let mut tx = rekey.store.read().await?;
    let rows = sealed::list_sealed(&mut tx, place, after, SLICE).await?;
    tx.rollback().await?;
    let Some(last) = rows.last().map(|row| row.id.clone()) else { return Ok(None) };
    let older: Vec<(&SealedRow, String)> =
        rows.iter().filter_map(|row| Some((row, sealed_anew(rekey, place, row)?))).collect();
    let mut counts = Counts { older: older.len() as u64, renewed: 0 };
    if older.is_empty() {
        return Ok(Some((last, counts)));
    }
    let mut tx = rekey.store.write().await?;
    for (row, text) in older {
        counts.renewed += u64::from(sealed::save_sealed(&mut tx, place, row, &text).await?);
    }
    tx.commit().await?;
    Ok(Some((last, counts)))
}

fn sealed_anew(rekey: &Rekey, place: SealedIn, row: &SealedRow) -> Option<String> {
    let context = context(place, &row.id);
    let opened = rekey.keys.unseal(&row.sealed, &context).ok().filter(|opened| opened.is_older)?;
    Some(rekey.keys.seal(&opened.plain, &context, rekey.chance()))
}

async fn renew_captcha(rekey: &Rekey) -> Result<u64> {
    let is_older = |kept: &str| rekey.keys.unseal(kept, CAPTCHA).ok().filter(|opened| opened.is_older);
    let kept = rekey.live().settings.captcha.secret.clone();
    if kept.is_none_or(|kept| is_older(&kept.0).is_none()) {
        return Ok(0);
    }
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let (mut found, managed) = stored(&mut tx).await?;
    if let Some(kept) = &mut found.captcha.secret
        && let Some(opened) = is_older(&kept.0)
    {
        kept.0 = rekey.keys.seal(&opened.plain, CAPTCHA, rekey.chance());
        save(&mut tx, &found, &managed, rekey.now()).await?;
        tx.commit().await?;
        return Ok(1);
    }
    tx.rollback().await?;
    Ok(0)
}

/// A digest can only be made anew by whoever knows the secret, so it waits for the application to prove itself.
async fn renew_secrets(rekey: &Rekey) -> Result<u64> {
    let proved = rekey.take_renewals();
    if proved.is_empty() {
        return Ok(0);
    }
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let mut count = 0;
    for ((app_id, name), digests) in proved {
        let is_renewed = apps::renew_secret(&mut tx, &app_id, &name, &digests, rekey.keys.id()).await?;
        count += u64::from(is_renewed);
    }
    tx.commit().await?;
    Ok(count)
}

/// What depends on a key that is not the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// What no key opens and does not work for that, as `connectors[id]`.
    pub lost: Vec<String>,
    /// What no key opens and nobody can mend: it is replaced, or ends by itself.
    pub ended: Vec<String>,
    /// What an older key opens: it has to stay in the list.
    pub older: Vec<String>,
}

/// Looks at everything that is sealed, and at the digests of client secrets, without changing anything.
pub async fn standing(store: &Store, keys: &Keys) -> Result<Standing> {
    let mut tx = store.read().await?;
    let mut found = Standing::default();
    for place in SealedIn::ALL {
        let mut after = String::new();
        loop {
            let rows = sealed::list_sealed(&mut tx, place, &after, SLICE).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            for row in &rows {
                let is_opened =
                    found.note(keys, &named(place, &row.id), &row.sealed, &context(place, &row.id));
                match is_opened {
                    true => {}
                    false if place.is_set_by_operators() => found.lost.push(named(place, &row.id)),
                    false => found.ended.push(named(place, &row.id)),
                }
            }
        }
    }
    if let Some(kept) = stored(&mut tx).await?.0.captcha.secret {
        let name = "settings.captcha.secret";
        if !found.note(keys, name, &kept.0, CAPTCHA) {
            found.lost.push(name.to_owned());
        }
    }
    let secrets = apps::list_secrets(&mut tx).await?;
    let depends = |secret: &&AppSecret| keys.has_older() && secret.key_id.as_deref() != Some(keys.id());
    let named = |secret: &AppSecret| format!("applications[{}].secret \"{}\"", secret.app_id, secret.name);
    found.older.extend(secrets.iter().filter(depends).map(named));
    Ok(found)
}

impl Standing {
    /// Notes what an older key opens; tells whether any does.
    fn note(&mut self, keys: &Keys, name: &str, sealed: &str, context: &str) -> bool {
        let Ok(opened) = keys.unseal(sealed, context) else { return false };
        self.older.extend(opened.is_older.then(|| name.to_owned()));
        true
    }
}

fn named(place: SealedIn, id: &str) -> String {
    let list = match place {
        SealedIn::Connectors => "connectors",
        SealedIn::Hooks => "hooks",
        SealedIn::SigningKeys => "signing keys",
        SealedIn::Outbox => "messages that wait",
        SealedIn::Replies => "answers of the SDK",
    };
    format!("{list}[{id}]")
}
