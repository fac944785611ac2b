//! Signs in by password. Unknown, suspended and password-less users, and those whose password is disabled,
//! cost the same hash and get the same answer as a wrong password (no_oracle). An attempt is counted before
//! it is checked, for the network and for the account, and cleared after a success; a correct password may
//! violate the current policy; the setting then decides what the session may do.

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::lockout::unfinished::TryGuard;
use crate::lockout::{self, AttemptKind, Failure, LockoutDecision, Subject};
use crate::messages::enqueue;
use crate::sessions::revoke::OwnedSession;
use crate::sessions::{self, SessionKind};
use crate::settings::PasswordCompliance;
use crate::sign_in::{
    SignInOutcome, audit_compliance, compliance_action, end_previous_session, previous_session,
};
use crate::throttle::lock_subject;
use crate::types::error::violation::Violation;
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierError};
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users;
use crate::users::user::User;
use crate::verification::link::VerifiedRequest;
use crate::verification::verification_request::VerifiedBy;
use crate::verification::{Preverification, create_preverified_request};
use crate::webhooks::{self, EventContext, WebhookEvent};
use crate::{Context, Core, audit, passwords};

/// A correct password, before a session is started.
struct VerifiedCredentials<'a> {
    guard: TryGuard<'a>,
    user: User,
    identifier: Identifier,
    turn: LockoutDecision,
    weaknesses: Vec<Violation>,
}

/// What the user typed.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// The identifier as written.
    pub identifier: &'a str,
    /// The password.
    pub password: &'a Secret,
}

/// Checks identifier and password; if they are right, a session starts. `held` is this browser's previous
/// session, which ends.
#[tracing::instrument(name = "sign_in_by_password", skip_all)]
pub async fn by_password(
    context: Context<'_>,
    typed: Typed<'_>,
    held: Option<&Secret>,
) -> Result<SignInOutcome> {
    let read = Identifier::try_parse(typed.identifier);
    if read == Err(IdentifierError::Hidden) {
        // Reported openly, because it only concerns the text that was typed: a user who sees nothing wrong
        // would keep trying passwords until the account is locked.
        return Err(Refusal::IdentifierHidden.into());
    }
    let VerifiedCredentials { guard, user, identifier, turn, weaknesses } =
        check_credentials(context, read.ok(), typed.password).await?;
    guard.finish(
        match start_session(context, &user, compliance_action(context.core, &weaknesses), held).await? {
            Some(token) => Ok(SignInOutcome { token, weaknesses }),
            None => refuse_credentials(context, lockout_subject(Some(&user), Some(&identifier)), turn).await,
        },
    )
}

/// The same check as the first of several steps: a correct password creates a verified request whose grant
/// signs in once (`by_grant`). Violations of the current policy are returned with it.
#[tracing::instrument(skip_all)]
pub async fn verify_password(
    context: Context<'_>,
    identifier: Identifier,
    password: &Secret,
) -> Result<(VerifiedRequest, Vec<Violation>)> {
    let checked = check_credentials(context, Some(identifier), password).await?;
    let VerifiedCredentials { guard, user, identifier, turn, weaknesses } = checked;
    let proof = Preverification { purpose: Purpose::SignIn, by: VerifiedBy::Password };
    let mut tx = context.core.store.write().await?;
    lockout::undo_network_attempt(&mut tx, context).await?;
    lock_subject(&mut tx, context.core, user.id.as_str()).await?;
    lockout::reset(&mut tx, context.core, user.id.as_str()).await?;
    let followed = create_preverified_request(&mut tx, context, proof, identifier.clone()).await?;
    // The request locks the account's throttle row, for which every change of a password waits.
    let today = users::store::by_id(&mut tx, &user.id).await?;
    let is_same = |today: User| {
        today.usable_digest().is_some() && today.password_changed_at == user.password_changed_at
    };
    guard.finish(match followed.filter(|_| today.is_some_and(is_same)) {
        Some(followed) => {
            tx.commit().await?;
            Ok((followed, weaknesses))
        }
        None => {
            tx.rollback().await?;
            refuse_credentials(context, lockout_subject(Some(&user), Some(&identifier)), turn).await
        }
    })
}

async fn check_credentials<'a>(
    context: Context<'a>,
    identifier: Option<Identifier>,
    password: &Secret,
) -> Result<VerifiedCredentials<'a>> {
    let Context { core, caller } = context;
    ensure_enabled(core, identifier.as_ref())?;
    let (user, turn) = find_user_and_count_attempt(context, identifier.as_ref()).await?;
    let guard = TryGuard::new(context, lockout_subject(user.as_ref(), identifier.as_ref()), turn);
    let stored = user.as_ref().and_then(User::usable_digest);
    let verdict = match core.hasher.verify(caller.network(), password, stored).await {
        Ok(verdict) => verdict,
        Err(error) => {
            let subject = lockout_subject(user.as_ref(), identifier.as_ref());
            return guard.finish(fail_unchecked(context, subject, turn, error).await);
        }
    };
    let (Some(user), Some(identifier), true) = (&user, &identifier, verdict.matches) else {
        let subject = lockout_subject(user.as_ref(), identifier.as_ref());
        return guard.finish(refuse_credentials(context, subject, turn).await);
    };
    if verdict.outdated {
        passwords::rehash(context, user, password).await?;
    }
    // Only after the check: the weaknesses of a password must not be shown to somebody who does not know it.
    let weaknesses = current_violations(core, user, password).await;
    Ok(VerifiedCredentials { guard, user: user.clone(), identifier: identifier.clone(), turn, weaknesses })
}

/// Whether the settings let this kind of identifier sign in by password. This is answered openly: it concerns
/// the text that was typed, not its owner, and a user who has to use a code must not believe that the
/// password was wrong.
fn ensure_enabled(core: &Core, identifier: Option<&Identifier>) -> Result<()> {
    let live = core.snapshot();
    let is_taken = identifier.is_none_or(|identifier| live.password_kinds().has(identifier.kind()));
    if live.allows_sign_in() && is_taken { Ok(()) } else { Err(Refusal::SignInDisabled.into()) }
}

/// The attempt was counted but could not be checked: if it locks the account, the log must show that.
async fn fail_unchecked<T>(
    context: Context<'_>,
    subject: Subject<'_>,
    turn: LockoutDecision,
    error: Error,
) -> Result<T> {
    let mut tx = context.core.store.write().await?;
    let failure = Failure { turn, usual: Refusal::InvalidCredentials };
    lockout::record_failure(&mut tx, context, subject, failure).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Err(error)
}

async fn refuse_credentials<T>(
    context: Context<'_>,
    subject: Subject<'_>,
    turn: LockoutDecision,
) -> Result<T> {
    let mut tx = context.core.store.write().await?;
    let failure = Failure { turn, usual: Refusal::InvalidCredentials };
    let refusal = lockout::record_failure(&mut tx, context, subject, failure).await?;
    let event = Event::refused(EventKind::SignIn, refusal.code(), subject.user.cloned());
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Err(refusal.into())
}

/// The violations of this password by the current policy; empty if the setting is off, or the user could not
/// change it.
async fn current_violations(core: &Core, user: &User, password: &Secret) -> Vec<Violation> {
    let wish = core.snapshot().settings.sign_in_experience.password_compliance;
    if wish == PasswordCompliance::Off || !core.snapshot().settings.account_center.allows_password_change() {
        return Vec::new();
    }
    passwords::violations_at_sign_in(core, password, user).await
}

/// Counts the attempt against the network, before anybody is looked up, and against the account, or the
/// identifier if it has no account.
async fn find_user_and_count_attempt(
    context: Context<'_>,
    identifier: Option<&Identifier>,
) -> Result<(Option<User>, LockoutDecision)> {
    let mut tx = context.core.store.write().await?;
    if let Some(retry_after) = lockout::limit_by_network(&mut tx, context).await? {
        tx.rollback().await?;
        let refusal = Refusal::Throttled { retry_after };
        return Err(audit::refuse(context, EventKind::SignIn, refusal).await);
    }
    let Some(identifier) = identifier else {
        tx.commit().await?;
        return Ok((None, LockoutDecision::Allowed));
    };
    let user = users::store::by_identifier(&mut tx, identifier).await?;
    let turn = lockout::count_attempt(
        &mut tx,
        context.core,
        &counted_as(user.as_ref(), identifier),
        AttemptKind::Password,
    )
    .await?;
    let refusal = match turn {
        LockoutDecision::Locked(retry_after) => Refusal::Throttled { retry_after },
        LockoutDecision::Blocked => Refusal::PasswordBlocked,
        LockoutDecision::Allowed | LockoutDecision::LastBeforeLock(_) | LockoutDecision::LastBeforeBlock => {
            tx.commit().await?;
            return Ok((user, turn));
        }
    };
    let event = Event::refused(EventKind::SignIn, refusal.code(), user.map(|user| user.id));
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    Err(refusal.into())
}

/// The subject that an attempt with this identifier counts against.
fn lockout_subject<'a>(user: Option<&'a User>, identifier: Option<&'a Identifier>) -> Subject<'a> {
    Subject { user: user.map(|user| &user.id), identifier }
}

/// The key it is counted under: the account, or the identifier if it has no account.
fn counted_as(user: Option<&User>, identifier: &Identifier) -> String {
    user.map_or_else(|| identifier.to_key(), |user| user.id.0.clone())
}

/// Starts the session; none when the password was changed or disabled, or the account suspended, since the
/// comparison.
async fn start_session(
    context: Context<'_>,
    user: &User,
    wish: PasswordCompliance,
    held: Option<&Secret>,
) -> Result<Option<Secret>> {
    let Context { core, caller } = context;
    let before = previous_session(core, held).await?;
    let mut tx = core.store.write().await?;
    lockout::record_success(&mut tx, context, &user.id).await?;
    if !users::store::record_sign_in(&mut tx, &user.id, user.password_changed_at, core.now()).await? {
        return Ok(None);
    }
    let stay =
        if wish == PasswordCompliance::Require { SessionKind::MustChangePassword } else { SessionKind::Full };
    let started = sessions::start(&mut tx, context, user, stay).await?;
    end_previous_session(&mut tx, core, before, OwnedSession { user: &user.id, id: &started.id }).await?;
    let scene = EventContext::during(caller, Purpose::SignIn, started.id.as_str());
    webhooks::publish(&mut tx, core, scene, WebhookEvent::SignedIn(user)).await?;
    audit_sign_in(&mut tx, context, user, wish).await?;
    tx.commit().await?;
    Ok(Some(started.token))
}

async fn audit_sign_in(
    tx: &mut Tx,
    context: Context<'_>,
    user: &User,
    wish: PasswordCompliance,
) -> Result<()> {
    audit::record(tx, context, &Event::success(EventKind::SignIn, Some(user.id.clone()))).await?;
    audit_compliance(tx, context, user, wish).await
}
