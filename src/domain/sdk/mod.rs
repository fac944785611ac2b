//! Apps whose screens are their own: what the browser SDK asks for. The journeys are those of the pages,
//! found again by the address because such an app holds nothing of ours between two calls; what is here is
//! only what they end in, a grant of the app with tokens that are renewed. The surprise: a forgotten password
//! gives a session at once, which for an hour is good for the next password.

pub mod authentication;
pub mod codes;
pub mod idempotency;
pub mod password;
pub mod tokens;

use crate::model::app::{AppType, ClientApp};
use crate::model::error::{Refusal, Result};

use super::Core;

/// The app of this id, if its screens may be its own: it runs in a browser or on a device, and it is nobody
/// else's. A third party's app must not see a password (RFC 9700 2.4).
pub fn find_app(rekey: &Core, id: &str) -> Result<ClientApp> {
    let live = rekey.snapshot();
    let fits =
        |app: &&ClientApp| app.is_public() && !app.is_third_party && app.kind != AppType::MachineToMachine;
    live.app(id).filter(fits).cloned().ok_or_else(|| Refusal::NotFound.into())
}
