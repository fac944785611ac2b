//! Codes: asking for one is answered alike for everybody, and what one opens is a session.

use actix_web::http::StatusCode;

use super::answer::Told;
use super::call::Asked;
use super::wire::{DoneOut, EmailIn, SendIn, SessionOut, VerifyIn, address, done, session};
use crate::domain::captcha::Deed;
use crate::domain::sdk::codes::{self, CodeFor, Proof};
use crate::faces::common::api::{Answer, ApiError};
use crate::model::error::{Refusal, Result};

/// `POST …/password/request-reset`: a message for the person with the address, and the same answer when nobody has it.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/password/request-reset", tag = "sdk",
    params(("app_id" = String, Path, description = "The id of a public application.")),
    request_body = EmailIn,
    responses(
        (status = 200, description = "The person with the address gets a message.", body = DoneOut),
        (status = 400, description = "`invalid_email`, `captcha_failed`."),
        (status = 403, description = "`recovery_disabled`."),
    ),
)]
pub async fn request_reset(asked: Asked<EmailIn>) -> Answer {
    let (rekey, caller) = (asked.by.rekey(), asked.by.caller());
    let outcome = async {
        let email = address(&asked.body.email)?;
        asked.by.is_human(Deed::PasswordReset, asked.body.captcha_token.as_deref()).await?;
        codes::forgot(rekey, caller, &email).await
    };
    asked.by.answer(outcome.await.map(|()| done()), Told::AsUsual)
}

/// `POST …/otp/send`: a code to come in with.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/otp/send", tag = "sdk",
    params(("app_id" = String, Path, description = "The id of a public application.")),
    request_body = SendIn,
    responses(
        (status = 200, description = "The person with the address gets a code.", body = DoneOut),
        (status = 400, description = "`invalid_email`, `captcha_failed`."),
        (status = 403, description = "`email_provider_disabled`: nobody signs in by code here."),
    ),
)]
pub async fn send(asked: Asked<SendIn>) -> Answer {
    let (rekey, caller) = (asked.by.rekey(), asked.by.caller());
    let may_create = asked.body.create_user.unwrap_or(true);
    let outcome = async {
        let email = address(&asked.body.email)?;
        asked.by.is_human(Deed::SignIn, asked.body.captcha_token.as_deref()).await?;
        codes::send(rekey, caller, &email, may_create).await
    };
    asked.by.answer(outcome.await.map(|()| done()), Told::AsUsual)
}

/// `POST …/otp/verify`: the code becomes a session. That of a forgotten password lasts an hour, until a new one is set.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/otp/verify", tag = "sdk",
    params(("app_id" = String, Path, description = "The id of a public application.")),
    request_body = VerifyIn,
    responses(
        (status = 200, description = "Somebody is here.", body = SessionOut),
        (status = 400, description = "`invalid_email`, `invalid_type`."),
        (status = 401, description = "`invalid_otp`: wrong, expired, used, or nothing was asked for."),
    ),
)]
pub async fn verify(asked: Asked<VerifyIn>) -> Answer {
    let outcome = match code_for(asked.body.kind.as_deref()) {
        Some(code_for) => verified(&asked, code_for).await,
        None => {
            return ApiError::new(StatusCode::BAD_REQUEST, "invalid_type").answer(&asked.by.call);
        }
    };
    asked.by.answer(outcome, Told::AsUsual)
}

async fn verified(asked: &Asked<VerifyIn>, code_for: Option<CodeFor>) -> Result<serde_json::Value> {
    let email = address(&asked.body.email)?;
    // Nobody is invited by code here, so none does.
    let code_for = code_for.ok_or(Refusal::RequestEnded)?;
    let (code, sign_up) = (asked.body.token.as_str(), asked.body.signup_token.as_ref());
    let proof = Proof { code_for, email: &email, code, sign_up };
    let come = codes::verify(asked.by.rekey(), asked.by.caller(), &asked.by.app, &proof).await;
    come.map(|come| session(&come))
}

/// What a code is said to be for; `Some(None)` for what is known and never sent.
fn code_for(kind: Option<&str>) -> Option<Option<CodeFor>> {
    match kind.unwrap_or("email") {
        "recovery" => Some(Some(CodeFor::Recovery)),
        "email" | "magiclink" => Some(Some(CodeFor::Email)),
        "signup" => Some(Some(CodeFor::SignUp)),
        "invite" => Some(None),
        _ => None,
    }
}
