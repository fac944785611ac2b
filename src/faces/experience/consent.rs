//! Agreeing that a third-party application learns who one is, on a screen of one's own. Both answers lead back to the app. There are no
//! organizations here, so that none can be agreed to.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{bad, missing};
use super::screen::{Screen, Sent, Stop};
use super::submit::{SubmittedOut, below};
use crate::domain::oidc::consent;
use crate::domain::sessions::Present;
use crate::faces::common::api::{Answer, ApiError};
use crate::faces::common::urls::After;
use crate::model::error::{Error, Refusal};

/// What is agreed to beside what the app asked for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ConsentGiven)]
pub struct ConsentIn {
    /// Must be empty.
    #[serde(default)]
    organization_ids: Vec<String>,
}

/// What is to be agreed to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConsentWanted)]
struct ConsentOut {
    application: AppOut,
    user: PersonOut,
    /// What the app would learn.
    #[serde(rename = "missingOIDCScope")]
    missing_oidc_scope: Vec<String>,
}

/// The app that asks.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsentApplication)]
struct AppOut {
    id: String,
    name: String,
}

/// Who is asked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConsentPerson)]
struct PersonOut {
    id: String,
    name: Option<String>,
    avatar: Option<String>,
    username: Option<String>,
    primary_email: Option<String>,
    primary_phone: Option<String>,
}

/// Who is here, and the app's request that waits for them.
async fn asked(screen: &Screen) -> Result<(Present, String), Stop> {
    let waiting = screen.journey().interaction().map(|waiting| waiting.id.clone()).unwrap_or_default();
    let here = screen.visit.present().await?.ok_or(missing("session.identifier_not_found"))?;
    Ok((here, waiting))
}

/// A request that ended meanwhile is as good as none.
fn ended(error: Error) -> Stop {
    match error {
        Error::Refused(Refusal::NotFound) => bad("session.not_found").into(),
        other => other.into(),
    }
}

/// `GET /api/interaction/consent`: what the app would learn, and about whom.
#[utoipa::path(
    get, path = "/api/interaction/consent", tag = "experience", operation_id = "showConsent",
    responses(
        (status = 200, body = ConsentOut),
        (status = 400, description = "`session.not_found`."),
        (status = 404, description = "`session.identifier_not_found`: nobody is signed in."),
    ),
)]
pub async fn show(screen: Screen) -> Answer {
    let told = told(&screen).await;
    screen.answer(told)
}

async fn told(screen: &Screen) -> Result<Answer, Stop> {
    let (here, waiting) = asked(screen).await?;
    let question = consent::look(screen.rekey(), &waiting).await.map_err(ended)?;
    let id = screen.journey().app.unwrap_or_default();
    let user = here.user;
    Ok(HttpResponse::Ok().json(ConsentOut {
        application: AppOut { id, name: question.app },
        user: PersonOut {
            id: user.id.0,
            name: user.name,
            avatar: user.avatar,
            username: user.username,
            primary_email: user.email,
            primary_phone: user.phone,
        },
        missing_oidc_scope: question.scope.words().map(str::to_owned).collect(),
    }))
}

/// `POST /api/interaction/consent`: the person agrees.
#[utoipa::path(
    post, path = "/api/interaction/consent", tag = "experience", operation_id = "giveConsent",
    request_body = ConsentIn,
    responses(
        (status = 200, description = "Agreed.", body = SubmittedOut),
        (status = 400, description = "`session.not_found`, `guard.invalid_input`."),
        (status = 404, description = "`session.identifier_not_found`: nobody is signed in."),
    ),
)]
pub async fn agree(sent: Sent<ConsentIn>) -> Answer {
    let Sent { screen, body } = sent;
    let agreed = agreed(&screen, &body).await;
    screen.answer(agreed)
}

async fn agreed(screen: &Screen, body: &ConsentIn) -> Result<Answer, Stop> {
    if !body.organization_ids.is_empty() {
        let problem = "organizationIds: expected none, there are no organizations here";
        return Err(ApiError::invalid(problem.to_owned()).into());
    }
    let (here, waiting) = asked(screen).await?;
    consent::agree(screen.rekey(), screen.caller(), &waiting, &here).await.map_err(ended)?;
    let redirect_to = below(screen, &screen.visit.address(After::App, false));
    Ok(HttpResponse::Ok().json(SubmittedOut { redirect_to }))
}

/// `DELETE /api/interaction/consent`: the person does not agree, and the app hears so.
#[utoipa::path(
    delete, path = "/api/interaction/consent", tag = "experience", operation_id = "refuseConsent",
    responses(
        (status = 200, description = "Refused.", body = SubmittedOut),
        (status = 400, description = "`session.not_found`."),
        (status = 404, description = "`session.identifier_not_found`: nobody is signed in."),
    ),
)]
pub async fn decline(screen: Screen) -> Answer {
    let declined = declined(&screen).await;
    screen.answer(declined)
}

async fn declined(screen: &Screen) -> Result<Answer, Stop> {
    let (here, waiting) = asked(screen).await?;
    let address = consent::decline(screen.rekey(), screen.caller(), &waiting, &here).await.map_err(ended)?;
    screen.visit.remember(|journey| journey.leave_interaction(&waiting));
    Ok(HttpResponse::Ok().json(SubmittedOut { redirect_to: address }))
}
