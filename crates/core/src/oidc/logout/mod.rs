//! Logout in both directions: an app asks us to end the user's session (`rp_initiated`), and we notify
//! the apps of a session that has ended (`back_channel`). Sessions themselves are ended in
//! `sessions::revoke`.

pub mod back_channel;
pub mod rp_initiated;
