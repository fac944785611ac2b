//! Sign-up: request, verify, password. An address is verified by `verification`, for which a taken one is
//! a decoy; its owner is notified by mail and nobody else learns of it (no_oracle). A username needs no
//! proof, and a taken one is reported, because a user who chooses a name has to know.

pub mod cookieless;
mod create_account;
mod new_user;

use crate::audit::event::{Event, EventKind};
use crate::passwords::{self, LiveCheck};
pub use crate::sign_up::create_account::{
    create_account, create_account_with, requires_password, validate_password,
};
pub use crate::sign_up::new_user::SignUpProof;
use crate::sign_up::new_user::{draft_user, identifier_of_proof};
use crate::throttle::in_memory;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierKind, displayed_username};
use crate::types::ids::RequestId;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::verification::request::limits;
use crate::{Context, Core, audit, users, verification};

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
pub async fn start(
    context: Context<'_>,
    typed: &str,
    request_id: Option<&RequestId>,
) -> Result<StartedSignUp> {
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
    let created = verification::request_code_for(context, Purpose::SignUp, identifier, request_id).await?;
    Ok(StartedSignUp::CodeSent(created.request))
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
    let key = match claim {
        SignUpProof::VerifiedAddress(grant) | SignUpProof::VerifiedForSignIn(grant) => grant.request.as_str(),
        SignUpProof::Name(name) => name,
    };
    in_memory::limit(context, key)?;
    let identifier = load_identifier(context.core, claim).await?;
    passwords::live_check(context.core, password, &draft_user(context.core, claim, &identifier)).await
}
