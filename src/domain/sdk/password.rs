//! Sets a password with the session of an SDK app. The current one is not asked for, as documented: an app
//! that wants that signs the user in again first. After a recovery the session is the proof, and setting a
//! password makes it an ordinary one.

use crate::domain::Core;
use crate::domain::account::{self, ChangeReason};
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::oidc::grant::Amr;
use crate::model::secret::Secret;

use super::authentication::AuthenticatedSdkUser;

/// Sets the password. Other sessions end as the setting says, while this one and its tokens stay; with
/// `revoke: all` it ends too.
#[tracing::instrument(name = "set_sdk_password", skip_all)]
pub async fn set(rekey: &Core, caller: &Caller, here: &AuthenticatedSdkUser, new: &Secret) -> Result<()> {
    let way = match here.amr {
        Amr::Recovery if here.authenticated.session.must_change.is_some() => ChangeReason::Recovery,
        _ => ChangeReason::SignedIn,
    };
    account::set_password_by_session(rekey, caller, &here.authenticated, new, way).await
}
