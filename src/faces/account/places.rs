//! Where a person is signed in, and into which apps, as their app shows it and ends it. A token of a session is nowhere in it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Serialize;
use utoipa::ToSchema;

use super::person::Person;
use crate::domain::account;
use crate::faces::common::api::{Answer, ApiError};
use crate::model::error::{Denied, Error, Refusal, Result};
use crate::model::ids::SessionId;
use crate::model::oidc::grant::Grant;
use crate::model::session::Session;

/// Everywhere a person is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = MySessions)]
pub struct SessionsOut {
    sessions: Vec<SessionOut>,
}

/// One browser. Moments are milliseconds since 1970, those of the payload seconds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MySession)]
pub struct SessionOut {
    payload: SessionPayloadOut,
    expires_at: i64,
    created_at: i64,
    last_seen_at: i64,
    ip: String,
    user_agent: String,
    /// Whether the person signed in to the app that asks there.
    is_current: bool,
}

/// What clients of this API know of a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MySessionPayload)]
pub struct SessionPayloadOut {
    uid: String,
    account_id: String,
    login_ts: i64,
    exp: i64,
}

/// Every sign-in into an app.
#[derive(Serialize, ToSchema)]
#[schema(as = MyGrants)]
pub struct GrantsOut {
    grants: Vec<GrantOut>,
}

/// One sign-in into an app.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MyGrant)]
pub struct GrantOut {
    id: String,
    payload: GrantPayloadOut,
    expires_at: i64,
}

/// What clients of this API know of a grant. Moments are seconds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MyGrantPayload)]
pub struct GrantPayloadOut {
    kind: &'static str,
    jti: String,
    account_id: String,
    client_id: String,
    iat: i64,
    exp: i64,
}

fn shown(session: Session, person: &Person) -> SessionOut {
    SessionOut {
        is_current: session.id == person.who.session,
        payload: SessionPayloadOut {
            uid: session.id.0,
            account_id: session.user_id.0,
            login_ts: session.created_at.0 / 1000,
            exp: session.expires_at.0 / 1000,
        },
        expires_at: session.expires_at.0,
        created_at: session.created_at.0,
        last_seen_at: session.last_seen_at.0,
        ip: session.ip,
        user_agent: session.user_agent,
    }
}

impl From<Grant> for GrantOut {
    fn from(grant: Grant) -> Self {
        let payload = GrantPayloadOut {
            kind: "Grant",
            jti: grant.id.clone(),
            account_id: grant.user_id.0,
            client_id: grant.app_id,
            iat: grant.auth_at.0 / 1000,
            exp: grant.expires_at.0 / 1000,
        };
        Self { id: grant.id, payload, expires_at: grant.expires_at.0 }
    }
}

/// A missing scope is 401 here: so clients of this API know it.
fn answer(person: &Person, outcome: Result<Answer>) -> Answer {
    match outcome {
        Err(Error::Refused(Refusal::Account(Denied::ScopeMissing))) => {
            ApiError::new(StatusCode::UNAUTHORIZED, "auth.unauthorized").answer(&person.call)
        }
        other => person.answer(other),
    }
}

/// `GET /api/my-account/sessions`: last seen first.
#[utoipa::path(
    get, path = "/api/my-account/sessions", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a fresh proof.")),
    responses(
        (status = 200, description = "Everywhere.", body = SessionsOut),
        (status = 400, description = "`account_center.not_enabled`, `account_center.field_not_enabled`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
    ),
)]
pub async fn list_sessions(person: Person) -> Answer {
    let found = account::list_sessions(person.rekey(), &person.who, person.proof()).await;
    let all = |found: Vec<Session>| {
        let sessions = found.into_iter().map(|one| shown(one, &person)).collect();
        HttpResponse::Ok().json(SessionsOut { sessions })
    };
    answer(&person, found.map(all))
}

/// `DELETE /api/my-account/sessions/{id}`: that browser has to sign in again, and its apps with it.
#[utoipa::path(
    delete, path = "/api/my-account/sessions/{id}", tag = "account", security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The `uid` of the session."),
        ("logto-verification-id" = Option<String>, Header, description = "The record of a fresh proof."),
    ),
    responses(
        (status = 204, description = "It is over."),
        (status = 400, description = "`account_center.not_enabled`, `account_center.field_not_editable`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
        (status = 404, description = "`entity.not_found`"),
    ),
)]
pub async fn end_session(person: Person, id: Path<String>) -> Answer {
    let id = SessionId(id.into_inner());
    let (rekey, caller) = (person.rekey(), person.caller());
    let outcome = account::end_session(rekey, caller, &person.who, person.proof(), &id).await;
    answer(&person, outcome.map(|()| HttpResponse::NoContent().finish()))
}

/// `GET /api/my-account/grants`.
#[utoipa::path(
    get, path = "/api/my-account/grants", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a fresh proof.")),
    responses(
        (status = 200, description = "Every sign-in into an app that lasts.", body = GrantsOut),
        (status = 400, description = "`account_center.not_enabled`, `account_center.field_not_enabled`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
    ),
)]
pub async fn list_grants(person: Person) -> Answer {
    let found = account::list_grants(person.rekey(), &person.who, person.proof()).await;
    let all = |found: Vec<Grant>| {
        HttpResponse::Ok().json(GrantsOut { grants: found.into_iter().map(GrantOut::from).collect() })
    };
    answer(&person, found.map(all))
}

/// `DELETE /api/my-account/grants/{id}`: the app's tokens end; a third-party application also has to ask again.
#[utoipa::path(
    delete, path = "/api/my-account/grants/{id}", tag = "account", security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The grant."),
        ("logto-verification-id" = Option<String>, Header, description = "The record of a fresh proof."),
    ),
    responses(
        (status = 204, description = "It is over."),
        (status = 400, description = "`account_center.not_enabled`, `account_center.field_not_editable`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
        (status = 404, description = "`entity.not_found`"),
    ),
)]
pub async fn end_grant(person: Person, id: Path<String>) -> Answer {
    let (rekey, caller) = (person.rekey(), person.caller());
    let outcome = account::end_grant(rekey, caller, &person.who, person.proof(), &id).await;
    answer(&person, outcome.map(|()| HttpResponse::NoContent().finish()))
}
