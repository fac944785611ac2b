//! What is sealed, under another secret key: sealed anew in slices while the program runs, and named where no key opens it. A rotation of the
//! key loses nothing; a lost key loses what only it opened, and nothing else.

use std::collections::BTreeMap;

use crate::domain::Rekey;
use crate::model::app::AppSecret;
use crate::model::error::Result;
use crate::model::keys::Keys;
use crate::store::apps::Renewed;
use crate::store::sealed::{self, SealedIn, SealedRow};
use crate::store::{Store, apps, settings};

use super::{save, stored};

/// How many rows are written in one transaction: others wait for the one writer of SQLite meanwhile.
const SLICE: i64 = 100;
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
pub async fn renew(rekey: &Rekey) -> Result<u64> {
    if !rekey.keys.has_older() {
        return Ok(0);
    }
    let mut renewed = renew_secrets(rekey).await? + renew_captcha(rekey).await?;
    for place in SealedIn::ALL {
        let mut after = String::new();
        while let Some((last, count)) = renew_slice(rekey, place, &after).await? {
            (after, renewed) = (last, renewed + count);
        }
    }
    Ok(renewed)
}

/// The id that the slice ends with and how many were sealed anew; none at the end.
async fn renew_slice(rekey: &Rekey, place: SealedIn, after: &str) -> Result<Option<(String, u64)>> {
    let mut tx = rekey.store.read().await?;
    let rows = sealed::list_sealed(&mut tx, place, after, SLICE).await?;
    tx.rollback().await?;
    let Some(last) = rows.last().map(|row| row.id.clone()) else { return Ok(None) };
    let older: Vec<(&SealedRow, String)> =
        rows.iter().filter_map(|row| Some((row, sealed_anew(rekey, place, row)?))).collect();
    if older.is_empty() {
        return Ok(Some((last, 0)));
    }
    let (mut tx, mut count) = (rekey.store.write().await?, 0);
    for (row, text) in older {
        count += u64::from(sealed::save_sealed(&mut tx, place, row, &text).await?);
    }
    tx.commit().await?;
    Ok(Some((last, count)))
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
