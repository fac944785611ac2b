//! Apps with their own screens, which use the browser SDK. The journeys are those of the pages, found by
//! address because such an app keeps no cookie between two calls; this module turns their results into a
//! grant with renewable tokens. A recovery starts a session at once, which for an hour may only set the
//! password.

pub mod authentication;
pub mod codes;
pub mod tokens;

use crate::account::{self, ChangeReason};
use crate::apps::client_app::{AppType, ClientApp};
use crate::grants::grant::Amr;
use crate::sdk::authentication::AuthenticatedSdkUser;
use crate::types::error::{Refusal, Result};
use crate::types::secret::Secret;
use crate::{Context, Core};

/// The app of this id, if it may have its own screens: it runs in a browser or on a device, and is
/// first-party. A third-party app must not see a password (RFC 9700 2.4).
pub fn find_app(core: &Core, id: &str) -> Result<ClientApp> {
    let live = core.snapshot();
    let fits =
        |app: &&ClientApp| app.is_public() && !app.is_third_party && app.kind != AppType::MachineToMachine;
    live.app(id).filter(fits).cloned().ok_or_else(|| Refusal::NotFound.into())
}

/// Sets a password with the session of an SDK app. The current one is not asked for, as documented: an app
/// that wants that signs the user in again first. After a recovery the session is the proof, and setting a
/// password makes it an ordinary one. Other sessions end as the setting says, while this one and its tokens
/// stay; with `revoke: all` it ends too.
#[tracing::instrument(name = "set_sdk_password", skip_all)]
pub async fn set_password(context: Context<'_>, here: &AuthenticatedSdkUser, new: &Secret) -> Result<()> {
    let reason = match here.amr {
        Amr::Recovery if here.authenticated.session.must_change.is_some() => ChangeReason::Recovery,
        _ => ChangeReason::SignedIn,
    };
    account::set_password_by_session(context, &here.authenticated, new, reason).await
}
