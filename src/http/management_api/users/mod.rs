//! Users: search, create, change and delete them. Administrators are exempt from the password policy and from
//! nothing else.

/// Custom data and profile.
pub mod data;
/// Passwords.
pub mod passwords;
/// JSON types.
mod schema;
/// Sessions.
pub mod sessions;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use crate::http::management_api::pagination::{Counted, Cursor, ListQuery, Page};
use crate::http::management_api::users::schema::{NewUserIn, UserOut, UserPatchIn};
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_core::types::ids::UserId;
use rekey_core::user_management::{self, InitialPassword, import_hash};
use rekey_core::users::search;
use rekey_core::users::search_key::{SearchField, SearchRanges};
use rekey_core::users::user::{NewUser, User};

/// The search parameters, and the field that each one searches.
const SEARCH_PARAMS: [(&str, SearchField); 6] = [
    ("search", SearchField::Any),
    ("search.id", SearchField::Id),
    ("search.primaryEmail", SearchField::Email),
    ("search.primaryPhone", SearchField::Phone),
    ("search.username", SearchField::Username),
    ("search.name", SearchField::Name),
];

/// `GET /api/users`: a page of all users in the order of their creation, or of those that match a search.
#[utoipa::path(
    get, path = "/api/users", tag = "management", operation_id = "listUsers",
    params(
        ("search" = Option<String>, Query, description = "Users whose id, email address, phone number, username or name is this text, ignoring case; with `%` at its end, begins with it."),
        ("search.id" = Option<String>, Query, description = "The same for the id only, which must match as a whole."),
        ("search.primaryEmail" = Option<String>, Query, description = "The same for the email address only."),
        ("search.primaryPhone" = Option<String>, Query, description = "The same for the phone number only."),
        ("search.username" = Option<String>, Query, description = "The same for the username only."),
        ("search.name" = Option<String>, Query, description = "The same for the name only."),
        ("cursor" = Option<String>, Query, description = "Instead of `page`: the page after the user with this id; empty for the first. `Link` has the next. Every page costs the same, however far into the list."),
        Page,
    ),
    responses(
        (status = 200, description = "`Total-Number` counts up to 1000; `Total-Number-Is-Capped` says that there may be more.", body = [UserOut]),
        (status = 400, description = "`guard.invalid_pagination`, or `guard.invalid_input` for a search that is not offered."),
    ),
)]
pub async fn list(machine: ManagementRequest, request: HttpRequest) -> ApiResponse {
    let asked = ListQuery::from_http_request(&request);
    match asked.cursor() {
        Ok(None) => {}
        Ok(Some(place)) => return machine.respond(list_after(&machine, &asked, place).await),
        Err(error) => return error.into_response(&machine.call),
    }
    let (slice, wanted) = match asked.page_range().and_then(|slice| Ok((slice, parse_search(&asked)?))) {
        Ok(read) => read,
        Err(error) => return error.into_response(&machine.call),
    };
    let core = &machine.call.app.core;
    let found = search::list_page(core, machine.actor(), wanted.as_ref(), slice.rows()).await;
    machine.respond(found.map(|(people, count)| {
        let people: Vec<UserOut> = people.into_iter().map(UserOut::from).collect();
        let total = usize::try_from(count).unwrap_or_default();
        let found = Counted { items: &people, total, is_capped: count >= search::MAX_COUNTED };
        asked.page_response(&machine.call, slice, &found)
    }))
}

/// The page after a user.
async fn list_after(
    machine: &ManagementRequest,
    asked: &ListQuery,
    cursor: Cursor<'_>,
) -> Result<ApiResponse> {
    let Cursor { after, size } = cursor;
    let people = search::list_after(&machine.call.app.core, machine.actor(), after, size).await?;
    let is_full = i64::try_from(people.len()).is_ok_and(|count| count == size);
    let last = people.last().filter(|_| is_full).map(|last| last.id.0.clone());
    let people: Vec<UserOut> = people.into_iter().map(UserOut::from).collect();
    let next = last.as_deref().map(|after| Cursor { after, size });
    Ok(asked.cursor_page_response(&machine.call, &people, next))
}

/// The search. Parameters that other servers with this API support and we do not are refused, not ignored:
/// the response would hold other users than the caller asked for.
fn parse_search(asked: &ListQuery) -> std::result::Result<Option<SearchRanges>, ApiError> {
    let mut known = asked.pairs().filter(|(name, _)| !matches!(*name, "page" | "page_size"));
    let Some((name, text)) = known.next() else { return Ok(None) };
    let refused = |what: &str| Err(ApiError::invalid(format!("{name}: {what}")));
    let Some((_, part)) = SEARCH_PARAMS.iter().find(|(search, _)| *search == name) else {
        return refused("not offered; expected one search, its kind of field after a dot");
    };
    if known.next().is_some() {
        return refused("expected one search");
    }
    let (text, is_beginning) = text.strip_suffix('%').map_or((text, false), |text| (text, true));
    if text.is_empty() || text.contains('%') || text.chars().count() > 256 {
        refused("expected text, with % at its end for a beginning")
    } else {
        Ok(Some(SearchRanges::for_field(*part, text, is_beginning)))
    }
}

/// `POST /api/users`: creates a user.
#[utoipa::path(
    post, path = "/api/users", tag = "management", operation_id = "createUser", request_body = NewUserIn,
    responses(
        (status = 200, body = UserOut),
        (status = 400, description = "`guard.invalid_input`, `user.password_and_digest` or `user.password_algorithm_required`."),
        (status = 422, description = "Another person has it: `user.email_already_in_use`, `user.phone_already_in_use`, `user.username_already_in_use`. Or \
                                      the password is longer than any can be: `password.rejected`."),
    ),
)]
pub async fn create(given: ManagementJson<NewUserIn>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    match try_create(&request, body).await {
        Ok(user) => HttpResponse::Ok().json(UserOut::from(user)),
        Err(error) => request.respond(Err(error)),
    }
}

async fn try_create(machine: &ManagementRequest, body: NewUserIn) -> Result<User> {
    let core = &machine.call.app.core;
    let (new, secrets): (NewUser, _) = body.into_parts();
    let password = match (secrets.password, secrets.digest, secrets.algorithm) {
        (Some(_), Some(_), _) => return Err(Refusal::PasswordAndDigest.into()),
        (None, Some(_), None) => return Err(Refusal::PasswordAlgorithmMissing.into()),
        (None, Some(digest), Some(algorithm)) => {
            Some(InitialPassword::Hashed(import_hash::import_digest(core, algorithm.into(), &digest).await?))
        }
        (password, None, _) => password.map(InitialPassword::Plain),
    };
    user_management::create(core, machine.actor(), new, password).await
}

/// `GET /api/users/{id}`: a user.
#[utoipa::path(
    get, path = "/api/users/{id}", tag = "management", operation_id = "showUser",
    params(
        ("id", description = "The user."),
        ("includeSsoIdentities" = Option<bool>, Query, description = "Whether to include `ssoIdentities`, of which there are none."),
        ("includePasswordHash" = Option<bool>, Query, description = "Whether to include `passwordDigest` and `passwordAlgorithm`."),
    ),
    responses(
        (status = 200, body = UserOut),
        (status = 400, description = "`guard.invalid_input`."),
        (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn show(machine: ManagementRequest, id: Path<String>, request: HttpRequest) -> ApiResponse {
    let asked = ListQuery::from_http_request(&request);
    let (sso, hash) =
        match (asked.bool_param("includeSsoIdentities"), asked.bool_param("includePasswordHash")) {
            (Ok(sso), Ok(hash)) => (sso, hash),
            (Err(error), _) | (_, Err(error)) => return error.into_response(&machine.call),
        };
    let core = &machine.call.app.core;
    let user = UserId(id.clone());
    let found = if hash {
        search::with_digest(core, machine.actor(), &user).await
    } else {
        search::find(core, &user).await
    };
    let found = found.and_then(|user| user.ok_or(Refusal::NotFound.into()));
    respond_for_id(
        &machine,
        &id,
        found.map(|user| HttpResponse::Ok().json(UserOut::with_extras(user, sso, hash))),
    )
}

/// `PATCH /api/users/{id}`: replaces the named fields as a whole; null removes one.
#[utoipa::path(
    patch, path = "/api/users/{id}", tag = "management", operation_id = "updateUser", params(("id", description = "The user.")),
    request_body = UserPatchIn,
    responses(
        (status = 200, body = UserOut),
        (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`."),
        (status = 422, description = "It is taken: `user.email_already_in_use`, `user.phone_already_in_use`, `user.username_already_in_use`."),
    ),
)]
pub async fn update(given: ManagementJson<UserPatchIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let user = UserId(id.clone());
    let patched = user_management::patch(&request.call.app.core, request.actor(), &user, body.into()).await;
    respond_with_user(&request, &id, patched)
}

/// Whether a user is suspended.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UserSuspension)]
pub struct SuspensionIn {
    is_suspended: bool,
}

/// `PATCH /api/users/{id}/is-suspended`: suspends a user, which ends every session and token, or lifts the
/// suspension.
#[utoipa::path(
    patch, path = "/api/users/{id}/is-suspended", tag = "management", operation_id = "suspendUser", params(("id", description = "The user.")),
    request_body = SuspensionIn,
    responses((status = 200, body = UserOut), (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`.")),
)]
pub async fn suspend(given: ManagementJson<SuspensionIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let user = UserId(id.clone());
    let outcome =
        user_management::set_suspended(&request.call.app.core, request.actor(), &user, body.is_suspended)
            .await;
    respond_with_user(&request, &id, outcome)
}

/// `DELETE /api/users/{id}`: deletes a user; all sessions and tokens end.
#[utoipa::path(
    delete, path = "/api/users/{id}", tag = "management", operation_id = "deleteUser", params(("id", description = "The user.")),
    responses((status = 204), (status = 404, description = "There is no user with this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(machine: ManagementRequest, id: Path<String>) -> ApiResponse {
    let user = UserId(id.clone());
    let deleted = user_management::delete(&machine.call.app.core, machine.actor(), &user).await;
    respond_for_id(&machine, &id, deleted.map(|()| HttpResponse::NoContent().finish()))
}

/// A response with a user.
fn respond_with_user(machine: &ManagementRequest, id: &str, outcome: Result<User>) -> ApiResponse {
    respond_for_id(machine, id, outcome.map(|user| HttpResponse::Ok().json(UserOut::from(user))))
}

/// The response; an unknown user is reported with the id.
fn respond_for_id(machine: &ManagementRequest, id: &str, outcome: Result<ApiResponse>) -> ApiResponse {
    match outcome {
        Err(Error::Refused(Refusal::NotFound)) => machine.not_found_with_id(id),
        other => machine.respond(other),
    }
}
