//! The data of a new account, or a new password. It is checked here and stored by the last step; until then a
//! password is kept as its hash in the encrypted cookie.

use actix_web::HttpResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::error::{bad_request, not_found, unprocessable};
use crate::http::api::{ApiError, ApiResponse};
use crate::http::experience_api::extractor::{ExperienceJson, ExperienceRequest, StepError};
use crate::http::experience_api::progress::{MissingStep, Progress};
use crate::http::routes::urls::Flow;
use rekey_core::passwords::ReusePolicy;
use rekey_core::recovery;
use rekey_core::sign_up::{self, SignUpProof};
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::identifier::{Identifier, IdentifierKind};
use rekey_core::types::secret::Secret;
use rekey_core::verification::VerifiedGrant;

/// A new password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = InteractionNewPassword)]
pub struct PasswordIn {
    #[schema(value_type = String)]
    password: Secret,
}

/// The kind of data for a new account.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InteractionProfilePart)]
pub enum PartIn {
    /// Its username.
    Username,
    /// Its password.
    Password,
}

/// Data for a new account.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = InteractionProfileRequest)]
pub struct ProfileIn {
    #[serde(rename = "type")]
    part: PartIn,
    #[schema(value_type = String)]
    value: Secret,
}

/// `PUT /api/experience/profile/password`: sets the new password of a password reset.
#[utoipa::path(
    put, path = "/api/experience/profile/password", tag = "experience", operation_id = "chooseInteractionPassword",
    request_body = PasswordIn,
    responses(
        (status = 204, description = "It is accepted, and saved by the last step."),
        (status = 400, description = "`session.not_found`, `session.invalid_interaction_type`, `guard.invalid_input`."),
        (status = 404, description = "`session.interaction_not_found`, `session.identifier_not_found`, `session.verification_session_not_found`."),
        (status = 422, description = "`password.rejected` with the reasons in `data`, `user.same_password`."),
    ),
)]
pub async fn reset(sent: ExperienceJson<PasswordIn>) -> ApiResponse {
    sent.run_with_next(try_reset).await
}

async fn try_reset(request: &ExperienceRequest, body: &PasswordIn) -> Result<ApiResponse, StepError> {
    if request.active_flow()? != Flow::ForgotPassword {
        return Err(bad_request("session.invalid_interaction_type").into());
    }
    let grant = load_grant(request, Flow::ForgotPassword).await?;
    let accepted =
        recovery::validate_new_password(request.context(), &grant, &body.password, ReusePolicy::Reject)
            .await?;
    request.page.update_flow_state(|flow_state| flow_state.password = Some(accepted));
    Ok(HttpResponse::NoContent().finish())
}

/// The grant of an identified user.
pub(super) async fn load_grant(request: &ExperienceRequest, flow: Flow) -> Result<VerifiedGrant, StepError> {
    let progress = Progress::load(request).await?;
    let is_open = !matches!(progress.missing(), Some(MissingStep::Proof | MissingStep::Identification));
    let granted = progress.flow_state.grant_for(flow).filter(|_| is_open);
    let (id, token) = granted.ok_or(not_found("session.identifier_not_found"))?;
    Ok(VerifiedGrant { request: id, token })
}

/// The proof for a new account: a username, or a verified identifier.
pub(super) async fn load_claim(request: &ExperienceRequest) -> Result<SignUpProof, StepError> {
    match request.flow_state().username {
        Some(name) => Ok(SignUpProof::Name(name)),
        None => load_grant(request, Flow::Register).await.map(SignUpProof::VerifiedAddress),
    }
}

/// `POST /api/experience/profile`: sets the username or the password of a new account. A taken username is
/// reported.
#[utoipa::path(
    post, path = "/api/experience/profile", tag = "experience", operation_id = "completeInteractionProfile",
    request_body = ProfileIn,
    responses(
        (status = 204, description = "It is accepted, and saved by the last step."),
        (status = 400, description = "`session.not_found`, `session.not_supported_for_forgot_password`, `session.invalid_interaction_type`, `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: sign-up is off."),
        (status = 404, description = "`session.interaction_not_found`, `session.identifier_not_found`, `session.verification_session_not_found`."),
        (status = 422, description = "`password.rejected` with the reasons in `data`, `user.username_already_in_use`, `user.sign_up_method_not_enabled`."),
        (status = 429, description = "`request.rate_limited`: too many names were tried. Wait as long as Retry-After says."),
    ),
)]
pub async fn add(sent: ExperienceJson<ProfileIn>) -> ApiResponse {
    sent.run_with_next(try_add).await
}

async fn try_add(request: &ExperienceRequest, body: &ProfileIn) -> Result<ApiResponse, StepError> {
    match request.active_flow()? {
        Flow::ForgotPassword => return Err(bad_request("session.not_supported_for_forgot_password").into()),
        Flow::SignIn => return Err(bad_request("session.invalid_interaction_type").into()),
        Flow::Register => {}
    }
    match body.part {
        PartIn::Username => set_username(request, body.value.expose()).await?,
        PartIn::Password => {
            let claim = load_claim(request).await?;
            let accepted = sign_up::validate_password(request.context(), &claim, &body.value).await?;
            request.page.update_flow_state(|flow_state| flow_state.password = Some(accepted));
        }
    }
    Ok(HttpResponse::NoContent().finish())
}

/// A username replaces any other proof of the new account.
async fn set_username(request: &ExperienceRequest, typed: &str) -> Result<(), StepError> {
    let read = Identifier::try_parse_as(IdentifierKind::Username, typed);
    if let Err(why) = read.and_then(|name| name.validate_new()) {
        return Err(ApiError::invalid(format!("value: {}", why.expected("expected a username"))).into());
    }
    match sign_up::start(request.context(), typed, None).await {
        Ok(sign_up::StartedSignUp::Name(name)) => request.page.update_flow_state(|flow_state| {
            flow_state.start_flow(Flow::Register);
            flow_state.username = Some(name);
        }),
        Ok(sign_up::StartedSignUp::CodeSent(_)) | Err(Error::Refused(Refusal::IdentifierMalformed)) => {
            return Err(unprocessable("user.sign_up_method_not_enabled").into());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
