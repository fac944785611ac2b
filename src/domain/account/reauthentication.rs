//! Reauthentication: proving again that one is the user of the token, or that a new address is one's own. A
//! correct proof is a record valid for ten minutes; wrong attempts count like failed sign-ins and like
//! guessed recovery codes, so that this is no second way to guess. A code goes to any new address, taken or
//! not; that it is taken is only reported when it would be set, to somebody who can read its mail.

use super::authorization::Principal;
use super::password::verify_current_password;
use crate::domain::recovery::guesses::count_guess;
use crate::domain::recovery::limits::limit_by_recipient;
use crate::domain::sign_in::lockout::{self, AttemptKind, LockoutDecision, Subject};
use crate::domain::throttle::{LimitKind, Rule, check_and_count, clear, clear_failures, row_id};
use crate::domain::webhooks::EventContext;
use crate::domain::{Core, audit, notify};
use crate::model::caller::Caller;
use crate::model::code::TypedCode;
use crate::model::error::{AccountApiError, ConnectorFault, Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::generate;
use crate::model::message::{Address, AddressedMessage, BlockedCredential, Message, VerificationCode};
use crate::model::secret::{Secret, generate_code};
use crate::model::time::Timestamp;
use crate::model::user::{VerificationPurpose, VerificationRecord};
use crate::store::sql::Tx;
use crate::store::verification_records::{self, RecordKey};

/// How long a record is valid, in seconds.
const TTL_SECONDS: i64 = 600;
/// The most codes that one record accepts, whatever the settings say.
const MAX_TRIES: i64 = 10;

/// A request for a code.
#[derive(Clone, Debug)]
pub struct CodeRequest {
    /// The address to send it to.
    pub identifier: Identifier,
    /// Whether the caller asked for it as a proof of identity; without that, it is one if the address is the
    /// user's own.
    pub for_permission: bool,
}

/// Reauthenticates the user by their password.
#[tracing::instrument(skip_all)]
pub async fn reauthenticate_by_password(
    rekey: &Core,
    caller: &Caller,
    who: &Principal,
    typed: &Secret,
) -> Result<VerificationRecord> {
    let user = &who.user;
    if let Err(error) = verify_current_password(rekey, caller, user, user.usable_digest(), Some(typed)).await
    {
        return audit_refusal(rekey, caller, who, error).await;
    }
    let record = VerificationRecord {
        password_changed_at: Some(user.password_changed_at_or_epoch()),
        verified_at: Some(rekey.now()),
        ..new_record(rekey, who, VerificationPurpose::Permission)
    };
    let mut tx = rekey.store.write().await?;
    // The password is proof of identity, so the count of wrong codes in a row is reset.
    clear_failures(&mut tx, &row_id(rekey, LimitKind::Guesses, user.id.as_str())).await?;
    verification_records::insert(&mut tx, &record).await?;
    audit::record(&mut tx, rekey, caller, &audit_event("success", &record)).await?;
    tx.commit().await?;
    Ok(record)
}

fn new_record(rekey: &Core, who: &Principal, purpose: VerificationPurpose) -> VerificationRecord {
    let now = rekey.now();
    let code_ttl = i64::from(rekey.snapshot().settings.recovery.code_ttl);
    VerificationRecord {
        id: generate(now, rekey.rng(), 21),
        user_id: who.user.id.clone(),
        purpose,
        identifier: None,
        code_digest: None,
        code_expires_at: now.plus_seconds(code_ttl.min(TTL_SECONDS)),
        tries: 0,
        password_changed_at: None,
        created_at: now,
        expires_at: now.plus_seconds(TTL_SECONDS),
        verified_at: None,
        used_at: None,
    }
}

fn audit_event(result: &'static str, record: &VerificationRecord) -> Event {
    Event::with_result(EventKind::Verification, result, Some(record.user_id.clone())).with_subject(&record.id)
}

/// Audits a refusal whose transaction wrote nothing.
async fn audit_refusal<T>(rekey: &Core, caller: &Caller, who: &Principal, error: Error) -> Result<T> {
    let refused = |code| Event::refused(EventKind::Verification, code, Some(who.user.id.clone()));
    audit::record_if_refused(rekey, caller, Err(error), refused).await
}

/// Whether this address belongs to the user.
fn is_own(who: &Principal, identifier: &Identifier) -> bool {
    who.user.identifiers().contains(identifier)
}

/// The record of this purpose that still waits for the code of this address.
async fn find_pending(
    tx: &mut Tx,
    rekey: &Core,
    who: &Principal,
    identifier_key: &str,
    purpose: VerificationPurpose,
) -> Result<Option<VerificationRecord>> {
    let user = &who.user.id;
    let now = rekey.now();
    Ok(verification_records::newest_pending(tx, user, identifier_key, purpose.name(), now).await?)
}

/// Sends a code. A user who asks too often is throttled openly; an address that received too many messages
/// silently gets none, and the response is the record that still waits for its code.
#[tracing::instrument(name = "send_account_code", skip_all)]
pub async fn send_code(
    rekey: &Core,
    caller: &Caller,
    who: &Principal,
    asked: &CodeRequest,
) -> Result<VerificationRecord> {
    let connects =
        asked.identifier.channel().is_some_and(|channel| rekey.snapshot().has_connector_for(channel));
    if !connects {
        return Err(Refusal::Connector(ConnectorFault::Missing).into());
    }
    let is_own = is_own(who, &asked.identifier);
    let tagged = asked.identifier.to_key();
    let purpose = if asked.for_permission || is_own {
        VerificationPurpose::Permission
    } else {
        VerificationPurpose::NewAddress
    };
    let mut tx = rekey.store.write().await?;
    let limit = rekey.snapshot().settings.throttle.requests_per_ip;
    let row = row_id(rekey, LimitKind::RecoveryRequests, who.user.id.as_str());
    if let Some(retry_after) = check_and_count(&mut tx, rekey, &row, &[Rule::Window(limit)]).await? {
        tx.rollback().await?;
        return audit_refusal(rekey, caller, who, Refusal::Throttled { retry_after }.into()).await;
    }
    let is_over = limit_by_recipient(&mut tx, rekey, EventContext::from(caller), &asked.identifier).await?;
    if is_over && let Some(pending) = find_pending(&mut tx, rekey, who, &tagged, purpose).await? {
        tx.commit().await?;
        return Ok(pending);
    }
    // Filling the limit with other messages to the user's address must not lock them out of their own
    // account.
    let silenced = is_over && !is_own;
    let code = generate_code(rekey.rng());
    let mut record = VerificationRecord { identifier: Some(tagged), ..new_record(rekey, who, purpose) };
    record.code_digest = Some(rekey.keys.code_digest(&record.id, code.expose()));
    verification_records::insert(&mut tx, &record).await?;
    if !silenced {
        // The canonical spelling is what is proved, so the code goes there: the address as typed may be
        // another person's mailbox.
        let to = asked.identifier.address();
        enqueue_code(&mut tx, rekey, caller, Outgoing { to, code }, &record).await?;
    }
    audit::record(&mut tx, rekey, caller, &audit_event("sent", &record)).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(record)
}

/// A code and its destination.
struct Outgoing {
    /// None for an identifier that is no address.
    to: Option<Address>,
    code: Secret,
}

async fn enqueue_code(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    outgoing: Outgoing,
    record: &VerificationRecord,
) -> Result<()> {
    let Outgoing { to, code } = outgoing;
    let live = rekey.snapshot();
    let code = VerificationCode {
        code,
        code_minutes: record.code_expires_at.seconds_after(record.created_at) / 60,
        asked_at: record.created_at,
        device: caller.device(),
        app: caller.app_id.as_deref().and_then(|app| live.app(app)).map(|app| app.name.clone()),
        app_id: caller.app_id.clone().unwrap_or_default(),
    };
    let message = match record.purpose {
        VerificationPurpose::Permission => Message::Permission(code),
        VerificationPurpose::NewAddress => Message::NewAddress(code),
    };
    let envelope = AddressedMessage { to, locale: caller.locale.clone(), message };
    notify::enqueue(tx, rekey, caller, &envelope, record.code_expires_at).await.map(|_| ())
}

/// A code that somebody typed.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The address that it should prove.
    pub identifier: &'a Identifier,
    /// The id of the record that it is for.
    pub record: &'a str,
    /// The code.
    pub code: &'a str,
}

/// Checks a code for a record of this user and this address.
#[tracing::instrument(name = "verify_account_code", skip_all)]
pub async fn verify_code(rekey: &Core, caller: &Caller, who: &Principal, attempt: Attempt<'_>) -> Result<()> {
    let Attempt { identifier, record, code } = attempt;
    let mut tx = rekey.store.write().await?;
    let counted = match count_attempt(&mut tx, rekey, who, identifier, record).await {
        Ok(counted) => counted,
        Err(refused) => {
            tx.rollback().await?;
            return audit_refusal(rekey, caller, who, refused).await;
        }
    };
    let record = &counted.record;
    let is_right = TypedCode::parse(code).is_some_and(|typed| {
        let known = record.code_digest.as_deref();
        known.is_some_and(|known| rekey.keys.matches_code(&record.id, typed.as_str(), known))
    });
    let refusal = if is_right && verification_records::mark_verified(&mut tx, &record.id, rekey.now()).await?
    {
        None
    } else {
        Some(refuse_code(&mut tx, rekey, caller, &counted).await?)
    };
    if refusal.is_none() && is_own(who, identifier) {
        // Only a proof of identity clears the counter of the account: a code sent to a thief's own mailbox
        // must not buy another round of guesses.
        clear(&mut tx, &row_id(rekey, LimitKind::Guesses, who.user.id.as_str())).await?;
        lockout::reset(&mut tx, rekey, who.user.id.as_str()).await?;
    }
    let result = refusal.as_ref().map_or("success", Refusal::code);
    audit::record(&mut tx, rekey, caller, &audit_event(result, record)).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
}

/// What a wrong code is answered; the guess that blocks the account's codes notifies its owner.
async fn refuse_code(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    counted: &CountedAttempt,
) -> Result<Refusal> {
    let usual = refuse_wrong_code(tx, rekey, caller, &counted.record, counted.turn).await?;
    if !counted.blocks {
        return Ok(usual);
    }
    let owner = Some(&counted.record.user_id);
    notify::enqueue_block_notice(tx, rekey, caller, owner, BlockedCredential::Codes).await?;
    Ok(Refusal::CodesBlocked)
}

/// An attempt that was counted.
struct CountedAttempt {
    record: VerificationRecord,
    turn: LockoutDecision,
    /// Whether it blocks the account's codes if it is wrong.
    blocks: bool,
}

/// Counts an attempt against the account or the new address, and against the record, or refuses it.
async fn count_attempt(
    tx: &mut Tx,
    rekey: &Core,
    who: &Principal,
    identifier: &Identifier,
    record: &str,
) -> Result<CountedAttempt> {
    let now = rekey.now();
    let user = &who.user.id;
    let tagged = identifier.to_key();
    let found = verification_records::by_id(tx, user, record, now)
        .await?
        .ok_or(AccountApiError::VerificationInvalid)?;
    if found.identifier.as_deref() != Some(tagged.as_str()) {
        return Err(match identifier {
            Identifier::Phone(_) => AccountApiError::OtherPhone.into(),
            Identifier::Email(_) | Identifier::Username(_) => AccountApiError::OtherEmail.into(),
        });
    }
    let is_own = is_own(who, identifier);
    let subject = if is_own { user.as_str() } else { &tagged };
    let blocks = count_guess(tx, rekey, subject, is_own).await?;
    let turn = if is_own {
        lockout::count_attempt(tx, rekey, subject, AttemptKind::Code).await?
    } else {
        LockoutDecision::Allowed
    };
    if let LockoutDecision::Locked(retry_after) = turn {
        return Err(Refusal::RecoveryDelayed { retry_after }.into());
    }
    let most = max_tries(rekey);
    let key = RecordKey { id: record, identifier: &tagged };
    let counted = verification_records::count_try(tx, user, key, most, now).await?;
    let record = counted.ok_or_else(|| unusable_record_error(&found, most, now))?;
    Ok(CountedAttempt { record, turn, blocks })
}

fn max_tries(rekey: &Core) -> i64 {
    match i64::from(rekey.snapshot().settings.throttle.guesses_per_request) {
        0 => MAX_TRIES,
        limit => limit.min(MAX_TRIES),
    }
}

/// Why a record does not accept a code.
fn unusable_record_error(found: &VerificationRecord, most: i64, now: Timestamp) -> Error {
    match found {
        _ if found.verified_at.is_some() => AccountApiError::VerificationInvalid.into(),
        _ if found.code_expires_at <= now => Refusal::CodeExpired.into(),
        _ if found.tries >= most => Refusal::CodeExhausted.into(),
        _ => AccountApiError::VerificationInvalid.into(),
    }
}

/// The refusal for a wrong code; the failure that locks the identifier is itself answered as locked.
async fn refuse_wrong_code(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    record: &VerificationRecord,
    turn: LockoutDecision,
) -> Result<Refusal> {
    if let LockoutDecision::LastBeforeLock(retry_after) = turn {
        let identifier = record.identifier.as_deref().and_then(Identifier::from_key);
        let subject = Subject { user: Some(&record.user_id), identifier: identifier.as_ref() };
        lockout::record_lockout(tx, rekey, caller, subject).await?;
        return Ok(Refusal::RecoveryDelayed { retry_after });
    }
    let tries_left = max_tries(rekey).saturating_sub(record.tries).max(0);
    Ok(if tries_left == 0 { Refusal::CodeExhausted } else { Refusal::CodeWrong { tries_left } })
}
