//! Waits for a key that is being generated, in the first seconds of an installation.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use crate::Core;
use crate::types::error::Result;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::signing_alg::SigningAlg;

/// How long a token waits for its key: longer than generating one takes on a slow machine.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// Waits until a key of this algorithm signs; false if none does in time.
pub async fn wait_for_key(core: &Core, alg: SigningAlg, limit: Duration) -> bool {
    let is_ready = || core.snapshot().keys.signing_key(alg, core.now()).is_some();
    let ready = async {
        loop {
            let mut changed = pin!(core.snapshot_notify.notified());
            // Registered before the look, or a change between the two would be missed.
            changed.as_mut().enable();
            if is_ready() {
                return;
            }
            changed.await;
        }
    };
    is_ready() || timeout(limit, ready).await.is_ok()
}

/// Waits for the key of an app's tokens, before anything of the app's request is used up.
pub(in crate::oidc) async fn ensure_ready(core: &Core, alg: SigningAlg) -> Result<()> {
    const NOT_YET: ProtocolError = ProtocolError::new(
        OAuthError::TemporarilyUnavailable,
        "the key that signs ID tokens is being made, try again",
    );
    if wait_for_key(core, alg, MAX_WAIT).await { Ok(()) } else { Err(NOT_YET.into()) }
}
