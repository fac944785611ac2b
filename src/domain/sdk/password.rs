//! A new password by the session that an app of the SDK holds. The current one is not asked for, as
//! documented: an app that wants it signs the person in anew first. After a forgotten password the session is
//! the proof, and setting one makes it an ordinary one.

use crate::domain::Core;
use crate::domain::account::{self, ChangeReason};
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::oidc::grant::Amr;
use crate::model::secret::Secret;

use super::authentication::AuthenticatedSdkUser;

/// Sets it. Other sessions end as the setting says, this one and its tokens stay; with `revoke: all` it ends
/// too.
pub async fn set(rekey: &Core, caller: &Caller, here: &AuthenticatedSdkUser, new: &Secret) -> Result<()> {
    let way = match here.amr {
        Amr::Recovery if here.authenticated.session.must_change.is_some() => ChangeReason::Recovery,
        _ => ChangeReason::SignedIn,
    };
    account::set_password_by_session(rekey, caller, &here.authenticated, new, way).await
}
