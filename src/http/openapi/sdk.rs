//! The routes that the browser SDK calls.

use utoipa::OpenApi;

use crate::http::sdk_api::{codes, passwords, sessions};

/// The handlers for the browser SDK.
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
    sessions::oauth,
    sessions::anonymous
))]
pub(super) struct Sdk;
