//! One-time tokens, for operators who write to people themselves. The token is in the one answer that makes it.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::machine::{Given, Machine};
use crate::domain::one_time_tokens::{self, Issued, NewToken, USUAL_LIFE};
use crate::faces::common::api::Answer;
use crate::model::error::Result;
use crate::model::recovery::InteractionEvent;

/// A token to be made.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenIn {
    email: String,
    #[serde(default = "usual_life")]
    expires_in: u32,
    #[serde(default)]
    context: ContextIn,
}

/// What a token is for.
#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct ContextIn {
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction_event: Option<Interaction>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
enum Interaction {
    ForgotPassword,
    SignIn,
    Register,
}

const fn usual_life() -> u32 {
    USUAL_LIFE
}

/// `POST /api/one-time-tokens`.
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
    Ok(HttpResponse::Created().json(shown(&issued, context)))
}

fn shown(issued: &Issued, context: ContextIn) -> Value {
    json!({
        "tenantId": "default",
        "id": issued.id,
        "email": issued.email,
        "token": issued.token.expose(),
        "context": context,
        "status": "active",
        "createdAt": issued.created_at,
        "expiresAt": issued.expires_at,
    })
}
