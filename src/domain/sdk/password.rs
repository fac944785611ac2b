//! A new password by the session that an app of the SDK holds. The current one is not asked for, as documented: an app that wants it
//! signs the person in anew first. After a forgotten password the session is the proof, and setting one makes it an ordinary one.

use crate::domain::Rekey;
use crate::domain::account::{self, Way};
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::oidc::grant::Amr;
use crate::model::secret::Secret;

use super::here::Here;

/// Sets it. Other sessions end as the setting says, this one and its tokens stay; with `revoke: all` it ends too.
pub async fn set(rekey: &Rekey, caller: &Caller, here: &Here, new: &Secret) -> Result<()> {
    let way = match here.amr {
        Amr::Recovery if here.present.session.must_change.is_some() => Way::Recovered,
        _ => Way::Known,
    };
    account::set_by_session(rekey, caller, &here.present, new, way).await
}
