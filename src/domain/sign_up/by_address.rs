//! Signing up through an app's own screens: address and password come first, the code after. Nothing of the password waits here: its
//! hash goes to the app, sealed, and comes back with the code. Whoever proves the address brings the password that they typed, so that
//! no request of somebody else, whatever became of the owner's, puts another one on the account.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::identifier::Identifier;
use crate::model::ids::UserId;
use crate::model::recovery::InteractionEvent;
use crate::model::secret::Secret;
use crate::model::user::User;

use super::super::passwords::{Accepted, Again};
use super::super::recovery::Wish;
use super::super::recovery::by_address::{ask as ask_by_address, resend as send_again};
use super::super::sign_in::Entry;
use super::super::{Rekey, pace, passwords};
use super::{Claim, attempt, noted};

/// For how many seconds a password may be brought along with a code: a day.
const TOKEN_LIFE: i64 = 24 * 3600;

/// Asks for an account; answers with what brings the password along with the code. The answer is the same whether or not the address is
/// taken; the password is judged first, for everybody alike.
pub async fn ask(rekey: &Rekey, caller: &Caller, email: &Identifier, password: &Secret) -> Result<Secret> {
    if !rekey.live().sign_up_kinds().email {
        return Err(Refusal::SignUpOff.into());
    }
    // A hash costs more than a request, and comes before the limit of requests.
    pace::admit_network(rekey, caller)?;
    let accepted = passwords::accept(rekey, caller, password, &stranger(rekey, email), Again::Fine).await;
    let accepted = noted(rekey, caller, accepted).await?;
    ask_by_address(rekey, caller, Wish::of(InteractionEvent::Register, email.clone())).await?;
    Ok(seal_password(rekey, caller, email, &accepted))
}

/// The hash of a password and until when it may be brought along, for this address and this app alone.
fn seal_password(rekey: &Rekey, caller: &Caller, email: &Identifier, accepted: &Accepted) -> Secret {
    let until = rekey.now().plus(TOKEN_LIFE);
    let plain = format!("{} {}", until.0, accepted.phc());
    Secret::new(rekey.keys.seal(plain.as_bytes(), &context(caller, email), rekey.chance()))
}

/// The hash that is brought along. What is too old, of another address or app, or not ours brings none: the account is made without a
/// password, and its owner is asked for one.
fn open_password(rekey: &Rekey, caller: &Caller, email: &Identifier, token: &Secret) -> Option<String> {
    let plain = rekey.keys.open(token.expose(), &context(caller, email)).ok()?;
    let plain = String::from_utf8(plain).ok()?;
    let (until, phc) = plain.split_once(' ')?;
    let is_in_time = until.parse::<i64>().is_ok_and(|until| until > rekey.now().0);
    is_in_time.then(|| phc.to_owned())
}

/// The place a sealed password belongs to.
fn context(caller: &Caller, email: &Identifier) -> String {
    ["sign-up", caller.app_id.as_deref().unwrap_or_default(), &email.tagged()].join("\u{1f}")
}

/// Whose password it would be, as far as the policy looks.
fn stranger(rekey: &Rekey, email: &Identifier) -> User {
    let now = rekey.now();
    let mut user = User::fresh(UserId::fresh(now, rekey.chance()), now);
    if let Identifier::Email(key) = email {
        user.email = Some(key.clone());
    }
    user
}

/// Sends the code once more. Where nothing was asked for, nothing is sent and nothing said.
pub async fn resend(rekey: &Rekey, caller: &Caller, email: &Identifier) -> Result<()> {
    pace::admit_network(rekey, caller)?;
    send_again(rekey, caller, InteractionEvent::Register, email).await
}

/// Spends the proof of this address and makes the account; without what `ask` answered it is one without a password.
pub async fn save(
    rekey: &Rekey,
    caller: &Caller,
    claim: &Claim,
    email: &Identifier,
    token: Option<&Secret>,
) -> Result<Entry> {
    let brought = token.and_then(|token| open_password(rekey, caller, email, token));
    let accepted = brought.as_deref().map(Accepted::before);
    noted(rekey, caller, attempt(rekey, caller, claim, accepted.as_ref(), None).await).await
}
