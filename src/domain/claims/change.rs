//! How operators change the claims that are added to tokens: each kind of token by itself, all of it or nothing.

use serde_json::{Map, Value, json};

use crate::model::complaint::strict;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::settings::claims::{JwtCustomizer, TokenClaims, TokenKind};
use crate::store::settings as kept;

use super::super::apps::Author;
use super::super::audit::changes;
use super::super::{Rekey, audit, settings};
use super::problems_of;

/// Puts these claims in the place of what was set for this kind of token; tells whether nothing was.
pub async fn put(rekey: &Rekey, by: Author<'_>, kind: TokenKind, claims: TokenClaims) -> Result<bool> {
    sound(&claims)?;
    change(rekey, by, |all| Ok(all.of_mut(kind).replace(claims).is_none())).await
}

/// Changes what is set for this kind of token: each field that is named is replaced as a whole, null is back at its default.
pub async fn patch(
    rekey: &Rekey,
    by: Author<'_>,
    kind: TokenKind,
    patch: Map<String, Value>,
) -> Result<TokenClaims> {
    change(rekey, by, |all| {
        let before = all.of(kind).ok_or(Refusal::NotFound)?;
        let mut whole = serde_json::to_value(before).map_err(anyhow::Error::from)?;
        let usual = serde_json::to_value(TokenClaims::default()).map_err(anyhow::Error::from)?;
        if let Value::Object(fields) = &mut whole {
            // A name that nobody knows stays null, and is refused below.
            for (name, value) in patch {
                let value =
                    if value.is_null() { usual.get(&name).cloned().unwrap_or_default() } else { value };
                fields.insert(name, value);
            }
        }
        let patched: TokenClaims =
            strict::read(whole).map_err(|problem| Refusal::SettingsInvalid(vec![problem]))?;
        sound(&patched)?;
        Ok(all.of_mut(kind).insert(patched).clone())
    })
    .await
}

/// Adds nothing to this kind of token any more.
pub async fn remove(rekey: &Rekey, by: Author<'_>, kind: TokenKind) -> Result<()> {
    change(rekey, by, |all| all.of_mut(kind).take().map(|_| ()).ok_or(Refusal::NotFound.into())).await
}

/// Refuses what could not be added, with a line for each problem.
pub(super) fn sound(claims: &TokenClaims) -> Result<()> {
    let problems = problems_of(claims);
    if problems.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

async fn change<T>(
    rekey: &Rekey,
    by: Author<'_>,
    change: impl FnOnce(&mut JwtCustomizer) -> Result<T>,
) -> Result<T> {
    let mut tx = rekey.store.write().await?;
    kept::lock(&mut tx).await?;
    let (mut all, managed) = settings::stored(&mut tx).await?;
    let before = all.jwt_customizer.clone();
    let answer = change(&mut all.jwt_customizer)?;
    settings::save(&mut tx, &all, &managed, rekey.now()).await?;
    let changed = changes::between(
        &json!({ "jwtCustomizer": before }),
        &json!({ "jwtCustomizer": all.jwt_customizer }),
        |_| false,
    );
    let event = Event::success(EventKind::SettingsChange, None).about(by.key).with(changed);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    tx.commit().await?;
    Ok(answer)
}
