//! Sign-in and sign-up by password, and setting a password.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::ApiResponse;
use crate::http::sdk_api::error::EndpointKind;
use crate::http::sdk_api::extractor::{SdkJson, SdkUserOrRestrictedJson, SdkUserOrRestrictedRequest};
use crate::http::sdk_api::idempotency::run_idempotent;
use crate::http::sdk_api::schema::{
    DoneOut, EmailIn, SessionOut, SignUpOut, UserOut, confirmation_body, done_body, parse_email, session_body,
};
use rekey_core::captcha::ProtectedAction;
use rekey_core::sdk::{codes, set_password};
use rekey_core::sign_in::Typed;
use rekey_core::sign_up::cookieless;
use rekey_core::types::secret::Secret;

/// An address and a password.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = SdkCredentials)]
pub struct CredentialsIn {
    email: String,
    #[schema(value_type = String)]
    password: Secret,
    /// The captcha token, if the settings require one for sign-up.
    captcha_token: Option<String>,
}

/// A new password.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = SdkNewPassword)]
pub struct PasswordIn {
    #[schema(value_type = String)]
    password: Secret,
}

/// The password was set.
#[derive(Serialize, ToSchema)]
#[schema(as = SdkUpdatedPassword)]
pub struct UpdatedOut {
    ok: bool,
    user: UserOut,
}

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
pub async fn sign_in(sent: SdkJson<CredentialsIn>) -> ApiResponse {
    let by = &sent.request;
    let given = &sent.body;
    let work = async {
        parse_email(&given.email)?;
        let typed = Typed { identifier: &given.email, password: &given.password };
        codes::sign_in_by_password(by.context(), &by.app, typed).await.map(|session| session_body(&session))
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
pub async fn sign_up(sent: SdkJson<CredentialsIn>) -> ApiResponse {
    let by = &sent.request;
    let given = &sent.body;
    let work = async {
        let shown = given.captcha_token.as_deref();
        let email = by.read_email(&given.email, ProtectedAction::SignUp, shown).await?;
        let requested = cookieless::request_code(by.context(), &email, &given.password).await;
        requested.map(|requested| confirmation_body(&given.email, &requested))
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
pub async fn resend(sent: SdkJson<EmailIn>) -> ApiResponse {
    let by = &sent.request;
    let given = &sent.body;
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
pub async fn update(sent: SdkUserOrRestrictedJson<PasswordIn>) -> ApiResponse {
    let SdkUserOrRestrictedRequest { request: by, current } = &sent.request;
    let outcome = set_password(by.context(), current, &sent.body.password).await;
    let updated = || json!(UpdatedOut { ok: true, user: (&current.authenticated.user).into() });
    by.respond(outcome.map(|()| updated()), EndpointKind::SetsPassword)
}
