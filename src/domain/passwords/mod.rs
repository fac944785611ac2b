//! Passwords: judging new ones, hashing them, checking typed ones. Where they are kept and who may change them is not
//! decided here. The surprise: hashing runs on its own few threads, because it is most of what this program costs.

pub mod argon;
pub mod common;
pub mod foreign;
pub mod hasher;
pub mod policy;
