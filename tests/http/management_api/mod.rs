//! The Management API: every status, code and body of its contract.

mod account_center;
mod applications;
mod authority;
mod bootstrap_lists;
mod captcha_provider;
mod check_password;
mod connectors;
mod every_instance;
mod jwt_customizer;
mod one_time_tokens;
mod sign_in_experience;
mod templates;
mod users;
mod verification_codes;
