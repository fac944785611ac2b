//! One-time tokens, for operators who write to people themselves. The token is in the one answer that makes it.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::machine::{Given, Machine};
use crate::domain::one_time_tokens::{self, Issued, NewToken, USUAL_LIFE};
use crate::faces::common::api::Answer;
use crate::model::error::Result;
use crate::model::recovery::InteractionEvent;
use crate::model::time::Timestamp;

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewOneTimeToken)]
pub struct TokenIn {
    #[schema(format = "email")]
    email: String,
    /// How long it is good, in seconds.
    #[schema(minimum = 60, maximum = 86400)]
    #[serde(default = "usual_life")]
    expires_in: u32,
    #[serde(default)]
    context: ContextIn,
}

/// What a token is for.
#[derive(Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schema(as = OneTimeTokenContext)]
struct ContextIn {
    /// Left out for any.
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction_event: Option<Interaction>,
}

#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[schema(as = InteractionEvent)]
enum Interaction {
    ForgotPassword,
    SignIn,
    Register,
}

const fn usual_life() -> u32 {
    USUAL_LIFE
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OneTimeToken)]
struct TokenOut {
    tenant_id: &'static str,
    id: String,
    email: String,
    /// The token itself, in this one answer.
    token: String,
    context: ContextIn,
    status: &'static str,
    created_at: Timestamp,
    expires_at: Timestamp,
}

/// `POST /api/one-time-tokens`: makes one, for an operator's own message.
#[utoipa::path(
    post, path = "/api/one-time-tokens", tag = "management", operation_id = "createOneTimeToken", request_body = TokenIn,
    responses((status = 201, body = TokenOut)),
)]
pub async fn create(given: Given<TokenIn>) -> Answer {
    let Given { machine, body } = given;
    machine.answer(created(&machine, body).await)
}

async fn created(machine: &Machine, body: TokenIn) -> Result<Answer> {
    let TokenIn { email, expires_in, context } = body;
    let event = context.interaction_event.map(|event| match event {
        Interaction::ForgotPassword => InteractionEvent::ForgotPassword,
        Interaction::SignIn => InteractionEvent::SignIn,
        Interaction::Register => InteractionEvent::Register,
    });
    let new = NewToken { email, expires_in, event };
    let issued = one_time_tokens::issue(&machine.call.app.rekey, machine.author(), new).await?;
    Ok(HttpResponse::Created().json(shown(issued, context)))
}

fn shown(issued: Issued, context: ContextIn) -> TokenOut {
    let Issued { id, email, token, created_at, expires_at } = issued;
    let token = token.expose().to_owned();
    TokenOut { tenant_id: "default", id, email, token, context, status: "active", created_at, expires_at }
}
