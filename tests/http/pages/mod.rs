//! What people do, through HTTP, without a script: each test is one person's way, told in the steps they take.

mod account;
mod bad_input;
mod demo_app;
mod development;
mod entry;
mod forged;
mod passwords;
mod recovery;
mod rendering;
mod sign_in;
mod sign_in_by_code;
mod sign_up;
pub(crate) mod steps;
