//! Signing up through an app's own screens: address and password come first, the code after. Nothing of the
//! password waits here: its hash goes to the app, sealed, and comes back with the code. Whoever proves the
//! address brings the password that they typed, so that no request of somebody else, whatever became of the
//! owner's, puts another one on the account.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::identifier::Identifier;
use crate::model::ids::UserId;
use crate::model::recovery::InteractionEvent;
use crate::model::secret::Secret;
use crate::model::user::User;

use super::super::passwords::{AcceptedPassword, ReusePolicy};
use super::super::recovery::CodeRequest;
use super::super::recovery::cookieless::{request_code as ask_by_address, resend as send_again};
use super::super::sign_in::SignInOutcome;
use super::super::{Core, memory_limiter, passwords};
use super::{SignUpProof, audit_refusal, try_create};

/// For how many seconds a password may be brought along with a code: a day.
const TOKEN_TTL_SECONDS: i64 = 24 * 3600;

/// Asks for an account; answers with what brings the password along with the code. The answer is the same
/// whether or not the address is taken; the password is judged first, for everybody alike.
pub async fn request_code(
    rekey: &Core,
    caller: &Caller,
    email: &Identifier,
    password: &Secret,
) -> Result<Secret> {
    if !rekey.snapshot().sign_up_kinds().email {
        return Err(Refusal::SignUpDisabled.into());
    }
    // A hash costs more than a request, and comes before the limit of requests.
    memory_limiter::limit_by_network(rekey, caller)?;
    let accepted =
        passwords::validate_and_hash(rekey, caller, password, &draft_user(rekey, email), ReusePolicy::Allow)
            .await;
    let accepted = audit_refusal(rekey, caller, accepted).await?;
    ask_by_address(rekey, caller, CodeRequest::new(InteractionEvent::Register, email.clone())).await?;
    Ok(seal_password(rekey, caller, email, &accepted))
}

/// The hash of a password and until when it may be brought along, for this address and this app alone.
fn seal_password(rekey: &Core, caller: &Caller, email: &Identifier, accepted: &AcceptedPassword) -> Secret {
    let until = rekey.now().plus_seconds(TOKEN_TTL_SECONDS);
    let plain = format!("{} {}", until.0, accepted.phc());
    Secret::new(rekey.keys.seal(plain.as_bytes(), &sealing_context(caller, email), rekey.rng()))
}

/// The hash that is brought along. What is too old, of another address or app, or not ours brings none: the
/// account is made without a password, and its owner is asked for one.
fn unseal_password(rekey: &Core, caller: &Caller, email: &Identifier, token: &Secret) -> Option<String> {
    let plain = rekey.keys.decrypt(token.expose(), &sealing_context(caller, email)).ok()?;
    let plain = String::from_utf8(plain).ok()?;
    let (until, phc) = plain.split_once(' ')?;
    let is_in_time = until.parse::<i64>().is_ok_and(|until| until > rekey.now().0);
    is_in_time.then(|| phc.to_owned())
}

/// The place a sealed password belongs to.
fn sealing_context(caller: &Caller, email: &Identifier) -> String {
    ["sign-up", caller.app_id.as_deref().unwrap_or_default(), &email.to_key()].join("\u{1f}")
}

/// Whose password it would be, as far as the policy looks.
fn draft_user(rekey: &Core, email: &Identifier) -> User {
    let now = rekey.now();
    let mut user = User::new(UserId::fresh(now, rekey.rng()), now);
    if let Identifier::Email(key) = email {
        user.email = Some(key.clone());
    }
    user
}

/// Sends the code once more. Where nothing was asked for, nothing is sent and nothing said.
pub async fn resend(rekey: &Core, caller: &Caller, email: &Identifier) -> Result<()> {
    memory_limiter::limit_by_network(rekey, caller)?;
    send_again(rekey, caller, InteractionEvent::Register, email).await
}

/// Spends the proof of this address and makes the account; without what `ask` answered it is one without a
/// password.
pub async fn create_account(
    rekey: &Core,
    caller: &Caller,
    claim: &SignUpProof,
    email: &Identifier,
    token: Option<&Secret>,
) -> Result<SignInOutcome> {
    let brought = token.and_then(|token| unseal_password(rekey, caller, email, token));
    let accepted = brought.as_deref().map(AcceptedPassword::from_stored_hash);
    audit_refusal(rekey, caller, try_create(rekey, caller, claim, accepted.as_ref(), None).await).await
}
