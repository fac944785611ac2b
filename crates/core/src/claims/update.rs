//! How operators change the claims that are added to tokens: each kind of token separately, all or nothing,
//! and validated first.

use serde_json::{Map, Value, json};

use crate::Core;
use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::audit::{self, changes};
use crate::claims::engine;
use crate::settings;
use crate::settings::claims::{JwtCustomizer, MAX_EXPRESSION_LEN, TokenClaims, TokenKind};
use crate::types::error::parse_error::strict_json;
use crate::types::error::{Refusal, Result};

/// Replaces the claims of this kind of token; returns whether none were set before.
pub async fn replace(core: &Core, by: Actor<'_>, kind: TokenKind, claims: TokenClaims) -> Result<bool> {
    validate(&claims)?;
    apply_change(core, by, |all| Ok(all.claims_for_mut(kind).replace(claims).is_none())).await
}

/// Changes the claims of this kind of token: each named field is replaced as a whole, and null resets it to
/// its default.
pub async fn patch(
    core: &Core,
    by: Actor<'_>,
    kind: TokenKind,
    patch: Map<String, Value>,
) -> Result<TokenClaims> {
    apply_change(core, by, |all| {
        let before = all.claims_for(kind).ok_or(Refusal::NotFound)?;
        let mut whole = serde_json::to_value(before).map_err(anyhow::Error::from)?;
        let usual = serde_json::to_value(TokenClaims::default()).map_err(anyhow::Error::from)?;
        if let Value::Object(fields) = &mut whole {
            // An unknown name stays null and is refused below.
            for (name, value) in patch {
                let value =
                    if value.is_null() { usual.get(&name).cloned().unwrap_or_default() } else { value };
                fields.insert(name, value);
            }
        }
        let patched: TokenClaims =
            strict_json::read(whole).map_err(|problem| Refusal::SettingsInvalid(vec![problem]))?;
        validate(&patched)?;
        Ok(all.claims_for_mut(kind).insert(patched).clone())
    })
    .await
}

/// Removes all claims of this kind of token.
pub async fn delete(core: &Core, by: Actor<'_>, kind: TokenKind) -> Result<()> {
    apply_change(core, by, |all| all.claims_for_mut(kind).take().map(|_| ()).ok_or(Refusal::NotFound.into()))
        .await
}

/// Refuses invalid claims, with a line for each problem.
pub(super) fn validate(claims: &TokenClaims) -> Result<()> {
    let problems = validation_errors_of(claims);
    if problems.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

async fn apply_change<T>(
    core: &Core,
    by: Actor<'_>,
    change: impl FnOnce(&mut JwtCustomizer) -> Result<T>,
) -> Result<T> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let (mut all, managed) = settings::load_stored(&mut tx).await?;
    let before = all.jwt_customizer.clone();
    let answer = change(&mut all.jwt_customizer)?;
    settings::save(&mut tx, &all, &managed, core.now()).await?;
    let changed = changes::diff(
        &json!({ "jwtCustomizer": before }),
        &json!({ "jwtCustomizer": all.jwt_customizer }),
        |_| false,
    );
    let event = Event::success(EventKind::SettingsChange, None).with_subject(by.key).with_details(changed);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok(answer)
}

/// What is invalid, as `jwtCustomizer.path: what was expected`.
pub fn validation_errors(settings: &JwtCustomizer) -> Vec<String> {
    let set = TokenKind::ALL.into_iter().filter_map(|kind| Some((kind, settings.claims_for(kind)?)));
    let problems = set.flat_map(|(kind, set)| {
        validation_errors_of(set)
            .into_iter()
            .map(move |problem| format!("jwtCustomizer.{}.{problem}", kind.name()))
    });
    problems.collect()
}

/// The same for one kind of token, with paths below it.
fn validation_errors_of(set: &TokenClaims) -> Vec<String> {
    set.validation_errors().into_iter().chain(uncompilable(set)).collect()
}

/// The expressions that cannot be compiled. One that is too long is not parsed.
fn uncompilable(set: &TokenClaims) -> impl Iterator<Item = String> {
    let short = set.claims.iter().filter(|(_, text)| text.len() <= 4 * MAX_EXPRESSION_LEN);
    short.filter_map(|(name, text)| {
        let reason = engine::compile(text).err()?;
        Some(format!("claims.{name}: expected an expression: {reason}"))
    })
}
