//! Apps with their own screens, which use the browser SDK. The journeys are those of the pages, found by
//! address because such an app keeps no cookie between two calls; this module turns their results into a
//! grant with renewable tokens. A recovery starts a session at once, which for an hour may only set the
//! password.

pub mod authentication;
pub mod codes;
pub mod password;
pub mod tokens;

use crate::Core;
use crate::apps::client_app::{AppType, ClientApp};
use crate::types::error::{Refusal, Result};

/// The app of this id, if it may have its own screens: it runs in a browser or on a device, and is
/// first-party. A third-party app must not see a password (RFC 9700 2.4).
pub fn find_app(core: &Core, id: &str) -> Result<ClientApp> {
    let live = core.snapshot();
    let fits =
        |app: &&ClientApp| app.is_public() && !app.is_third_party && app.kind != AppType::MachineToMachine;
    live.app(id).filter(fits).cloned().ok_or_else(|| Refusal::NotFound.into())
}
