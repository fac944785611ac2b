//! The routes that the browser SDK calls.

use utoipa::OpenApi;

use crate::faces::sdk::{codes, missing, passwords, sessions};

/// Every handler of that face.
#[derive(OpenApi)]
#[openapi(paths(
    codes::request_reset,
    codes::send,
    codes::verify,
    passwords::sign_in,
    passwords::sign_up,
    passwords::resend,
    passwords::update,
    sessions::refresh,
    sessions::sign_out,
    sessions::revoke_all,
    missing::oauth,
    missing::anonymous
))]
pub(super) struct Sdk;
