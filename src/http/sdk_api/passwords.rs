//! Sign-in and sign-up by password, and setting a password.

use crate::http::api::ApiResponse;
use crate::http::sdk_api::error::EndpointKind;
use crate::http::sdk_api::extractor::{SdkJson, SdkUserOrRestrictedJson};
use crate::http::sdk_api::idempotency::run_idempotent;
use crate::http::sdk_api::schema::{
    CredentialsIn, DoneOut, EmailIn, PasswordIn, SessionOut, SignUpOut, UpdatedOut, confirmation_body,
    done_body, parse_email, session_body, updated_body,
};
use rekey_core::captcha::ProtectedAction;
use rekey_core::sdk::{codes, set_password};
use rekey_core::sign_in::Typed;
use rekey_core::sign_up::cookieless;

/// `POST …/email/signin`: exchanges address and password for a session.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/email/signin", tag = "sdk",
    params(
        ("app_id" = String, Path, description = "The id of a public application."),
        ("idempotency-key" = Option<String>, Header, description = "A key of the call, which is then executed only once within a day."),
    ),
    request_body = CredentialsIn,
    responses(
        (status = 200, description = "The user is signed in.", body = SessionOut),
        (status = 400, description = "`invalid_email`."),
        (status = 401, description = "`invalid_credentials`."),
        (status = 403, description = "`email_provider_disabled`."),
        (status = 409, description = "`idempotency_in_progress`."),
        (status = 422, description = "`idempotency_key_reused`."),
    ),
)]
pub async fn sign_in(asked: SdkJson<CredentialsIn>) -> ApiResponse {
    let by = &asked.request;
    let given = &asked.body;
    let work = async {
        parse_email(&given.email)?;
        let typed = Typed { identifier: &given.email, password: &given.password };
        codes::sign_in_by_password(by.context(), &by.app, typed).await.map(|come| session_body(&come))
    };
    run_idempotent(by, "signin", &[&given.email, given.password.expose()], EndpointKind::Default, work).await
}

/// `POST …/email/signup`: sends a code, and returns a token that carries the password of the new account.
/// Only its owner learns, by mail, that an address is taken.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/email/signup", tag = "sdk",
    params(
        ("app_id" = String, Path, description = "The id of a public application."),
        ("idempotency-key" = Option<String>, Header, description = "A key of the call, which is then executed only once within a day."),
    ),
    request_body = CredentialsIn,
    responses(
        (status = 200, description = "A code is on its way, if there is a recipient.", body = SignUpOut),
        (status = 400, description = "`invalid_email`, `captcha_failed`, `weak_password` with the issues in `data`."),
        (status = 403, description = "`signup_disabled`."),
        (status = 409, description = "`idempotency_in_progress`."),
        (status = 422, description = "`idempotency_key_reused`."),
    ),
)]
pub async fn sign_up(asked: SdkJson<CredentialsIn>) -> ApiResponse {
    let by = &asked.request;
    let given = &asked.body;
    let work = async {
        let email = parse_email(&given.email)?;
        by.ensure_human(ProtectedAction::SignUp, given.captcha_token.as_deref()).await?;
        cookieless::request_code(by.context(), &email, &given.password)
            .await
            .map(|token| confirmation_body(&given.email, &token))
    };
    run_idempotent(by, "signup", &[&given.email, given.password.expose()], EndpointKind::Default, work).await
}

/// `POST …/email/resend`: sends the code of a new account again.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/email/resend", tag = "sdk",
    params(
        ("app_id" = String, Path, description = "The id of a public application."),
        ("idempotency-key" = Option<String>, Header, description = "A key of the call, which is then executed only once within a day."),
    ),
    request_body = EmailIn,
    responses(
        (status = 200, description = "A code is on its way, if there is a recipient.", body = DoneOut),
        (status = 400, description = "`invalid_email`."),
        (status = 409, description = "`idempotency_in_progress`."),
        (status = 422, description = "`idempotency_key_reused`."),
        (status = 429, description = "`over_email_send_rate_limit`, whether or not an account has the address. Wait as long as Retry-After says."),
    ),
)]
pub async fn resend(asked: SdkJson<EmailIn>) -> ApiResponse {
    let by = &asked.request;
    let given = &asked.body;
    let work = async {
        let email = parse_email(&given.email)?;
        cookieless::resend(by.context(), &email).await.map(|()| done_body())
    };
    run_idempotent(by, "resend", &[&given.email], EndpointKind::SendsMessage, work).await
}

/// `POST …/password/update`: sets a new password for the signed-in user. The session and its tokens stay
/// valid.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/password/update", tag = "sdk", security(("bearer" = [])),
    params(("app_id" = String, Path, description = "The id of a public application.")),
    request_body = PasswordIn,
    responses(
        (status = 200, description = "It is set.", body = UpdatedOut),
        (status = 400, description = "`weak_password` with the issues in `data`."),
        (status = 401, description = "`invalid_token`."),
        (status = 403, description = "`password_change_disabled`: users can't change their passwords."),
    ),
)]
pub async fn update(asked: SdkUserOrRestrictedJson<PasswordIn>) -> ApiResponse {
    let by = &asked.user.request;
    let here = &asked.user.current;
    let outcome = set_password(by.context(), here, &asked.body.password).await;
    by.respond(outcome.map(|()| updated_body(&here.authenticated.user)), EndpointKind::SetsPassword)
}
