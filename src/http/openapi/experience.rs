//! The routes of the Experience API.

use utoipa::OpenApi;

use crate::http::experience_api::{
    codes, consent, identification, interaction, profile, submit, verification, well_known,
};

/// The handlers of the Experience API.
#[derive(OpenApi)]
#[openapi(paths(
    well_known::sign_in_experience,
    well_known::account_center,
    well_known::sso_connectors,
    interaction::begin,
    interaction::switch,
    interaction::show,
    codes::send,
    codes::check,
    verification::by_password,
    verification::by_token,
    identification::identify,
    profile::reset,
    profile::add,
    submit::submit,
    consent::show,
    consent::agree,
    consent::decline,
))]
pub(super) struct Experience;
