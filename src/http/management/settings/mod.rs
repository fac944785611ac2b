//! What is set at run time and in force at once: how people sign in, what they may do with their account, what is added to tokens, who keeps machines out.

/// What signed-in people may see and change about themselves.
pub mod account_center;
/// Who checks that nobody is a machine.
pub mod captcha_provider;
/// Claims that are added to tokens.
pub mod jwt_customizer;
/// The sign-in experience, and whether a password meets its policy.
pub mod sign_in_experience;
