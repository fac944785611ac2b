//! Whom a proof identifies. The proof was judged before; here it is said whose it is, to the browser that holds it. The surprise: an account
//! to be is made by the last step and not here, so that a person who gives up leaves nothing behind.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answer::{bad, missing};
use super::screen::{Screen, Sent, Stop};
use super::wire::IdentifierOut;
use crate::domain::recovery::complete::Grant;
use crate::domain::recovery::owner::{self, Owner};
use crate::faces::common::api::{Answer, ApiError};
use crate::faces::common::journey::Identified;
use crate::faces::common::urls::Flow;
use crate::model::identifier::Identifier;
use crate::model::ids::{RequestId, UserId};

/// Which proof is to be taken.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Identification)]
pub struct IdentificationIn {
    /// Needed but for an account that is made with a username.
    verification_id: Option<String>,
    /// Taken and not looked at: nobody signs in with a third party's account here.
    #[serde(default)]
    #[expect(dead_code, reason = "clients of this API send it")]
    link_social_identity: Option<bool>,
}

/// `POST /api/experience/identification`: takes a proof for its person.
#[utoipa::path(
    post, path = "/api/experience/identification", tag = "experience", operation_id = "identifyInteraction",
    request_body = IdentificationIn,
    responses(
        (status = 201, description = "Nobody's yet: the account is made by the last step."),
        (status = 204, description = "Somebody was identified."),
        (status = 400, description = "`session.not_found`, `session.verification_failed`, `guard.invalid_input`."),
        (status = 401, description = "`user.suspended`."),
        (status = 404, description = "`session.interaction_not_found`, `session.verification_session_not_found`, `user.user_not_exist`."),
        (status = 409, description = "`session.identity_conflict`: another person was identified before."),
    ),
)]
pub async fn identify(sent: Sent<IdentificationIn>) -> Answer {
    let Sent { screen, body } = sent;
    screen.step(identified(&screen, body.verification_id.as_deref()).await).await
}

async fn identified(screen: &Screen, named: Option<&str>) -> Result<Answer, Stop> {
    let flow = screen.flow()?;
    let journey = screen.journey();
    let Some(named) = named else {
        return match journey.username {
            Some(_) => Ok(HttpResponse::Created().finish()),
            None => Err(ApiError::invalid("verificationId: missing".to_owned()).into()),
        };
    };
    if journey.awaits(flow).as_ref().map(RequestId::as_str) != Some(named) {
        return Err(missing("session.verification_session_not_found").into());
    }
    let Some((request, token)) = journey.granted(flow) else {
        return Err(bad("session.verification_failed").into());
    };
    take(screen, flow, Grant { request, token }).await
}

async fn take(screen: &Screen, flow: Flow, grant: Grant) -> Result<Answer, Stop> {
    let user = match owner::of(screen.rekey(), flow.event(), &grant).await? {
        Owner::Person(user) => Some(user),
        Owner::Newcomer => None,
        Owner::Suspended => return Err(ApiError::new(StatusCode::UNAUTHORIZED, "user.suspended").into()),
        Owner::Gone => {
            return Err(missing("user.user_not_exist").with_data(asked_for(screen)).into());
        }
    };
    if is_another(screen, user.as_ref()) {
        return Err(ApiError::new(StatusCode::CONFLICT, "session.identity_conflict").into());
    }
    let mut answer = if user.is_some() { HttpResponse::NoContent() } else { HttpResponse::Created() };
    screen.visit.remember(|journey| journey.identified = Some(Identified { request: grant.request, user }));
    Ok(answer.finish())
}

/// What this browser had asked for.
fn asked_for(screen: &Screen) -> Value {
    let identifier = Identifier::parse(&screen.journey().identifier);
    json!({ "identifier": identifier.as_ref().map(IdentifierOut::from) })
}

fn is_another(screen: &Screen, user: Option<&UserId>) -> bool {
    let before = screen.journey().identified.and_then(|before| before.user);
    before.is_some_and(|before| Some(&before) != user)
}
