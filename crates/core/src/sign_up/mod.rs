//! Sign-up: request, verify, password. An address is verified by `verification`, for which a taken one is
//! a decoy; its owner is notified by mail and nobody else learns of it (no_oracle). A username needs no
//! proof, and a taken one is reported, because a user who chooses a name has to know.

pub mod cookieless;
mod new_user;

use std::slice;

use crate::audit::event::{Event, EventKind};
use crate::credentials::end_sign_ups;
use crate::db::error::StoreError;
use crate::passwords::{self, AcceptedPassword, LiveCheck, ReusePolicy, SetReason};
use crate::sessions::revoke::OwnedSession;
use crate::sessions::{self, SessionKind};
use crate::sign_in::{SignInOutcome, end_previous_session, previous_session};
pub use crate::sign_up::new_user::SignUpProof;
use crate::sign_up::new_user::{
    consume_proof, draft_user, explain_taken, identifier_of_proof, is_taken, taken_refusal, to_new_user,
};
use crate::throttle::in_memory;
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierKind, displayed_username};
use crate::types::ids::RequestId;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users;
use crate::users::user::User;
use crate::verification;
use crate::verification::request::limits;
use crate::webhooks::{self, EventContext, WebhookEvent};
use crate::{Context, Core, audit};

/// The result of starting a sign-up.
#[derive(Clone, Debug)]
pub enum StartedSignUp {
    /// A code was sent, or the request is a decoy.
    CodeSent(RequestId),
    /// The username is free so far.
    Name(String),
}

/// Starts a sign-up. For an address the answer is the same whether or not it is taken.
#[tracing::instrument(name = "start_sign_up", skip_all)]
pub async fn start(context: Context<'_>, typed: &str, held: Option<&RequestId>) -> Result<StartedSignUp> {
    let kinds = context.snapshot().sign_up_kinds();
    if !kinds.any() {
        return Err(Refusal::SignUpDisabled.into());
    }
    let identifier = Identifier::try_parse(typed)?;
    if !kinds.has(identifier.kind()) {
        return Err(Refusal::IdentifierMalformed.into());
    }
    identifier.validate_new()?;
    if identifier.kind() == IdentifierKind::Username {
        return start_with_name(context, &identifier, typed).await;
    }
    let asked = verification::request_code_for(context, Purpose::SignUp, identifier, held).await?;
    Ok(StartedSignUp::CodeSent(asked.request))
}

/// The limit by network is shared with all requests: usernames must not be enumerated.
async fn start_with_name(
    context: Context<'_>,
    identifier: &Identifier,
    typed: &str,
) -> Result<StartedSignUp> {
    let tx = context.core.store.write().await?;
    let mut tx = limits::limit_by_network(tx, context, Purpose::SignUp).await?;
    let is_taken = users::store::is_username_taken(&mut tx, identifier.text(), None).await?;
    let event = if is_taken {
        Event::refused(EventKind::SignUpInit, Refusal::UsernameTaken.code(), None)
    } else {
        Event::success(EventKind::SignUpInit, None)
    };
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    if is_taken {
        Err(Refusal::UsernameTaken.into())
    } else {
        Ok(StartedSignUp::Name(displayed_username(typed)))
    }
}

/// The identifier of the future account; refused when the proof is gone.
pub async fn load_identifier(core: &Core, claim: &SignUpProof) -> Result<Identifier> {
    let mut tx = core.store.read().await?;
    identifier_of_proof(&mut tx, core, claim).await
}

/// Checks a password while it is typed. Nothing is counted against the proof, nothing written.
pub async fn live_check(context: Context<'_>, claim: &SignUpProof, password: &Secret) -> Result<LiveCheck> {
    let held = match claim {
        SignUpProof::VerifiedAddress(grant) | SignUpProof::VerifiedForSignIn(grant) => grant.request.as_str(),
        SignUpProof::Name(name) => name,
    };
    in_memory::limit(context, held)?;
    let identifier = load_identifier(context.core, claim).await?;
    passwords::live_check(context.core, password, &draft_user(context.core, claim, &identifier)).await
}

/// Creates the account and starts its first session. `held` is this browser's previous session, which ends.
#[tracing::instrument(skip_all)]
pub async fn create_account(
    context: Context<'_>,
    claim: &SignUpProof,
    password: Option<&Secret>,
    held: Option<&Secret>,
) -> Result<SignInOutcome> {
    let accepted = match password {
        Some(password) => Some(validate_password(context, claim, password).await?),
        None => None,
    };
    create_account_with(context, claim, accepted.as_ref(), held).await
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
    held: Option<&Secret>,
) -> Result<SignInOutcome> {
    let outcome = if accepted.is_none() && requires_password(context.core) {
        Err(Refusal::GrantInvalid.into())
    } else {
        try_create(context, claim, accepted, held).await
    };
    let outcome = explain_taken(context.core, claim, outcome).await;
    audit_refusal(context, outcome).await
}

/// Audits a refusal.
async fn audit_refusal<T>(context: Context<'_>, outcome: Result<T>) -> Result<T> {
    match outcome {
        Err(Error::Refused(refusal)) => Err(audit::refuse(context, EventKind::SignUp, refusal).await),
        outcome => outcome,
    }
}

async fn try_create(
    context: Context<'_>,
    claim: &SignUpProof,
    accepted: Option<&AcceptedPassword>,
    held: Option<&Secret>,
) -> Result<SignInOutcome> {
    let Context { core, caller } = context;
    let identifier = load_identifier(core, claim).await?;
    let mut user = draft_user(core, claim, &identifier);
    user.locale = Some(caller.locale.clone()).filter(|locale| !locale.is_empty());
    user.app_id.clone_from(&caller.app_id);
    user.password_digest = accepted.map(|accepted| accepted.phc().to_owned());
    insert_account(context, claim, Newcomer { user: &user, identifier: &identifier, accepted }, held).await
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
    held: Option<&Secret>,
) -> Result<SignInOutcome> {
    let Context { core, caller } = context;
    let Newcomer { user, identifier, accepted } = newcomer;
    let before = previous_session(core, held).await?;
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
    let scene = EventContext::during(caller, Purpose::SignUp, id.as_str());
    webhooks::publish(&mut tx, core, scene, WebhookEvent::Registered(user)).await?;
    webhooks::publish(&mut tx, core, scene, WebhookEvent::UserCreated(user)).await?;
    let event = Event { about, ..Event::success(EventKind::SignUp, Some(user.id.clone())) };
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    Ok(SignInOutcome { token, weaknesses: Vec::new() })
}
