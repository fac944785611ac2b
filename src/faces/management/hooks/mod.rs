//! Hooks as operators' machines make, see and change them. The signing key is in every answer about a hook: whoever may manage them has to give it to
//! the receiver.

/// What they were told, and telling it again.
pub mod deliveries;
/// A try.
pub mod trial;
/// Their shape on the wire.
mod wire;

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use self::wire::{HookOut, HookPatch, NewHook, Stats};
use super::machine::{Given, Machine};
use super::paging::Asked;
use crate::domain::webhooks;
use crate::domain::webhooks::deliveries::tally;
use crate::faces::common::api::Answer;
use crate::model::error::{Error, Refusal, Result};
use crate::model::hook::Hook;

/// The parameter that has deliveries counted.
const STATS: &str = "includeExecutionStats";

/// `GET /api/hooks`: all of them, in the order of making.
#[utoipa::path(
    get, path = "/api/hooks", tag = "management", operation_id = "listHooks",
    params(("includeExecutionStats" = Option<bool>, Query, description = "Whether to count the deliveries of the last day.")),
    responses((status = 200, body = [HookOut]), (status = 400, description = "`guard.invalid_input`.")),
)]
pub async fn list(machine: Machine, request: HttpRequest) -> Answer {
    match Asked::of(&request).flag(STATS) {
        Ok(with_stats) => machine.answer(listed(&machine, with_stats).await),
        Err(error) => error.answer(&machine.call),
    }
}

async fn listed(machine: &Machine, with_stats: bool) -> Result<Answer> {
    let hooks = webhooks::list(&machine.call.app.rekey, machine.author()).await?;
    let stats = stats(machine, with_stats).await?;
    let shown: Vec<HookOut> = hooks.into_iter().map(|hook| shown(hook, stats.as_ref())).collect();
    Ok(HttpResponse::Ok().json(shown))
}

/// The tries of the last day by hook, when they are wanted.
async fn stats(machine: &Machine, wanted: bool) -> Result<Option<HashMap<String, Stats>>> {
    if !wanted {
        return Ok(None);
    }
    let counted = tally(&machine.call.app.rekey).await?.into_iter();
    let by_hook = |(hook, success_count, request_count)| (hook, Stats { success_count, request_count });
    Ok(Some(counted.map(by_hook).collect()))
}

fn shown(hook: Hook, stats: Option<&HashMap<String, Stats>>) -> HookOut {
    let counted = stats.map(|stats| stats.get(&hook.id).copied().unwrap_or_default());
    HookOut::from(hook).counted(counted)
}

/// `POST /api/hooks`: from now on it is told.
#[utoipa::path(
    post, path = "/api/hooks", tag = "management", operation_id = "createHook", request_body = NewHook,
    responses((status = 201, body = HookOut), (status = 400, description = "`guard.invalid_input`, or `hook.missing_events`.")),
)]
pub async fn create(given: Given<NewHook>) -> Answer {
    let Given { machine, body } = given;
    machine.answer(created(&machine, body).await)
}

async fn created(machine: &Machine, body: NewHook) -> Result<Answer> {
    let hook = webhooks::create(&machine.call.app.rekey, machine.author(), body.into()).await?;
    machine.in_force(HttpResponse::Created().json(HookOut::from(hook))).await
}

/// `GET /api/hooks/{id}`: one of them.
#[utoipa::path(
    get, path = "/api/hooks/{id}", tag = "management", operation_id = "showHook",
    params(("id", description = "The hook."), ("includeExecutionStats" = Option<bool>, Query, description = "Whether to count the deliveries of the last day.")),
    responses(
        (status = 200, body = HookOut),
        (status = 400, description = "`guard.invalid_input`."),
        (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn show(machine: Machine, id: Path<String>, request: HttpRequest) -> Answer {
    match Asked::of(&request).flag(STATS) {
        Ok(with_stats) => told(&machine, &id, found(&machine, &id, with_stats).await),
        Err(error) => error.answer(&machine.call),
    }
}

async fn found(machine: &Machine, id: &str, with_stats: bool) -> Result<Answer> {
    let hook = webhooks::find(&machine.call.app.rekey, machine.author(), id).await?;
    let stats = stats(machine, with_stats).await?;
    Ok(HttpResponse::Ok().json(shown(hook, stats.as_ref())))
}

/// `PATCH /api/hooks/{id}`: what is named is replaced as a whole.
#[utoipa::path(
    patch, path = "/api/hooks/{id}", tag = "management", operation_id = "updateHook", params(("id", description = "The hook.")),
    request_body = HookPatch,
    responses(
        (status = 200, body = HookOut),
        (status = 400, description = "`guard.invalid_input`, or `hook.missing_events`."),
        (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn update(given: Given<HookPatch>, id: Path<String>) -> Answer {
    let Given { machine, body } = given;
    let patched = webhooks::patch(&machine.call.app.rekey, machine.author(), &id, body.into()).await;
    changed(&machine, &id, patched).await
}

/// `PATCH /api/hooks/{id}/signing-key`: a new key; the one before signs beside it for a day.
#[utoipa::path(
    patch, path = "/api/hooks/{id}/signing-key", tag = "management", operation_id = "rotateHookSigningKey",
    params(("id", description = "The hook.")),
    responses((status = 200, body = HookOut), (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`.")),
)]
pub async fn rotate(machine: Machine, id: Path<String>) -> Answer {
    let rotated = webhooks::rotate(&machine.call.app.rekey, machine.author(), &id).await;
    changed(&machine, &id, rotated).await
}

async fn changed(machine: &Machine, id: &str, outcome: Result<Hook>) -> Answer {
    let answer = match outcome {
        Ok(hook) => machine.in_force(HttpResponse::Ok().json(HookOut::from(hook))).await,
        Err(error) => Err(error),
    };
    told(machine, id, answer)
}

/// `DELETE /api/hooks/{id}`: it is told nothing any more, and what it was told is forgotten.
#[utoipa::path(
    delete, path = "/api/hooks/{id}", tag = "management", operation_id = "deleteHook", params(("id", description = "The hook.")),
    responses((status = 204), (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(machine: Machine, id: Path<String>) -> Answer {
    let answer = match webhooks::delete(&machine.call.app.rekey, machine.author(), &id).await {
        Ok(()) => machine.in_force(HttpResponse::build(StatusCode::NO_CONTENT).finish()).await,
        Err(error) => Err(error),
    };
    told(&machine, &id, answer)
}

/// The answer; a hook or a delivery that is not there is told by its id.
fn told(machine: &Machine, id: &str, outcome: Result<Answer>) -> Answer {
    match outcome {
        Err(Error::Refused(Refusal::NotFound)) => machine.nothing_has(id),
        other => machine.answer(other),
    }
}
