//! Codes for such an app, and what they open: a sign-in, a new account, or an hour to set a forgotten password. Asking is answered alike
//! for everybody, and so is every code that does not do (no_oracle).

use crate::domain::Rekey;
use crate::domain::recovery::by_address::{ask, prove};
use crate::domain::recovery::complete::Grant;
use crate::domain::sessions::{self, Present};
use crate::domain::sign_in::{Entry, by_grant, by_recovery};
use crate::domain::sign_up::{self, Claim};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::identifier::Identifier;
use crate::model::oidc::grant::Amr;
use crate::model::recovery::{InteractionEvent, RecoveryRequest};
use crate::model::secret::Secret;
use crate::store::users;

use super::tokens::{self, Tokens};

/// What a code is said to be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFor {
    /// A forgotten password.
    Recovery,
    /// Signing in, or an account that `send` made.
    Email,
    /// An account that was asked for with its password.
    SignUp,
}

/// Sends a code to set a forgotten password with.
pub async fn forgot(rekey: &Rekey, caller: &Caller, email: &Identifier) -> Result<()> {
    ask(rekey, caller, InteractionEvent::ForgotPassword, email).await.map(|_| ())
}

/// Sends a code to sign in with; to somebody unknown, if `may_create` and the settings take new people, one that also makes an account.
pub async fn send(rekey: &Rekey, caller: &Caller, email: &Identifier, may_create: bool) -> Result<()> {
    if !rekey.live().code_kinds().channels().email {
        return Err(Refusal::SignInOff.into());
    }
    let is_known = users::by_identifier(&mut rekey.store.read().await?, email).await?.is_some();
    let creates = may_create && !is_known && rekey.live().sign_up_kinds().email;
    let event = if creates { InteractionEvent::Register } else { InteractionEvent::SignIn };
    ask(rekey, caller, event, email).await.map(|_| ())
}

/// Who came in with a code, and the tokens of their app.
pub async fn verify(
    rekey: &Rekey,
    caller: &Caller,
    app: &ClientApp,
    code_for: CodeFor,
    (email, typed): (&Identifier, &str),
) -> Result<(Present, Tokens)> {
    let events: &[InteractionEvent] = match code_for {
        CodeFor::Recovery => &[InteractionEvent::ForgotPassword],
        CodeFor::Email => &[InteractionEvent::SignIn, InteractionEvent::Register],
        CodeFor::SignUp => &[InteractionEvent::Register],
    };
    let (request, grant) = prove(rekey, caller, events, email, typed).await?;
    let (here, amr) = match request.event {
        InteractionEvent::ForgotPassword => {
            (by_recovery::by_recovery(rekey, caller, &grant).await?, Amr::Recovery)
        }
        InteractionEvent::SignIn => {
            let entry = by_grant::by_grant(rekey, caller, &grant, Vec::new(), None).await?;
            (entered(rekey, &entry).await?, Amr::Otp)
        }
        InteractionEvent::Register => (joined(rekey, caller, code_for, &request, grant).await?, Amr::Otp),
    };
    let tokens = tokens::open(rekey, caller, app, &here, amr).await?;
    Ok((here, tokens))
}

/// The account of a proved address. The password that waits in the request counts only for who says that they signed up with one:
/// otherwise somebody else could have put theirs there, and would know it.
async fn joined(
    rekey: &Rekey,
    caller: &Caller,
    code_for: CodeFor,
    request: &RecoveryRequest,
    grant: Grant,
) -> Result<Present> {
    let waiting = request.waiting_password.as_deref().filter(|phc| !phc.is_empty());
    let waiting = waiting.filter(|_| code_for == CodeFor::SignUp);
    let entry = sign_up::by_address::save(rekey, caller, &Claim::Proved(grant), waiting).await?;
    entered(rekey, &entry).await
}

/// Whoever just came in.
pub(super) async fn entered(rekey: &Rekey, entry: &Entry) -> Result<Present> {
    sessions::holder(rekey, &entry.token).await?.ok_or_else(|| Refusal::GrantGone.into())
}

/// Signs in by the password.
pub async fn by_password(
    rekey: &Rekey,
    caller: &Caller,
    app: &ClientApp,
    (email, password): (&str, &Secret),
) -> Result<(Present, Tokens)> {
    let entry = crate::domain::sign_in::by_password(rekey, caller, (email, password), None).await?;
    let here = entered(rekey, &entry).await?;
    let tokens = tokens::open(rekey, caller, app, &here, Amr::Password).await?;
    Ok((here, tokens))
}
