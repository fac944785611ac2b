//! The routes for operators' machines.

use utoipa::OpenApi;

use crate::faces::management::sign_in_experience;

/// Every handler of that face.
#[derive(OpenApi)]
#[openapi(paths(sign_in_experience::check_password))]
pub(super) struct Management;
