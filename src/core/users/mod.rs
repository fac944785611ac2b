//! Users: what an account is, and how accounts are found. Who changes them is in `user_management` and
//! `account`.

pub mod addresses;
pub mod custom_data;
pub mod profile;
pub mod recipient;
pub mod search;
pub mod search_key;
pub mod search_store;
pub mod store;
pub mod user;
pub mod user_info;
pub mod validation;
