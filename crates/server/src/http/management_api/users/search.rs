//! Lists and searches users, by page or by cursor.

use actix_web::HttpRequest;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::extractor::ManagementRequest;
use crate::http::management_api::pagination::{Cursor, ListQuery, Page};
use crate::http::management_api::response::Counted;
use crate::http::management_api::users::schema::UserOut;
use rekey_core::types::error::Result;
use rekey_core::users::search;
use rekey_core::users::search_key::{SearchField, SearchRanges};

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
pub async fn list(request: ManagementRequest, http_request: HttpRequest) -> ApiResponse {
    let list_query = ListQuery::from_http_request(&http_request);
    match list_query.cursor() {
        Ok(None) => {}
        Ok(Some(place)) => return request.respond(list_after(&request, &list_query, place).await),
        Err(error) => return error.into_response(&request.call),
    }
    let (slice, wanted) =
        match list_query.page_range().and_then(|slice| Ok((slice, parse_search(&list_query)?))) {
            Ok(read) => read,
            Err(error) => return error.into_response(&request.call),
        };
    let core = request.core();
    let found = search::list_page(core, request.actor(), wanted.as_ref(), slice.rows()).await;
    request.respond(found.map(|(people, count)| {
        let people: Vec<UserOut> = people.into_iter().map(UserOut::from).collect();
        let total = usize::try_from(count).unwrap_or_default();
        let found = Counted { items: &people, total, is_capped: count >= search::MAX_COUNTED };
        list_query.page_response(&request.call, slice, &found)
    }))
}

/// The page after a user.
async fn list_after(
    request: &ManagementRequest,
    list_query: &ListQuery,
    cursor: Cursor<'_>,
) -> Result<ApiResponse> {
    let Cursor { after, size } = cursor;
    let people = search::list_after(request.core(), request.actor(), after, size).await?;
    let is_full = i64::try_from(people.len()).is_ok_and(|count| count == size);
    let last = people.last().filter(|_| is_full).map(|last| last.id.0.clone());
    let people: Vec<UserOut> = people.into_iter().map(UserOut::from).collect();
    let next = last.as_deref().map(|after| Cursor { after, size });
    Ok(list_query.cursor_page_response(&request.call, &people, next))
}

/// The search. Parameters that other servers with this API support and we do not are refused, not ignored:
/// the response would hold other users than the caller asked for.
fn parse_search(list_query: &ListQuery) -> std::result::Result<Option<SearchRanges>, ApiError> {
    let mut known = list_query.pairs().filter(|(name, _)| !matches!(*name, "page" | "page_size"));
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
