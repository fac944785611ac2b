//! Creates the account that a proof entitles to, with its first password and session, in one transaction.
//! A proof is consumed once; every refusal is audited.

use std::slice;

use crate::audit::event::{Event, EventKind};
use crate::credentials::end_sign_ups;
use crate::db::error::StoreError;
use crate::passwords::{self, AcceptedPassword, ReusePolicy, SetReason};
use crate::sessions::revoke::OwnedSession;
use crate::sessions::{self, SessionKind};
use crate::sign_in::{SignInOutcome, end_previous_session, previous_session};
use crate::sign_up::load_identifier;
use crate::sign_up::new_user::{
    SignUpProof, consume_proof, draft_user, explain_taken, is_taken, taken_refusal, to_new_user,
};
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::UserId;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users;
use crate::users::user::User;
use crate::webhooks::{self, EventContext, WebhookEvent};
use crate::{Context, Core, audit};

/// Creates the account and starts its first session. `session_token` is this browser's previous session,
/// which ends.
#[tracing::instrument(skip_all)]
pub async fn create_account(
    context: Context<'_>,
    claim: &SignUpProof,
    password: Option<&Secret>,
    session_token: Option<&Secret>,
) -> Result<SignInOutcome> {
    let accepted = match password {
        Some(password) => Some(validate_password(context, claim, password).await?),
        None => None,
    };
    create_account_with(context, claim, accepted.as_ref(), session_token).await
}

/// Validates and hashes the password of a future account. Nothing is written, and the proof stays as it was.
#[tracing::instrument(name = "validate_first_password", skip_all)]
pub async fn validate_password(
    context: Context<'_>,
    claim: &SignUpProof,
    password: &Secret,
) -> Result<AcceptedPassword> {
    let outcome = match load_identifier(context.core, claim).await {
        Ok(identifier) => {
            let user = draft_user(context.core, claim, &identifier);
            passwords::validate_and_hash(context, password, &user, ReusePolicy::Allow).await
        }
        Err(error) => Err(error),
    };
    let outcome = explain_taken(context.core, claim, outcome).await;
    audit_refusal(context, outcome).await
}

/// Consumes the proof, creates the account with this password and starts its first session.
#[tracing::instrument(name = "create_account", skip_all)]
pub async fn create_account_with(
    context: Context<'_>,
    claim: &SignUpProof,
    accepted: Option<&AcceptedPassword>,
    session_token: Option<&Secret>,
) -> Result<SignInOutcome> {
    let outcome = if accepted.is_none() && requires_password(context.core) {
        Err(Refusal::GrantInvalid.into())
    } else {
        try_create(context, claim, Extras { accepted, session_token, id: None }).await
    };
    let outcome = explain_taken(context.core, claim, outcome).await;
    audit_refusal(context, outcome).await
}

/// Audits a refusal.
pub(super) async fn audit_refusal<T>(context: Context<'_>, outcome: Result<T>) -> Result<T> {
    match outcome {
        Err(Error::Refused(refusal)) => Err(audit::refuse(context, EventKind::SignUp, refusal).await),
        outcome => outcome,
    }
}

/// What an account is created with beside its identifier.
#[derive(Clone, Copy, Default)]
pub(super) struct Extras<'a> {
    /// Its password, if it gets one.
    pub(super) accepted: Option<&'a AcceptedPassword>,
    /// This browser's previous session, which ends.
    pub(super) session_token: Option<&'a Secret>,
    /// The id that its app was answered; none for a new one.
    pub(super) id: Option<&'a UserId>,
}

pub(super) async fn try_create(
    context: Context<'_>,
    claim: &SignUpProof,
    extras: Extras<'_>,
) -> Result<SignInOutcome> {
    let Context { core, caller } = context;
    let Extras { accepted, session_token, id } = extras;
    let identifier = load_identifier(core, claim).await?;
    let mut user = draft_user(core, claim, &identifier);
    // A token that is sent a second time must not keep its owner from signing up with another address.
    if let Some(id) = id
        && users::store::by_id(&mut core.store.read().await?, id).await?.is_none()
    {
        user.id = id.clone();
    }
    user.locale = Some(caller.locale.clone()).filter(|locale| !locale.is_empty());
    user.app_id.clone_from(&caller.app_id);
    user.password_digest = accepted.map(|accepted| accepted.phc().to_owned());
    insert_account(context, claim, Newcomer { user: &user, identifier: &identifier, accepted }, session_token)
        .await
}

/// Whether a new account gets a password.
pub fn requires_password(core: &Core) -> bool {
    core.snapshot().settings.sign_in_experience.sign_up.password
}

/// An account that is being created.
#[derive(Clone, Copy)]
struct Newcomer<'a> {
    /// The future account.
    user: &'a User,
    /// The identifier that it is created for.
    identifier: &'a Identifier,
    /// Its password, if it gets one.
    accepted: Option<&'a AcceptedPassword>,
}

async fn insert_account(
    context: Context<'_>,
    claim: &SignUpProof,
    newcomer: Newcomer<'_>,
    session_token: Option<&Secret>,
) -> Result<SignInOutcome> {
    let Context { core, caller } = context;
    let Newcomer { user, identifier, accepted } = newcomer;
    let before = previous_session(core, session_token).await?;
    let now = core.now();
    let mut tx = core.store.write().await?;
    let about = consume_proof(&mut tx, core, claim, identifier).await?;
    if is_taken(&mut tx, identifier).await? {
        return Err(taken_refusal(identifier).into());
    }
    end_sign_ups(&mut tx, slice::from_ref(identifier)).await?;
    match users::store::insert(&mut tx, &user.id, &to_new_user(user), now).await {
        // Another request has just taken the identifier; this transaction is rolled back.
        Err(StoreError::Conflict) => return Err(taken_refusal(identifier).into()),
        other => other?,
    }
    if let Some(accepted) = accepted {
        passwords::set(&mut tx, core, user, accepted, SetReason::SignUp).await?;
    }
    users::store::record_passwordless_sign_in(&mut tx, &user.id, now).await?;
    let sessions::NewSession { id, token } =
        sessions::start(&mut tx, context, user, SessionKind::Full).await?;
    end_previous_session(&mut tx, core, before, OwnedSession { user: &user.id, id: &id }).await?;
    let event_context = EventContext::during(caller, Purpose::SignUp, id.as_str());
    webhooks::publish(&mut tx, core, event_context, WebhookEvent::Registered(user)).await?;
    webhooks::publish(&mut tx, core, event_context, WebhookEvent::UserCreated(user)).await?;
    let event = Event { about, ..Event::success(EventKind::SignUp, Some(user.id.clone())) };
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    Ok(SignInOutcome { token, weaknesses: Vec::new() })
}
