//! Types that every subject uses: ids, identifiers, secrets, timestamps, errors, the caller. Parsing
//! happens here, so that every value of a type is well-formed. No SQL, no HTTP, no async; the types of
//! one subject are in its own folder.

pub mod caller;
pub mod error;
pub mod identifier;
pub mod ids;
pub mod patch;
pub mod purpose;
pub mod scope;
pub mod secret;
pub mod signing_alg;
pub mod text;
pub mod time;
