//! The words of messages as operators' machines set and try them: for mail, and with `channel: "sms"` for SMS. What is wrong with them is
//! told before they are kept.

mod wire;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use self::wire::{
    ChannelName, DeletedOut, DetailsName, PreviewOut, TemplateIn, TemplateOut, TemplatesIn, TypeName,
};
use super::machine::{Given, Machine};
use super::paging::Asked;
use crate::domain::templates::{self, Filter, NewTemplate};
use crate::faces::common::api::Answer;
use crate::model::error::{Error, Refusal, Result};

/// Fifty mails of some size fit.
const LARGEST: usize = 2 * 1024 * 1024;
/// Words of one application alone are not of this API: it neither shows them nor takes them away with others.
const OF_ALL: Option<String> = Some(String::new());

/// `PUT /api/email-templates`: keeps words; those for the same channel, type, language and variant are replaced.
#[utoipa::path(put, path = "/api/email-templates", tag = "management", request_body = TemplatesIn,
    responses((status = 200, body = [TemplateOut])))]
pub async fn replace(given: Given<TemplatesIn, LARGEST>) -> Answer {
    let Given { machine, body } = given;
    machine.answer(replaced(&machine, body).await)
}

async fn replaced(machine: &Machine, body: TemplatesIn) -> Result<Answer> {
    let new = body.templates.into_iter().map(NewTemplate::from).collect();
    let kept = templates::save(&machine.call.app.rekey, machine.author(), new).await?;
    let shown: Vec<TemplateOut> = kept.into_iter().map(TemplateOut::from).collect();
    machine.in_force(HttpResponse::Ok().json(shown)).await
}

/// `GET /api/email-templates`: those of a `channel` (mail when it is not said), `languageTag`, `templateType`, `variant`.
#[utoipa::path(get, path = "/api/email-templates", tag = "management", params(
        ("channel" = inline(Option<ChannelName>), Query), ("languageTag" = Option<String>, Query),
        ("templateType" = inline(Option<TypeName>), Query), ("variant" = Option<String>, Query),
        ("page" = Option<u32>, Query, minimum = 1), ("page_size" = Option<u32>, Query, minimum = 1, maximum = 100)),
    responses((status = 200, body = [TemplateOut]), (status = 400, description = "`guard.invalid_input`, `guard.invalid_pagination`")))]
pub async fn list(machine: Machine, request: HttpRequest) -> Answer {
    let asked = Asked::of(&request);
    match listed(&machine, &asked).await {
        Ok(shown) => asked.answer(&machine.call, &shown),
        Err(error) => machine.answer(Err(error)),
    }
}

async fn listed(machine: &Machine, asked: &Asked) -> Result<Vec<TemplateOut>> {
    let kept = templates::list(&machine.call.app.rekey, &filter(asked)?).await?;
    Ok(kept.into_iter().map(TemplateOut::from).collect())
}

fn filter(asked: &Asked) -> Result<Filter> {
    let text = |name| asked.all(name).next().map(str::to_owned);
    Ok(Filter {
        channel: named(asked, "channel")?.unwrap_or_default(),
        language_tag: text("languageTag").map(|tag| tag.to_ascii_lowercase()),
        template_type: named(asked, "templateType")?,
        variant: text("variant"),
        project: OF_ALL,
    })
}

/// A name of a closed list.
fn named<T: DeserializeOwned>(asked: &Asked, name: &str) -> Result<Option<T>> {
    let Some(text) = asked.all(name).next() else { return Ok(None) };
    let found = serde_json::from_value(Value::String(text.to_owned())).ok();
    let problem = || Error::Refused(Refusal::SettingsInvalid(vec![format!("{name}: unknown value")]));
    found.map(Some).ok_or_else(problem)
}

/// `GET /api/email-templates/{id}`.
#[utoipa::path(get, path = "/api/email-templates/{id}", tag = "management", params(("id" = String, Path)),
    responses((status = 200, body = TemplateOut), (status = 404, description = "`entity.not_exists_with_id`")))]
pub async fn show(machine: Machine, id: Path<String>) -> Answer {
    let found = templates::find(&machine.call.app.rekey, &id).await;
    told(&machine, &id, found.map(|kept| HttpResponse::Ok().json(TemplateOut::from(kept))))
}

fn told(machine: &Machine, id: &str, outcome: Result<Answer>) -> Answer {
    match outcome {
        Err(Error::Refused(Refusal::NotFound)) => machine.nothing_has(id),
        other => machine.answer(other),
    }
}

/// `PATCH /api/email-templates/{id}/details`: changes what is named; null takes a field away.
#[utoipa::path(patch, path = "/api/email-templates/{id}/details", tag = "management", params(("id" = String, Path)),
    request_body = DetailsName,
    responses((status = 200, body = TemplateOut), (status = 404, description = "`entity.not_exists_with_id`")))]
pub async fn update(given: Given<Map<String, Value>, LARGEST>, id: Path<String>) -> Answer {
    let Given { machine, body } = given;
    told(&machine, &id, updated(&machine, &id, body).await)
}

async fn updated(machine: &Machine, id: &str, patch: Map<String, Value>) -> Result<Answer> {
    let kept = templates::change(&machine.call.app.rekey, machine.author(), id, patch).await?;
    machine.in_force(HttpResponse::Ok().json(TemplateOut::from(kept))).await
}

/// `DELETE /api/email-templates/{id}`.
#[utoipa::path(delete, path = "/api/email-templates/{id}", tag = "management", params(("id" = String, Path)),
    responses((status = 204), (status = 404, description = "`entity.not_exists_with_id`")))]
pub async fn destroy(machine: Machine, id: Path<String>) -> Answer {
    told(&machine, &id, destroyed(&machine, &id).await)
}

async fn destroyed(machine: &Machine, id: &str) -> Result<Answer> {
    templates::remove(&machine.call.app.rekey, machine.author(), id).await?;
    machine.in_force(HttpResponse::NoContent().finish()).await
}

/// `DELETE /api/email-templates/language-tag/{languageTag}`: all mail of a language.
#[utoipa::path(delete, path = "/api/email-templates/language-tag/{language_tag}", tag = "management",
    params(("language_tag" = String, Path)), responses((status = 200, body = DeletedOut)))]
pub async fn destroy_language(machine: Machine, tag: Path<String>) -> Answer {
    let filter =
        Filter { language_tag: Some(tag.to_ascii_lowercase()), project: OF_ALL, ..Filter::default() };
    machine.answer(destroyed_all(&machine, filter).await)
}

/// `DELETE /api/email-templates/template-type/{templateType}`: all mail of a type.
#[utoipa::path(delete, path = "/api/email-templates/template-type/{template_type}", tag = "management",
    params(("template_type" = inline(TypeName), Path)),
    responses((status = 200, body = DeletedOut), (status = 404, description = "`entity.not_found`")))]
pub async fn destroy_type(machine: Machine, name: Path<String>) -> Answer {
    let Ok(found) = serde_json::from_value(Value::String(name.into_inner())) else {
        return machine.answer(Err(Refusal::NotFound.into()));
    };
    let filter = Filter { template_type: Some(found), project: OF_ALL, ..Filter::default() };
    machine.answer(destroyed_all(&machine, filter).await)
}

/// `DELETE /api/email-templates`: those that the same filter as for the list lets through. Without any it takes all mail away.
#[utoipa::path(delete, path = "/api/email-templates", tag = "management", params(
        ("channel" = inline(Option<ChannelName>), Query), ("languageTag" = Option<String>, Query),
        ("templateType" = inline(Option<TypeName>), Query), ("variant" = Option<String>, Query)),
    responses((status = 200, body = DeletedOut), (status = 400, description = "`guard.invalid_input`")))]
pub async fn destroy_all(machine: Machine, request: HttpRequest) -> Answer {
    match filter(&Asked::of(&request)) {
        Ok(filter) => machine.answer(destroyed_all(&machine, filter).await),
        Err(error) => machine.answer(Err(error)),
    }
}

async fn destroyed_all(machine: &Machine, filter: Filter) -> Result<Answer> {
    let row_count = templates::remove_all(&machine.call.app.rekey, machine.author(), &filter).await?;
    machine.in_force(HttpResponse::Ok().json(DeletedOut { row_count })).await
}

/// `POST /api/email-templates/preview`: what words would say, with samples; nothing is kept and nothing sent.
#[utoipa::path(post, path = "/api/email-templates/preview", tag = "management", request_body = TemplateIn,
    responses((status = 200, body = PreviewOut)))]
pub async fn preview(given: Given<TemplateIn, LARGEST>) -> Answer {
    let Given { machine, body } = given;
    machine.answer(previewed(body))
}

fn previewed(body: TemplateIn) -> Result<Answer> {
    let said = templates::preview(&body.into())?;
    let (rendered, variables) = (said.rendered, said.variables);
    let (subject, text, html) = (rendered.subject, rendered.text, rendered.html);
    Ok(HttpResponse::Ok().json(PreviewOut { subject, text, html, variables }))
}
