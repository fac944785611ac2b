//! The routes for operators' machines.

use utoipa::OpenApi;

use crate::faces::management::{one_time_tokens, sign_in_experience, templates, verification_codes};

/// Every handler of that face.
#[derive(OpenApi)]
#[openapi(paths(
    sign_in_experience::check_password,
    templates::list,
    templates::replace,
    templates::destroy_all,
    templates::preview,
    templates::destroy_language,
    templates::destroy_type,
    templates::show,
    templates::destroy,
    templates::update,
    verification_codes::create,
    verification_codes::verify,
    one_time_tokens::list,
    one_time_tokens::create,
    one_time_tokens::verify,
    one_time_tokens::show,
    one_time_tokens::destroy,
    one_time_tokens::change
))]
pub(super) struct Management;
