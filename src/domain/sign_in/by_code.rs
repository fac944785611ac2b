//! Signing in by a code: the machine of recovery proves the address, and its grant starts a session instead
//! of setting a password. An identifier that nobody has gets a decoy. The surprise: a frozen password does
//! not matter here, because the code proves what a reset would have to be proved with.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::ids::RequestId;
use crate::model::recovery::InteractionEvent;
use crate::model::secret::Secret;

use super::super::Core;
use super::super::recovery::reset::VerifiedGrant;
use super::super::recovery::verification;
use super::SignInOutcome;
use super::by_grant::by_grant;

/// Checks the code of the held request; the right one starts a session. `held` is the session this browser
/// had before, which ends.
pub async fn by_code(
    rekey: &Core,
    caller: &Caller,
    request: &RequestId,
    typed: &str,
    held: Option<&Secret>,
) -> Result<SignInOutcome> {
    if !rekey.snapshot().code_kinds().any() {
        return Err(Refusal::SignInDisabled.into());
    }
    let token = verification::verify_code(rekey, caller, InteractionEvent::SignIn, request, typed).await?;
    let grant = VerifiedGrant { request: request.clone(), token };
    by_grant(rekey, caller, &grant, Vec::new(), held).await
}
