//! What an account or a password will be. It is judged here and written by the last step: a password is kept as its hash, in the sealed
//! cookie.

use actix_web::HttpResponse;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::{bad, missing, unfit};
use super::progress::{Missing, Progress};
use super::screen::{Screen, Sent, Stop};
use crate::domain::passwords::Again;
use crate::domain::recovery::complete::{self, Grant};
use crate::domain::sign_up::{self, Claim};
use crate::faces::common::api::{Answer, ApiError};
use crate::faces::common::urls::Flow;
use crate::model::error::{Error, Refusal};
use crate::model::identifier::{Identifier, IdentifierKind};
use crate::model::secret::Secret;

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InteractionNewPassword)]
pub struct PasswordIn {
    #[schema(value_type = String)]
    password: Secret,
}

/// What of an account to be.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InteractionProfilePart)]
pub enum PartIn {
    /// Its name.
    Username,
    /// Its password.
    Password,
}

/// A part of an account to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InteractionProfileWanted)]
pub struct ProfileIn {
    #[serde(rename = "type")]
    part: PartIn,
    #[schema(value_type = String)]
    value: Secret,
}

/// `PUT /api/experience/profile/password`: the new password of somebody who forgot theirs.
#[utoipa::path(
    put, path = "/api/experience/profile/password", tag = "experience", operation_id = "chooseInteractionPassword",
    request_body = PasswordIn,
    responses(
        (status = 204, description = "It is good, and waits for the last step."),
        (status = 400, description = "`session.not_found`, `session.invalid_interaction_type`, `guard.invalid_input`."),
        (status = 404, description = "`session.interaction_not_found`, `session.identifier_not_found`, `session.verification_session_not_found`."),
        (status = 422, description = "`password.rejected` with the reasons in `data`, `user.same_password`."),
    ),
)]
pub async fn reset(sent: Sent<PasswordIn>) -> Answer {
    let Sent { screen, body } = sent;
    screen.step(chosen(&screen, &body.password).await).await
}

async fn chosen(screen: &Screen, password: &Secret) -> Result<Answer, Stop> {
    if screen.flow()? != Flow::ForgotPassword {
        return Err(bad("session.invalid_interaction_type").into());
    }
    let grant = grant(screen, Flow::ForgotPassword).await?;
    let accepted = complete::judge(screen.rekey(), screen.caller(), &grant, password, Again::Refused).await?;
    screen.visit.remember(|journey| journey.password = Some(accepted));
    Ok(HttpResponse::NoContent().finish())
}

/// The grant of somebody who was identified.
pub(super) async fn grant(screen: &Screen, flow: Flow) -> Result<Grant, Stop> {
    let progress = Progress::of(screen).await?;
    let is_open = !matches!(progress.missing(), Some(Missing::Proof | Missing::Identification));
    let granted = progress.journey.granted(flow).filter(|_| is_open);
    let (request, token) = granted.ok_or(missing("session.identifier_not_found"))?;
    Ok(Grant { request, token })
}

/// What somebody has towards an account: a name, or a proof that was taken.
pub(super) async fn claim(screen: &Screen) -> Result<Claim, Stop> {
    match screen.journey().username {
        Some(name) => Ok(Claim::Name(name)),
        None => grant(screen, Flow::Register).await.map(Claim::Proved),
    }
}

/// `POST /api/experience/profile`: the username or the password of an account to be. A taken username is said.
#[utoipa::path(
    post, path = "/api/experience/profile", tag = "experience", operation_id = "completeInteractionProfile",
    request_body = ProfileIn,
    responses(
        (status = 204, description = "It is good, and waits for the last step."),
        (status = 400, description = "`session.not_found`, `session.not_supported_for_forgot_password`, `session.invalid_interaction_type`, `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: no accounts are made here."),
        (status = 404, description = "`session.interaction_not_found`, `session.identifier_not_found`, `session.verification_session_not_found`."),
        (status = 422, description = "`password.rejected` with the reasons in `data`, `user.username_already_in_use`, `user.sign_up_method_not_enabled`."),
        (status = 429, description = "`request.rate_limited`: too many names were tried. Wait as long as Retry-After says."),
    ),
)]
pub async fn add(sent: Sent<ProfileIn>) -> Answer {
    let Sent { screen, body } = sent;
    screen.step(added(&screen, &body).await).await
}

async fn added(screen: &Screen, body: &ProfileIn) -> Result<Answer, Stop> {
    match screen.flow()? {
        Flow::ForgotPassword => return Err(bad("session.not_supported_for_forgot_password").into()),
        Flow::SignIn => return Err(bad("session.invalid_interaction_type").into()),
        Flow::Register => {}
    }
    match body.part {
        PartIn::Username => name(screen, body.value.expose()).await?,
        PartIn::Password => {
            let claim = claim(screen).await?;
            let accepted = sign_up::judge(screen.rekey(), screen.caller(), &claim, &body.value).await?;
            screen.visit.remember(|journey| journey.password = Some(accepted));
        }
    }
    Ok(HttpResponse::NoContent().finish())
}

/// A name takes the place of whatever else the account was to be made with.
async fn name(screen: &Screen, typed: &str) -> Result<(), Stop> {
    let read = Identifier::read_of(IdentifierKind::Username, typed);
    if let Err(why) = read.and_then(|name| name.check_new()) {
        return Err(ApiError::invalid(format!("value: {}", why.expected("expected a username"))).into());
    }
    match sign_up::ask(screen.rekey(), screen.caller(), typed, None).await {
        Ok(sign_up::Asked::Name(name)) => screen.visit.remember(|journey| {
            journey.begin(Flow::Register);
            journey.username = Some(name);
        }),
        Ok(sign_up::Asked::Code(_)) | Err(Error::Refused(Refusal::IdentifierMalformed)) => {
            return Err(unfit("user.sign_up_method_not_enabled").into());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
