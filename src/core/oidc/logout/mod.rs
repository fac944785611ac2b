//! Logout, of the user at an application and of the application by us.

pub mod back_channel;
pub mod rp_initiated;
