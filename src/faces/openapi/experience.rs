//! The routes for people who build their own screens.

use utoipa::OpenApi;

use crate::faces::experience::well_known;

/// Every handler of that face.
#[derive(OpenApi)]
#[openapi(paths(well_known::sign_in_experience))]
pub(super) struct Experience;
