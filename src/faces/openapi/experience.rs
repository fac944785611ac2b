//! The routes for people who build their own screens.

use utoipa::OpenApi;

use crate::faces::experience::{
    codes, consent, identification, interaction, profile, proofs, submit, well_known,
};

/// Every handler of that face.
#[derive(OpenApi)]
#[openapi(paths(
    well_known::sign_in_experience,
    well_known::sso_connectors,
    interaction::begin,
    interaction::switch,
    interaction::show,
    codes::send,
    codes::check,
    proofs::by_password,
    proofs::by_token,
    identification::identify,
    profile::reset,
    profile::add,
    submit::submit,
    consent::show,
    consent::agree,
    consent::decline,
))]
pub(super) struct Experience;
