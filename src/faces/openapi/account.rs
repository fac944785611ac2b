//! The routes for the signed-in person's apps.

use utoipa::OpenApi;

use crate::faces::account::{addresses, center, password, places, profile, verifications};

/// Every handler of that face.
#[derive(OpenApi)]
#[openapi(paths(
    center::show,
    profile::show,
    profile::update,
    profile::update_profile,
    password::set,
    addresses::set_email,
    addresses::remove_email,
    addresses::set_phone,
    addresses::remove_phone,
    places::list_sessions,
    places::end_session,
    places::list_grants,
    places::end_grant,
    verifications::by_password,
    verifications::send_code,
    verifications::check_code
))]
pub(super) struct Account;
