//! The Experience API: JSON for custom sign-in screens. It uses the same flows as the pages, in the same
//! encrypted cookie, so that a user may continue with either. The cookie is the only credential, so the
//! endpoints are for screens of this origin, and the middleware rejects posts from other sites (CSRF).

/// Sending and checking codes.
pub mod codes;
/// Consent to an application.
pub mod consent;
/// Refusals of this API.
pub mod error;
/// The extractor of its calls.
mod extractor;
/// Identifying the user.
pub mod identification;
/// The interaction.
pub mod interaction;
/// The new password, or the new account's data.
pub mod profile;
/// The progress, and the possible next steps.
mod progress;
/// Types shared by several steps.
mod schema;
/// The last step.
pub mod submit;
/// Proofs that need no message.
pub mod verification;
/// The settings that a screen needs at the start.
pub mod well_known;
