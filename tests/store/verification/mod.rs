//! Requests, codes, grants, one-time tokens and verification records.

pub(crate) mod codes;
mod grants;
pub(crate) mod one_time_tokens;
pub(crate) mod records;
pub(crate) mod requests;
