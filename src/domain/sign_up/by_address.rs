//! Signing up through an app's own screens: address and password come first, the code after. The password waits as its hash in the
//! request. The surprise: two who ask for one address with different passwords leave none, because the one of them who gets the code
//! must not end up with a password that the other knows.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::identifier::Identifier;
use crate::model::ids::UserId;
use crate::model::recovery::{InteractionEvent, RecoveryRequest};
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::store::recovery as requests;

use super::super::passwords::{Accepted, Again};
use super::super::recovery::by_address::{ask as ask_by_address, waiting};
use super::super::recovery::resend as send_again;
use super::super::sign_in::Entry;
use super::super::{Rekey, pace, passwords};
use super::{Claim, attempt, noted};

/// Asks for an account. The answer is the same whether or not the address is taken; the password is judged first, for everybody alike.
pub async fn ask(rekey: &Rekey, caller: &Caller, email: &Identifier, password: &Secret) -> Result<()> {
    if !rekey.live().sign_up_kinds().email {
        return Err(Refusal::SignUpOff.into());
    }
    // A hash costs more than a request, and comes before the limit of requests.
    pace::admit_network(rekey, caller)?;
    let accepted = passwords::accept(rekey, caller, password, &stranger(rekey, email), Again::Fine).await;
    let accepted = noted(rekey, caller, accepted).await?;
    let event = InteractionEvent::Register;
    let earlier = waiting(rekey, caller, &[event], email).await?;
    let phc = agreed(rekey, caller, earlier.as_ref(), password, &accepted).await?;
    let asked = ask_by_address(rekey, caller, event, email).await?;
    let before = earlier.filter(|earlier| earlier.id == asked.request);
    let before = before.as_ref().and_then(|earlier| earlier.waiting_password.as_deref());
    let mut tx = rekey.store.write().await?;
    requests::save_waiting_password(&mut tx, &asked.request, before, &phc).await?;
    Ok(tx.commit().await?)
}

/// What is to wait: this password, unless another one waits for the same address already.
async fn agreed(
    rekey: &Rekey,
    caller: &Caller,
    earlier: Option<&RecoveryRequest>,
    password: &Secret,
    accepted: &Accepted,
) -> Result<String> {
    let is_same = match earlier.and_then(|earlier| earlier.waiting_password.as_deref()) {
        None => true,
        Some("") => false,
        Some(phc) => rekey.hasher.verify(caller.network(), password, Some(phc)).await?.matches,
    };
    Ok(if is_same { accepted.phc().to_owned() } else { String::new() })
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
    match waiting(rekey, caller, &[InteractionEvent::Register], email).await? {
        Some(request) => send_again(rekey, caller, &request.id).await.map(|_| ()),
        None => Ok(()),
    }
}

/// Spends the proof and makes the account; without a password it is one that signs in by code until its owner sets one.
pub async fn save(rekey: &Rekey, caller: &Caller, claim: &Claim, waiting: Option<&str>) -> Result<Entry> {
    let accepted = waiting.map(Accepted::before);
    noted(rekey, caller, attempt(rekey, caller, claim, accepted.as_ref(), None).await).await
}
