//! The hosted pages over HTTP without scripts: each test is one user's way through them, step by step.

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
