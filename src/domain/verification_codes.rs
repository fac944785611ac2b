//! Verification codes with which an operator's application verifies an address for its own purposes. No
//! account is needed and none is opened: the application only learns that the address is the user's. The
//! newest delivered code of an address works, once; one that is not delivered yet replaces none, and guesses
//! are counted for the code and, across codes, for the address.

use crate::model::caller::Caller;
use crate::model::code::TypedCode;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::CodeId;
use crate::model::message::{AddressedMessage, Message, VerificationCode};
use crate::model::secret::{Secret, generate_code};
use crate::store::sql::Tx;
use crate::store::verification_codes::{self, VerificationCodeRow};

use super::apps::Actor;
use super::throttle::{LimitKind, Rule, check_and_count, clear, row_id};
use super::verification::limits::admit_send;
use super::{Core, audit, notify};

/// The most attempts at one code, whatever the settings say.
const MAX_TRIES: u32 = 10;
/// The most codes that an attempt is compared with: the delivered one and two undelivered ones.
const MAX_COMPARED: usize = 3;

/// Sends a code. `IdentifierUnreachable` when no connector serves the channel, `Throttled` when the address
/// got too many messages: the caller is an API client and may know.
pub async fn send(rekey: &Core, by: Actor<'_>, to: &Identifier) -> Result<()> {
    let live = rekey.snapshot();
    let channel = to.channel().filter(|channel| live.has_connector_for(*channel));
    channel.ok_or(Refusal::IdentifierUnreachable)?;
    let (code, code_id, expires_at) =
        (generate_code(rekey.rng()), CodeId::fresh(rekey.now(), rekey.rng()), code_expires_at(rekey));
    let mut tx = rekey.store.write().await?;
    if let Some(retry_after) = admit_send(&mut tx, rekey, to).await? {
        tx.rollback().await?;
        let refused = Refusal::Throttled { retry_after };
        audit::record_refusal(rekey, by.caller, EventKind::VerificationCodeSend, &refused).await?;
        return Err(refused.into());
    }
    let row = VerificationCodeRow {
        identifier: to.to_key(),
        code_digest: rekey.keys.code_digest(code_id.as_str(), code.expose()),
        id: code_id,
        tries: 0,
        expires_at,
        delivered_at: None,
    };
    verification_codes::insert(&mut tx, &row).await?;
    let envelope = AddressedMessage {
        to: to.address(),
        locale: by.caller.locale.clone(),
        message: build_message(rekey, code),
    };
    notify::enqueue_code(&mut tx, rekey, &envelope, &row.id, expires_at).await?;
    audit_event(&mut tx, rekey, by, EventKind::VerificationCodeSend, "success").await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(())
}

fn build_message(rekey: &Core, code: Secret) -> Message {
    Message::Generic(VerificationCode {
        code,
        code_minutes: i64::from(rekey.snapshot().settings.recovery.code_ttl / 60),
        asked_at: rekey.now(),
        // The API client is not the user's browser.
        device: String::new(),
        app: None,
        app_id: String::new(),
    })
}

fn code_expires_at(rekey: &Core) -> crate::model::time::Timestamp {
    rekey.now().plus_seconds(i64::from(rekey.snapshot().settings.recovery.code_ttl))
}

/// Checks a code, and consumes it when it is right. `RequestEnded` when the address has none.
pub async fn verify(rekey: &Core, by: Actor<'_>, of: &Identifier, typed: &str) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    let guesses = row_id(rekey, LimitKind::Guesses, &format!("code:{}", of.to_key()));
    let budget = Rule::Budget(rekey.snapshot().settings.throttle.guesses_per_account);
    let outcome = match check_and_count(&mut tx, rekey, &guesses, &[budget]).await? {
        Some(retry_after) => Err(Error::Refused(Refusal::Throttled { retry_after })),
        None => count_and_compare(&mut tx, rekey, of, typed).await,
    };
    let result = match &outcome {
        Ok(()) => "success",
        Err(Error::Refused(refusal)) => refusal.code(),
        Err(Error::Failed(_)) => return outcome,
    };
    if outcome.is_ok() {
        clear(&mut tx, &guesses).await?;
    }
    audit_event(&mut tx, rekey, by, EventKind::VerificationCodeVerify, result).await?;
    tx.commit().await?;
    outcome
}

/// The attempt is counted before it is compared, in one statement that also checks how many are left.
async fn count_and_compare(tx: &mut Tx, rekey: &Core, of: &Identifier, typed: &str) -> Result<()> {
    let limit = match rekey.snapshot().settings.throttle.guesses_per_request {
        0 => MAX_TRIES,
        set => set.min(MAX_TRIES),
    };
    let (now, of) = (rekey.now(), of.to_key());
    let mut known = verification_codes::count_tries(tx, &of, i64::from(limit), now).await?;
    // The delivered one first, then the newest of the undelivered ones.
    known.sort_by(|a, b| b.delivered_at.cmp(&a.delivered_at).then_with(|| b.id.0.cmp(&a.id.0)));
    let typed = TypedCode::parse(typed);
    let right = known.iter().take(MAX_COMPARED).find(|row| is_right(rekey, typed.as_ref(), row));
    if let Some(row) = right
        && verification_codes::take(tx, &row.id).await?
    {
        return Ok(());
    }
    let tries = known.iter().map(|row| row.tries).min();
    Err(match (tries, verification_codes::newest(tx, &of).await?) {
        (Some(tries), _) => Refusal::CodeWrong { tries_left: i64::from(limit).saturating_sub(tries).max(0) },
        (None, None) => Refusal::RequestEnded,
        (None, Some(newest)) if newest.expires_at <= now => Refusal::CodeExpired,
        (None, Some(_)) => Refusal::CodeExhausted,
    }
    .into())
}

fn is_right(rekey: &Core, typed: Option<&TypedCode>, row: &VerificationCodeRow) -> bool {
    typed.is_some_and(|typed| rekey.keys.matches_code(row.id.as_str(), typed.as_str(), &row.code_digest))
}

async fn audit_event(
    tx: &mut Tx,
    rekey: &Core,
    by: Actor<'_>,
    kind: EventKind,
    result: &'static str,
) -> Result<()> {
    let caller: &Caller = by.caller;
    audit::record(tx, rekey, caller, &Event::with_result(kind, result, None).with_subject(by.key)).await
}
