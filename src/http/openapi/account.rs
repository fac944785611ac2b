//! The routes of the Account API.

use utoipa::OpenApi;

use crate::http::account_api::{addresses, grants, password, profile, sessions, verifications};

/// The handlers of the Account API.
#[derive(OpenApi)]
#[openapi(paths(
    profile::show,
    profile::update,
    profile::update_profile,
    password::set,
    password::verify,
    addresses::set_email,
    addresses::remove_email,
    addresses::set_phone,
    addresses::remove_phone,
    sessions::list_sessions,
    sessions::end_session,
    grants::list_grants,
    grants::end_grant,
    verifications::send_code,
    verifications::check_code
))]
pub(super) struct Account;
