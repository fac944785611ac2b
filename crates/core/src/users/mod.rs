//! Users: what an account is, how it is stored and how it is found. It changes none by itself: users
//! change their own in `account`, operators change any in `user_management`.

pub mod custom_data;
pub mod identifiers;
pub mod profile;
pub mod recipient_store;
pub mod search;
pub mod search_key;
pub mod search_store;
pub mod store;
pub mod user;
pub mod user_info;
