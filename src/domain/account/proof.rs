//! Proving once more that one is the person of the token, or that a new address is one's own. A right proof is a record of ten minutes;
//! wrong ones count like failed sign-ins and like guessed codes of a recovery, so that this is no second way to guess. The surprise:
//! a code goes to any new address, taken or not; who has it is only said when it would be taken, to somebody who can read its mail.

use super::password::confirm;
use super::who::Who;
use crate::domain::recovery::gates::silenced;
use crate::domain::recovery::guesses::count_guess;
use crate::domain::sign_in::sentinel::{self, Means, Subject, Try};
use crate::domain::throttle::{Purpose, Rule, admit, clear, clear_failures, id};
use crate::domain::webhooks::Scene;
use crate::domain::{Rekey, audit, notify};
use crate::model::caller::Caller;
use crate::model::code::TypedCode;
use crate::model::error::{ConnectorFault, Denied, Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::fresh;
use crate::model::message::{Address, Blocked, Envelope, Message, VerificationCode};
use crate::model::secret::{Secret, six_digits};
use crate::model::time::Timestamp;
use crate::model::user::{VerificationPurpose, VerificationRecord};
use crate::store::sql::Tx;
use crate::store::verifications::{self, RecordKey};

/// How long a record is good, in seconds.
const LIFE: i64 = 600;
/// The most codes that one record takes, whatever the settings say.
const MOST_TRIES: i64 = 10;

/// A code that is wanted.
#[derive(Clone, Debug)]
pub struct Asked {
    /// For this address.
    pub identifier: Identifier,
    /// Whether it was said to be for permission; without that it is, for an address that is the person's own.
    pub for_permission: bool,
}

/// Proves the person by their password.
pub async fn by_password(
    rekey: &Rekey,
    caller: &Caller,
    who: &Who,
    typed: &Secret,
) -> Result<VerificationRecord> {
    let user = &who.user;
    if let Err(error) = confirm(rekey, caller, user, user.usable_digest(), Some(typed)).await {
        return noted(rekey, caller, who, error).await;
    }
    let record = VerificationRecord {
        password_changed_at: Some(user.password_since()),
        verified_at: Some(rekey.now()),
        ..blank(rekey, who, VerificationPurpose::Permission)
    };
    let mut tx = rekey.store.write().await?;
    // Who knows the password is proved: wrong codes in a row begin anew.
    clear_failures(&mut tx, &id(rekey, Purpose::Guesses, user.id.as_str())).await?;
    verifications::insert(&mut tx, &record).await?;
    audit::record(&mut tx, rekey, caller, &event("success", &record)).await?;
    tx.commit().await?;
    Ok(record)
}

fn blank(rekey: &Rekey, who: &Who, purpose: VerificationPurpose) -> VerificationRecord {
    let now = rekey.now();
    let code_ttl = i64::from(rekey.live().settings.recovery.code_ttl);
    VerificationRecord {
        id: fresh(now, rekey.chance(), 21),
        user_id: who.user.id.clone(),
        purpose,
        identifier: None,
        code_digest: None,
        code_expires_at: now.plus(code_ttl.min(LIFE)),
        tries: 0,
        password_changed_at: None,
        created_at: now,
        expires_at: now.plus(LIFE),
        verified_at: None,
        used_at: None,
    }
}

fn event(result: &'static str, record: &VerificationRecord) -> Event {
    Event::ended(EventKind::Verification, result, Some(record.user_id.clone())).about(&record.id)
}

/// A refusal that wrote nothing still leaves its line in the audit log.
async fn noted<T>(rekey: &Rekey, caller: &Caller, who: &Who, error: Error) -> Result<T> {
    let refused = |code| Event::refused(EventKind::Verification, code, Some(who.user.id.clone()));
    audit::record_if_refused(rekey, caller, Err(error), refused).await
}

/// Whether this address is the person's.
fn is_own(who: &Who, identifier: &Identifier) -> bool {
    who.user.identifiers().contains(identifier)
}

/// Sends a code. Who asks a lot waits visibly, counted by person; an address that got a lot gets nothing, silently, and the record that
/// still waits for its code is the answer.
pub async fn send_code(
    rekey: &Rekey,
    caller: &Caller,
    who: &Who,
    asked: &Asked,
) -> Result<VerificationRecord> {
    let connects = asked.identifier.channel().is_some_and(|channel| rekey.live().connects(channel));
    if !connects {
        return Err(Refusal::Connector(ConnectorFault::Missing).into());
    }
    let (is_own, tagged) = (is_own(who, &asked.identifier), asked.identifier.tagged());
    let purpose = match asked.for_permission || is_own {
        true => VerificationPurpose::Permission,
        false => VerificationPurpose::NewAddress,
    };
    let mut tx = rekey.store.write().await?;
    let limit = rekey.live().settings.throttle.requests_per_ip;
    let row = id(rekey, Purpose::RecoveryByIp, who.user.id.as_str());
    if let Some(retry_after) = admit(&mut tx, rekey, &row, &[Rule::Window(limit)]).await? {
        tx.rollback().await?;
        return noted(rekey, caller, who, Refusal::Throttled { retry_after }.into()).await;
    }
    let is_over = silenced(&mut tx, rekey, Scene::from(caller), &asked.identifier).await?;
    if is_over {
        let (user, now) = (&who.user.id, rekey.now());
        if let Some(found) = verifications::waiting(&mut tx, user, &tagged, purpose.name(), now).await? {
            tx.commit().await?;
            return Ok(found);
        }
    }
    // Whoever fills the limit with other messages to this person's address must not keep them from their own account.
    let silenced = is_over && !is_own;
    let code = six_digits(rekey.chance());
    let mut record = VerificationRecord { identifier: Some(tagged), ..blank(rekey, who, purpose) };
    record.code_digest = Some(rekey.keys.code_digest(&record.id, code.expose()));
    verifications::insert(&mut tx, &record).await?;
    if !silenced {
        // What is proved is the canonical spelling, so that is where the code goes: what was written may be somebody else's mailbox.
        let to = asked.identifier.address();
        post(&mut tx, rekey, caller, Outgoing { to, code }, &record).await?;
    }
    audit::record(&mut tx, rekey, caller, &event("sent", &record)).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(record)
}

/// A code, and where it goes.
struct Outgoing {
    /// Nowhere, for an identifier that is no address.
    to: Option<Address>,
    code: Secret,
}

async fn post(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    outgoing: Outgoing,
    record: &VerificationRecord,
) -> Result<()> {
    let Outgoing { to, code } = outgoing;
    let live = rekey.live();
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
    let envelope = Envelope { to, locale: caller.locale.clone(), message };
    notify::post(tx, rekey, &envelope, record.code_expires_at).await.map(|_| ())
}

/// A code that somebody typed.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The address that it proves.
    pub identifier: &'a Identifier,
    /// The id of the record that it is for.
    pub record: &'a str,
    /// The code.
    pub code: &'a str,
}

/// Checks a code for a record of this person and this address.
pub async fn check_code(rekey: &Rekey, caller: &Caller, who: &Who, attempt: Attempt<'_>) -> Result<()> {
    let Attempt { identifier, record, code } = attempt;
    let mut tx = rekey.store.write().await?;
    let Counted { record, turn, blocks } = match count(&mut tx, rekey, who, identifier, record).await {
        Ok(counted) => counted,
        Err(refused) => {
            tx.rollback().await?;
            return noted(rekey, caller, who, refused).await;
        }
    };
    let is_right = TypedCode::parse(code).is_some_and(|typed| {
        let known = record.code_digest.as_deref();
        known.is_some_and(|known| rekey.keys.is_code(&record.id, typed.as_str(), known))
    });
    let refusal = match is_right && verifications::mark_verified(&mut tx, &record.id, rekey.now()).await? {
        true => None,
        false => {
            let usual = wrong(&mut tx, rekey, caller, &record, turn).await?;
            if blocks {
                notify::enqueue_block_notice(&mut tx, rekey, caller, Some(&who.user.id), Blocked::Codes)
                    .await?;
            }
            Some(if blocks { Refusal::CodesBlocked } else { usual })
        }
    };
    if refusal.is_none() && is_own(who, identifier) {
        // Only a proof of the person forgets what was counted against the account: a code to a thief's own mailbox must not buy
        // another round of guesses.
        clear(&mut tx, &id(rekey, Purpose::Guesses, who.user.id.as_str())).await?;
        sentinel::forget(&mut tx, rekey, who.user.id.as_str()).await?;
    }
    let result = refusal.as_ref().map_or("success", Refusal::code);
    audit::record(&mut tx, rekey, caller, &event(result, &record)).await?;
    tx.commit().await?;
    notify::ring(rekey);
    refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
}

/// A guess that was counted.
struct Counted {
    record: VerificationRecord,
    turn: Try,
    /// Whether it blocks the account's codes when it is wrong.
    blocks: bool,
}

/// Counts a guess against the account or the new address, and the record; or says why it may not be made.
async fn count(
    tx: &mut Tx,
    rekey: &Rekey,
    who: &Who,
    identifier: &Identifier,
    record: &str,
) -> Result<Counted> {
    let (now, user, tagged) = (rekey.now(), &who.user.id, identifier.tagged());
    let found = verifications::by_id(tx, user, record, now).await?.ok_or(Denied::ProofUnknown)?;
    if found.identifier.as_deref() != Some(tagged.as_str()) {
        return Err(match identifier {
            Identifier::Phone(_) => Denied::OtherPhone.into(),
            Identifier::Email(_) | Identifier::Username(_) => Denied::OtherEmail.into(),
        });
    }
    let is_own = is_own(who, identifier);
    let subject = if is_own { user.as_str() } else { &tagged };
    let blocks = count_guess(tx, rekey, subject, is_own).await?;
    let turn = match is_own {
        true => sentinel::admit(tx, rekey, subject, Means::Code).await?,
        false => Try::Passes,
    };
    if let Try::Locked(retry_after) = turn {
        return Err(Refusal::RecoveryWaits { retry_after }.into());
    }
    let most = most_tries(rekey);
    let key = RecordKey { id: record, identifier: &tagged };
    let counted = verifications::count_try(tx, user, key, most, now).await?;
    let record = counted.ok_or_else(|| over(&found, most, now))?;
    Ok(Counted { record, turn, blocks })
}

fn most_tries(rekey: &Rekey) -> i64 {
    match i64::from(rekey.live().settings.throttle.guesses_per_request) {
        0 => MOST_TRIES,
        limit => limit.min(MOST_TRIES),
    }
}

/// Why a record takes no code.
fn over(found: &VerificationRecord, most: i64, now: Timestamp) -> Error {
    match found {
        _ if found.verified_at.is_some() => Denied::ProofUnknown.into(),
        _ if found.code_expires_at <= now => Refusal::CodeExpired.into(),
        _ if found.tries >= most => Refusal::CodeExhausted.into(),
        _ => Denied::ProofUnknown.into(),
    }
}

/// Why the code did not do; the failure that closes the lock is itself answered as locked.
async fn wrong(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    record: &VerificationRecord,
    turn: Try,
) -> Result<Refusal> {
    if let Try::Last(retry_after) = turn {
        let identifier = record.identifier.as_deref().and_then(Identifier::from_tagged);
        let subject = Subject { user: Some(&record.user_id), identifier: identifier.as_ref() };
        sentinel::record_lockout(tx, rekey, caller, subject).await?;
        return Ok(Refusal::RecoveryWaits { retry_after });
    }
    let tries_left = most_tries(rekey).saturating_sub(record.tries).max(0);
    Ok(if tries_left == 0 { Refusal::CodeExhausted } else { Refusal::CodeWrong { tries_left } })
}
