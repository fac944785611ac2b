//! Where a person is signed in, as operators' machines see it, and how they end it. A token of a session is nowhere in it.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::machine::Machine;
use super::paging::Asked;
use crate::domain::{sessions, users};
use crate::faces::common::api::{Answer, ApiError};
use crate::model::error::{Error, Refusal, Result};
use crate::model::ids::{SessionId, UserId};
use crate::model::session::Session;

/// `GET /api/users/{id}/sessions`: last seen first.
pub async fn list(machine: Machine, id: Path<String>) -> Answer {
    let id = UserId(id.into_inner());
    told(&machine, id.as_str(), listed(&machine, &id).await)
}

async fn listed(machine: &Machine, id: &UserId) -> Result<Answer> {
    let rekey = &machine.call.app.rekey;
    users::find(rekey, id).await?.ok_or(Refusal::NotFound)?;
    let sessions = sessions::list(rekey, id).await?;
    let shown: Vec<Value> = sessions.iter().map(shown).collect();
    Ok(HttpResponse::Ok().json(json!({ "sessions": shown })))
}

/// `DELETE /api/users/{id}/sessions/{sid}`: that browser has to sign in again, and its apps with it.
pub async fn destroy(machine: Machine, place: Path<(String, String)>, request: HttpRequest) -> Answer {
    if let Some(refused) = misdirected(&machine, &request) {
        return refused;
    }
    let (id, session) = place.into_inner();
    let (id, session) = (UserId(id), SessionId(session));
    let outcome = sessions::end(&machine.call.app.rekey, &machine.call.caller, &id, &session).await;
    told(&machine, session.as_str(), outcome.map(|()| HttpResponse::NoContent().finish()))
}

/// `DELETE /api/users/{id}/sessions`: every browser of this person.
pub async fn destroy_all(machine: Machine, id: Path<String>, request: HttpRequest) -> Answer {
    if let Some(refused) = misdirected(&machine, &request) {
        return refused;
    }
    let id = UserId(id.into_inner());
    told(&machine, id.as_str(), ended(&machine, &id).await)
}

async fn ended(machine: &Machine, id: &UserId) -> Result<Answer> {
    let rekey = &machine.call.app.rekey;
    users::find(rekey, id).await?.ok_or(Refusal::NotFound)?;
    sessions::end_all_but(rekey, &machine.call.caller, id, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A session ends with all that began in it. Whoever asks for less must not believe that they got it.
fn misdirected(machine: &Machine, request: &HttpRequest) -> Option<Answer> {
    let asked = Asked::of(request);
    let other = asked.all("revokeGrantsTarget").any(|target| target != "all");
    let details = "revokeGrantsTarget: expected all".to_owned();
    other.then(|| ApiError::invalid(details).answer(&machine.call))
}

fn told(machine: &Machine, id: &str, outcome: Result<Answer>) -> Answer {
    match outcome {
        Err(Error::Refused(Refusal::NotFound)) => machine.nothing_has(id),
        other => machine.answer(other),
    }
}

/// A session: what clients of this API know of one, and beside it what we know.
fn shown(session: &Session) -> Value {
    json!({
        "payload": {
            "uid": session.id,
            "accountId": session.user_id,
            "loginTs": session.created_at.0 / 1000,
            "exp": session.expires_at.0 / 1000,
        },
        "accountId": session.user_id,
        "expiresAt": session.expires_at,
        "createdAt": session.created_at,
        "lastSeenAt": session.last_seen_at,
        "ip": session.ip,
        "userAgent": session.user_agent,
    })
}
