//! Recovery: sets a new password for a user who proved an address of the account. Sending and checking
//! the code or link is up to `verification`, with the purpose `Reset`.

pub mod reset_by_token;
pub mod reset_password;
