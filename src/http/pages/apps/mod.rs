//! The pages between an application and this server: resuming an authorization request, consent, and sign-out
//! at the request of an application. The core decides what the application gets.

/// Consent to an application.
pub mod consent;
/// Sign-out at the request of an application.
pub mod end_session;
/// Resuming an authorization request.
pub mod resume;
