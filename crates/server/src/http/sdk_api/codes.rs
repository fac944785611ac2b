//! Requests codes, with the same response for every address, and exchanges a code for a session.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::ApiResponse;
use crate::http::api::error::bad_request;
use crate::http::sdk_api::error::EndpointKind;
use crate::http::sdk_api::extractor::SdkJson;
use crate::http::sdk_api::schema::{DoneOut, EmailIn, SessionOut, done_body, parse_email, session_body};
use rekey_core::captcha::ProtectedAction;
use rekey_core::sdk::codes::{self, CodePurpose, SubmittedCode};
use rekey_core::types::error::{Refusal, Result};
use rekey_core::types::secret::Secret;

/// The address to which to send a code.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = SdkSendCode)]
pub struct SendIn {
    email: String,
    /// Whether the code creates an account if there is none; true by default.
    create_user: Option<bool>,
    /// The captcha token, if the settings require one.
    captcha_token: Option<String>,
}

/// A code, and the address to which it was sent.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = SdkVerifyCode)]
pub struct VerifyIn {
    email: String,
    token: String,
    /// `recovery`, `email`, `magiclink`, `signup` or `invite`; `email` by default.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// The token from `email/signup`, which carries the password of a new account; without it, the account is
    /// created without one.
    #[schema(value_type = Option<String>)]
    signup_token: Option<Secret>,
}

/// `POST …/password/request-reset`: sends a message to the user with the address. The response is the same if
/// there is none.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/password/request-reset", tag = "sdk",
    params(("app_id" = String, Path, description = "The id of a public application.")),
    request_body = EmailIn,
    responses(
        (status = 200, description = "The user with the address gets a message.", body = DoneOut),
        (status = 400, description = "`invalid_email`, `captcha_failed`."),
        (status = 403, description = "`recovery_disabled`."),
    ),
)]
pub async fn request_reset(sent: SdkJson<EmailIn>) -> ApiResponse {
    let SdkJson { request, body } = sent;
    let shown = body.captcha_token.as_deref();
    let outcome = async {
        let email = request.read_email(&body.email, ProtectedAction::PasswordReset, shown).await?;
        codes::send_recovery_code(request.context(), &email).await
    };
    request.respond(outcome.await.map(|()| done_body()), EndpointKind::Default)
}

/// `POST …/otp/send`: sends a code for signing in.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/otp/send", tag = "sdk",
    params(("app_id" = String, Path, description = "The id of a public application.")),
    request_body = SendIn,
    responses(
        (status = 200, description = "The user with the address gets a code.", body = DoneOut),
        (status = 400, description = "`invalid_email`, `captcha_failed`."),
        (status = 403, description = "`email_provider_disabled`: sign-in by code is off."),
    ),
)]
pub async fn send(sent: SdkJson<SendIn>) -> ApiResponse {
    let SdkJson { request, body } = sent;
    let shown = body.captcha_token.as_deref();
    let outcome = async {
        let email = request.read_email(&body.email, ProtectedAction::SignIn, shown).await?;
        codes::send_sign_in_code(request.context(), &email, body.create_user.unwrap_or(true)).await
    };
    request.respond(outcome.await.map(|()| done_body()), EndpointKind::Default)
}

/// `POST …/otp/verify`: exchanges a code for a session. After a password reset, it lasts an hour unless a new
/// password is set.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/otp/verify", tag = "sdk",
    params(("app_id" = String, Path, description = "The id of a public application.")),
    request_body = VerifyIn,
    responses(
        (status = 200, description = "The user is signed in.", body = SessionOut),
        (status = 400, description = "`invalid_email`, `invalid_type`."),
        (status = 401, description = "`invalid_otp`: wrong, expired, used, or none was requested."),
    ),
)]
pub async fn verify(sent: SdkJson<VerifyIn>) -> ApiResponse {
    let Some(kind) = parse_code_kind(sent.body.kind.as_deref()) else {
        return bad_request("invalid_type").into_response(&sent.request.call);
    };
    sent.request.respond(try_verify(&sent, kind).await, EndpointKind::Default)
}

async fn try_verify(sent: &SdkJson<VerifyIn>, kind: CodeKind) -> Result<serde_json::Value> {
    let email = parse_email(&sent.body.email)?;
    // Invitations are not supported here, so no code is for one.
    let CodeKind::Sent(purpose) = kind else { return Err(Refusal::RequestEnded.into()) };
    let code = sent.body.token.as_str();
    let sign_up = sent.body.signup_token.as_ref();
    let proof = SubmittedCode { purpose, email: &email, code, sign_up };
    let session = codes::verify(sent.request.context(), &sent.request.app, &proof).await;
    session.map(|session| session_body(&session))
}

/// A kind of code that the protocol knows.
enum CodeKind {
    /// It is sent for this purpose.
    Sent(CodePurpose),
    /// It is for an invitation, and never sent.
    Invitation,
}

fn parse_code_kind(kind: Option<&str>) -> Option<CodeKind> {
    match kind.unwrap_or("email") {
        "recovery" => Some(CodeKind::Sent(CodePurpose::Recovery)),
        "email" | "magiclink" => Some(CodeKind::Sent(CodePurpose::Email)),
        "signup" => Some(CodeKind::Sent(CodePurpose::SignUp)),
        "invite" => Some(CodeKind::Invitation),
        _ => None,
    }
}
