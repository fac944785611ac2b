//! The Experience API: JSON for people who build their own screens. It is the same machine as the pages, in the same browser: both keep
//! what is under way in one sealed cookie, so that somebody may go on with either. The surprise: the cookie is the only proof, so these
//! addresses are for screens of this origin, and nobody else's script can post here (the wall).

/// Codes are sent and checked.
pub mod codes;
/// Agreeing that an app learns who one is.
pub mod consent;
/// Refusals as this face says them.
pub mod error;
/// Who calls.
mod extractor;
/// Whom a proof identifies.
pub mod identification;
/// What is under way.
pub mod interaction;
/// What an account or a password will be.
pub mod profile;
/// How far it has got, and what may be done next.
mod progress;
/// What is sent and answered.
mod schema;
/// The last step.
pub mod submit;
/// Proofs that need no message.
pub mod verification;
/// What a screen must know before anybody has typed anything.
pub mod well_known;
