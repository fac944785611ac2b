//! Proofs that need no message of ours: the password, and a one-time token of an operator's own message. Both make a request that is
//! verified from the start.

use actix_web::HttpResponse;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::{at_a_check, bad};
use super::screen::{Screen, Sent, Stop};
use super::wire::{IdentifierIn, RecordOut};
use crate::domain::{one_time_tokens, sign_in};
use crate::faces::common::api::{Answer, ApiError};
use crate::faces::common::urls::Flow;
use crate::model::identifier::Identifier;
use crate::model::secret::Secret;

/// An identifier and its password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InteractionPassword)]
pub struct PasswordIn {
    identifier: IdentifierIn,
    #[schema(value_type = String)]
    password: Secret,
}

/// A mail address and the token that was sent to it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InteractionToken)]
pub struct TokenIn {
    identifier: IdentifierIn,
    #[schema(value_type = String)]
    token: Secret,
}

/// `POST /api/experience/verification/password`: proves a password, for signing in. Unknown and suspended people are answered like a wrong password.
#[utoipa::path(
    post, path = "/api/experience/verification/password", tag = "experience", operation_id = "proveInteractionPassword",
    request_body = PasswordIn,
    responses(
        (status = 200, description = "The password is right.", body = RecordOut),
        (status = 400, description = "`session.not_found`, `session.invalid_interaction_type`, `session.verification_blocked_too_many_attempts`, `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: nobody comes in that way here."),
        (status = 404, description = "`session.interaction_not_found`."),
        (status = 422, description = "`session.invalid_credentials`."),
    ),
)]
pub async fn by_password(sent: Sent<PasswordIn>) -> Answer {
    let Sent { screen, body } = sent;
    screen.answer(proved_by_password(&screen, &body).await)
}

async fn proved_by_password(screen: &Screen, body: &PasswordIn) -> Result<Answer, Stop> {
    if screen.flow()? != Flow::SignIn {
        return Err(bad("session.invalid_interaction_type").into());
    }
    let identifier = body.identifier.parse()?;
    let proved = sign_in::prove(screen.rekey(), screen.caller(), identifier, &body.password).await;
    let (followed, weaknesses) = proved.map_err(at_a_check)?;
    screen.visit.remember(|journey| {
        journey.typed(&followed.identifier.display());
        journey.renew(Flow::SignIn, followed.request.clone(), Some(followed.grant));
        journey.proved_with = weaknesses;
    });
    Ok(HttpResponse::Ok().json(RecordOut { verification_id: followed.request.0 }))
}

/// `POST /api/experience/verification/one-time-token/verify`: redeems a one-time token, also where recovery by code is off. The token is used up.
#[utoipa::path(
    post, path = "/api/experience/verification/one-time-token/verify", tag = "experience", operation_id = "proveInteractionToken",
    request_body = TokenIn,
    responses(
        (status = 200, description = "The token is good.", body = RecordOut),
        (status = 400, description = "`session.not_found`, `one_time_token.token_expired`, `one_time_token.token_consumed`, `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: that is not offered here."),
        (status = 404, description = "`session.interaction_not_found`, `one_time_token.token_not_found`; also for another address than the token's."),
    ),
)]
pub async fn by_token(sent: Sent<TokenIn>) -> Answer {
    let Sent { screen, body } = sent;
    screen.answer(proved_by_token(&screen, &body).await)
}

async fn proved_by_token(screen: &Screen, body: &TokenIn) -> Result<Answer, Stop> {
    let flow = screen.flow()?;
    let Identifier::Email(address) = body.identifier.reachable()? else {
        return Err(ApiError::invalid("identifier.type: expected email".to_owned()).into());
    };
    let (rekey, caller) = (screen.rekey(), screen.caller());
    let followed = one_time_tokens::redeem(rekey, caller, flow.event(), &address, &body.token).await?;
    screen.visit.remember(|journey| {
        journey.typed(&followed.identifier.display());
        journey.renew(flow, followed.request.clone(), Some(followed.grant));
    });
    Ok(HttpResponse::Ok().json(RecordOut { verification_id: followed.request.0 }))
}
