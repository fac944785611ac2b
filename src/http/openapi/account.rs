//! The routes of the Account API.

use utoipa::OpenApi;

use crate::http::account_api::{addresses, password, profile, sessions, settings, verifications};

/// The handlers of the Account API.
#[derive(OpenApi)]
#[openapi(paths(
    settings::show,
    profile::show,
    profile::update,
    profile::update_profile,
    password::set,
    addresses::set_email,
    addresses::remove_email,
    addresses::set_phone,
    addresses::remove_phone,
    sessions::list_sessions,
    sessions::end_session,
    sessions::list_grants,
    sessions::end_grant,
    verifications::by_password,
    verifications::send_code,
    verifications::check_code
))]
pub(super) struct Account;
