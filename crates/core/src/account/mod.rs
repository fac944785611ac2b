//! What signed-in users do with their own account, on our pages or through an app: change the password,
//! addresses and profile, and list sessions. A change that could lock the owner out needs a recent proof,
//! and the addresses that the account had are notified. Changes by operators are in `user_management`.

mod account_patch;
mod addresses;
mod authorization;
mod current_password;
mod password;
mod password_change;
mod profile;
mod reauthentication;
mod sessions;

pub use crate::account::account_patch::AccountPatch;
pub use crate::account::addresses::{NewAddress, remove_address, set_address};
pub use crate::account::authorization::{Principal, authenticate_bearer};
pub(crate) use crate::account::current_password::verify_current_password;
pub use crate::account::password::{
    TypedPasswords, change_password, live_check, may_change_password, requires_current_password, set_password,
};
pub(crate) use crate::account::password_change::set_password_by_session;
pub use crate::account::password_change::{ChangeReason, PasswordChangeOutcome};
pub use crate::account::profile::{update, update_profile};
pub use crate::account::reauthentication::{
    Attempt, CodeRequest, reauthenticate_by_password, send_code, verify_code,
};
pub use crate::account::sessions::{end_grant, end_session, list_grants, list_sessions};
