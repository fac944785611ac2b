//! What people do, through HTTP, without a script: each test is one person's way, told in the steps they take.

mod account;
mod bad_input;
mod code;
mod compliance;
mod demo_app;
mod development;
mod entry;
mod forged;
mod forgot_password;
mod link;
mod not_me;
mod one_time;
mod online_check;
mod replays;
mod sign_in;
mod sign_in_by_code;
mod sign_up;
pub(crate) mod steps;
