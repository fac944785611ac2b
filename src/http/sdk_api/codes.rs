//! Requests codes, with the same response for every address, and exchanges a code for a session.

use actix_web::http::StatusCode;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::sdk_api::error::EndpointKind;
use crate::http::sdk_api::extractor::SdkJson;
use crate::http::sdk_api::schema::{
    DoneOut, EmailIn, SendIn, SessionOut, VerifyIn, done_body, parse_email, session_body,
};
use rekey_core::captcha::ProtectedAction;
use rekey_core::sdk::codes::{self, CodePurpose, SubmittedCode};
use rekey_core::types::error::{Refusal, Result};

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
pub async fn request_reset(asked: SdkJson<EmailIn>) -> ApiResponse {
    let outcome = async {
        let email = parse_email(&asked.body.email)?;
        asked
            .request
            .ensure_human(ProtectedAction::PasswordReset, asked.body.captcha_token.as_deref())
            .await?;
        codes::send_recovery_code(asked.request.context(), &email).await
    };
    asked.request.respond(outcome.await.map(|()| done_body()), EndpointKind::Default)
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
pub async fn send(asked: SdkJson<SendIn>) -> ApiResponse {
    let may_create_account = asked.body.create_user.unwrap_or(true);
    let outcome = async {
        let email = parse_email(&asked.body.email)?;
        asked.request.ensure_human(ProtectedAction::SignIn, asked.body.captcha_token.as_deref()).await?;
        codes::send_sign_in_code(asked.request.context(), &email, may_create_account).await
    };
    asked.request.respond(outcome.await.map(|()| done_body()), EndpointKind::Default)
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
pub async fn verify(asked: SdkJson<VerifyIn>) -> ApiResponse {
    let outcome = match parse_code_kind(asked.body.kind.as_deref()) {
        Some(kind) => try_verify(&asked, kind).await,
        None => {
            return ApiError::new(StatusCode::BAD_REQUEST, "invalid_type").into_response(&asked.request.call);
        }
    };
    asked.request.respond(outcome, EndpointKind::Default)
}

async fn try_verify(asked: &SdkJson<VerifyIn>, kind: CodeKind) -> Result<serde_json::Value> {
    let email = parse_email(&asked.body.email)?;
    // Invitations are not supported here, so no code is for one.
    let CodeKind::Sent(purpose) = kind else { return Err(Refusal::RequestEnded.into()) };
    let code = asked.body.token.as_str();
    let sign_up = asked.body.signup_token.as_ref();
    let proof = SubmittedCode { purpose, email: &email, code, sign_up };
    let come = codes::verify(asked.request.context(), &asked.request.app, &proof).await;
    come.map(|come| session_body(&come))
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
