//! Settings that take effect at once: the sign-in experience, the account center, token claims and the
//! captcha.

/// The account center.
pub mod account_center;
/// The captcha.
pub mod captcha_provider;
/// Custom token claims.
pub mod jwt_customizer;
/// The sign-in experience, and checking a password against its policy.
pub mod sign_in_experience;
