//! Signs in by a code: the verification engine verifies the address, and its grant starts a session instead
//! of setting a password. An identifier without an account gets a decoy. A disabled password does not matter
//! here, because the code is the same proof that a reset would need.

use crate::Context;
use crate::sign_in::SignInOutcome;
use crate::sign_in::by_grant::by_grant;
use crate::types::error::{Refusal, Result};
use crate::types::ids::RequestId;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::verification::{VerifiedGrant, verify_code};

/// Checks the code of the held request; the right one starts a session. `held` is this browser's previous
/// session, which ends.
#[tracing::instrument(name = "sign_in_by_code", skip_all)]
pub async fn by_code(
    context: Context<'_>,
    request: &RequestId,
    typed: &str,
    held: Option<&Secret>,
) -> Result<SignInOutcome> {
    if !context.snapshot().code_kinds().any() {
        return Err(Refusal::SignInDisabled.into());
    }
    let token = verify_code(context, Purpose::SignIn, request, typed).await?;
    let grant = VerifiedGrant { request: request.clone(), token };
    by_grant(context, &grant, Vec::new(), held).await
}
