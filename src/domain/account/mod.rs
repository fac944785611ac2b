//! What a signed-in person does with their account, on our pages or through an app: change the password, the addresses, what they say
//! about themselves; see where they are signed in. What could lock the owner out needs a fresh proof, and the addresses that the
//! account had hear of it.

mod addresses;
mod by_session;
mod name_notice;
mod new_password;
mod own;
pub(super) mod password;
mod places;
mod proof;
mod who;

pub use self::addresses::{NewAddress, remove_address, set_address};
pub use self::by_session::set_by_session;
pub use self::new_password::{Changed, Token, Way};
pub use self::own::{OwnChange, update, update_profile};
pub use self::password::{
    TypedPasswords, asks_for_current, change_password, glance, may_change_password, set_password,
};
pub use self::places::{end_grant, end_session, list_grants, list_sessions};
pub use self::proof::{Asked, Attempt, by_password, check_code, send_code};
pub use self::who::{Who, bearer};
