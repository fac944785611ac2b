//! Sets a password with the session of an SDK app. The current one is not asked for, as documented: an app
//! that wants that signs the user in again first. After a recovery the session is the proof, and setting a
//! password makes it an ordinary one.

use crate::Context;
use crate::account::{self, ChangeReason};
use crate::grants::grant::Amr;
use crate::sdk::authentication::AuthenticatedSdkUser;
use crate::types::error::Result;
use crate::types::secret::Secret;

/// Sets the password. Other sessions end as the setting says, while this one and its tokens stay; with
/// `revoke: all` it ends too.
#[tracing::instrument(name = "set_sdk_password", skip_all)]
pub async fn set(context: Context<'_>, here: &AuthenticatedSdkUser, new: &Secret) -> Result<()> {
    let way = match here.amr {
        Amr::Recovery if here.authenticated.session.must_change.is_some() => ChangeReason::Recovery,
        _ => ChangeReason::SignedIn,
    };
    account::set_password_by_session(context, &here.authenticated, new, way).await
}
