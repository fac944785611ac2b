//! Message templates: set and preview them, for email and with `channel: "sms"` for SMS. Invalid templates
//! are rejected before they are stored.

mod schema;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::http::api::{ApiResponse, JsonObject};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use crate::http::management_api::pagination::ListQuery;
use crate::http::management_api::templates::schema::{
    DeletedOut, DetailsName, PreviewOut, TemplateIn, TemplateOut, TemplatesIn,
};
use rekey_core::messages::template_type::TemplateType;
use rekey_core::templates::template::TemplateChannel;
use rekey_core::templates::{self, Filter, NewTemplate};
use rekey_core::types::error::{Refusal, Result};

/// Fits fifty large templates.
const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;
/// Templates of a single application are not part of this API: it neither shows nor deletes them.
const ALL_APPLICATIONS: Option<String> = Some(String::new());

/// `PUT /api/email-templates`: saves templates; those for the same channel, type, language and variant are
/// replaced.
#[utoipa::path(put, path = "/api/email-templates", tag = "management", request_body = TemplatesIn,
    responses((status = 200, body = [TemplateOut])))]
pub async fn replace(given: ManagementJson<TemplatesIn, MAX_BODY_BYTES>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond(try_replace(&request, body).await)
}

async fn try_replace(request: &ManagementRequest, body: TemplatesIn) -> Result<ApiResponse> {
    let new = body.templates.into_iter().map(NewTemplate::from).collect();
    let kept = templates::save(request.core(), request.actor(), new).await?;
    let shown: Vec<TemplateOut> = kept.into_iter().map(TemplateOut::from).collect();
    request.refresh_then(HttpResponse::Ok().json(shown)).await
}

/// `GET /api/email-templates`: the templates, filtered by `channel` (email by default), `languageTag`,
/// `templateType` and `variant`.
#[utoipa::path(get, path = "/api/email-templates", tag = "management", params(
        ("channel" = inline(Option<TemplateChannel>), Query), ("languageTag" = Option<String>, Query),
        ("templateType" = inline(Option<TemplateType>), Query), ("variant" = Option<String>, Query),
        ("page" = Option<u32>, Query, minimum = 1), ("page_size" = Option<u32>, Query, minimum = 1, maximum = 100)),
    responses((status = 200, body = [TemplateOut]), (status = 400, description = "`guard.invalid_input`, `guard.invalid_pagination`")))]
pub async fn list(request: ManagementRequest, http_request: HttpRequest) -> ApiResponse {
    let list_query = ListQuery::from_http_request(&http_request);
    let found = try_list(&request, &list_query).await;
    request.respond(found.map(|shown| list_query.respond_with_page(&request.call, &shown)))
}

async fn try_list(request: &ManagementRequest, list_query: &ListQuery) -> Result<Vec<TemplateOut>> {
    let kept = templates::list(request.core(), &parse_filter(list_query)?).await?;
    Ok(kept.into_iter().map(TemplateOut::from).collect())
}

fn parse_filter(list_query: &ListQuery) -> Result<Filter> {
    let text = |name| list_query.values(name).next().map(str::to_owned);
    Ok(Filter {
        channel: list_query.enum_param("channel")?.unwrap_or_default(),
        language_tag: text("languageTag").map(|tag| tag.to_ascii_lowercase()),
        template_type: list_query.enum_param("templateType")?,
        variant: text("variant"),
        project: ALL_APPLICATIONS,
    })
}

/// `GET /api/email-templates/{id}`: a template.
#[utoipa::path(get, path = "/api/email-templates/{id}", tag = "management", params(("id" = String, Path)),
    responses((status = 200, body = TemplateOut), (status = 404, description = "`entity.not_exists_with_id`")))]
pub async fn show(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = templates::find(request.core(), &id).await;
    request.respond_for_id(&id, found.map(|kept| HttpResponse::Ok().json(TemplateOut::from(kept))))
}

/// `PATCH /api/email-templates/{id}/details`: changes the named fields; null removes a field.
#[utoipa::path(patch, path = "/api/email-templates/{id}/details", tag = "management", params(("id" = String, Path)),
    request_body = DetailsName,
    responses((status = 200, body = TemplateOut), (status = 404, description = "`entity.not_exists_with_id`")))]
pub async fn update(given: ManagementJson<JsonObject, MAX_BODY_BYTES>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let patched = templates::patch(request.core(), request.actor(), &id, body.0).await;
    let answer = patched.map(|kept| HttpResponse::Ok().json(TemplateOut::from(kept)));
    request.respond_to_change(&id, answer).await
}

/// `DELETE /api/email-templates/{id}`: deletes a template.
#[utoipa::path(delete, path = "/api/email-templates/{id}", tag = "management", params(("id" = String, Path)),
    responses((status = 204), (status = 404, description = "`entity.not_exists_with_id`")))]
pub async fn destroy(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let deleted = templates::delete(request.core(), request.actor(), &id).await;
    request.respond_to_change(&id, deleted.map(|()| HttpResponse::NoContent().finish())).await
}

/// `DELETE /api/email-templates/language-tag/{languageTag}`: deletes the email templates of a language.
#[utoipa::path(delete, path = "/api/email-templates/language-tag/{language_tag}", tag = "management",
    params(("language_tag" = String, Path)), responses((status = 200, body = DeletedOut)))]
pub async fn destroy_language(request: ManagementRequest, tag: Path<String>) -> ApiResponse {
    let filter = Filter {
        language_tag: Some(tag.to_ascii_lowercase()),
        project: ALL_APPLICATIONS,
        ..Filter::default()
    };
    request.respond(try_destroy_all(&request, filter).await)
}

/// `DELETE /api/email-templates/template-type/{templateType}`: deletes the email templates of a type.
#[utoipa::path(delete, path = "/api/email-templates/template-type/{template_type}", tag = "management",
    params(("template_type" = inline(TemplateType), Path)),
    responses((status = 200, body = DeletedOut), (status = 404, description = "`entity.not_found`")))]
pub async fn destroy_type(request: ManagementRequest, name: Path<String>) -> ApiResponse {
    let Ok(found) = serde_json::from_value(Value::String(name.into_inner())) else {
        return request.respond(Err(Refusal::NotFound.into()));
    };
    let filter = Filter { template_type: Some(found), project: ALL_APPLICATIONS, ..Filter::default() };
    request.respond(try_destroy_all(&request, filter).await)
}

/// `DELETE /api/email-templates`: deletes the templates that match the filter of the list; without a filter,
/// all email templates.
#[utoipa::path(delete, path = "/api/email-templates", tag = "management", params(
        ("channel" = inline(Option<TemplateChannel>), Query), ("languageTag" = Option<String>, Query),
        ("templateType" = inline(Option<TemplateType>), Query), ("variant" = Option<String>, Query)),
    responses((status = 200, body = DeletedOut), (status = 400, description = "`guard.invalid_input`")))]
pub async fn destroy_all(request: ManagementRequest, http_request: HttpRequest) -> ApiResponse {
    match parse_filter(&ListQuery::from_http_request(&http_request)) {
        Ok(filter) => request.respond(try_destroy_all(&request, filter).await),
        Err(error) => request.respond(Err(error)),
    }
}

async fn try_destroy_all(request: &ManagementRequest, filter: Filter) -> Result<ApiResponse> {
    let row_count = templates::delete_all(request.core(), request.actor(), &filter).await?;
    request.refresh_then(HttpResponse::Ok().json(DeletedOut { row_count })).await
}

/// `POST /api/email-templates/preview`: renders a template with sample values; nothing is saved or sent.
#[utoipa::path(post, path = "/api/email-templates/preview", tag = "management", request_body = TemplateIn,
    responses((status = 200, body = PreviewOut)))]
pub async fn preview(given: ManagementJson<TemplateIn, MAX_BODY_BYTES>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let rendered = templates::preview(&body.into());
    request.respond(rendered.map(|preview| HttpResponse::Ok().json(PreviewOut::from(preview))))
}
