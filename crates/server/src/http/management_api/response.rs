//! Responses of the Management API: to the outcome of a call, and pages of a list with the links to the
//! others.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LINK;
use serde::Serialize;
use serde_json::json;

use crate::http::api::error::api_error_response;
use crate::http::api::{ApiError, ApiRequest, ApiResponse};
use crate::http::management_api::extractor::ManagementRequest;
use crate::http::management_api::pagination::{Cursor, ListQuery, PageRange};
use rekey_core::types::error::{Error, Refusal, Result};

impl ManagementRequest {
    /// Converts the outcome to a response.
    pub(super) fn respond(&self, outcome: Result<ApiResponse>) -> ApiResponse {
        outcome.unwrap_or_else(|error| api_error_response(&self.call, &error))
    }

    /// The same; what does not exist is reported with its id.
    pub(super) fn respond_for_id(&self, id: &str, outcome: Result<ApiResponse>) -> ApiResponse {
        if let Err(Error::Refused(Refusal::NotFound)) = outcome {
            let error = ApiError::new(StatusCode::NOT_FOUND, "entity.not_exists_with_id");
            return error.with_data(json!({ "id": id })).into_response(&self.call);
        }
        self.respond(outcome)
    }

    /// The same for a change, once it is active in this process.
    pub(super) async fn respond_to_change(&self, id: &str, outcome: Result<ApiResponse>) -> ApiResponse {
        let answer = match outcome {
            Ok(answer) => self.refresh_then(answer).await,
            Err(error) => Err(error),
        };
        self.respond_for_id(id, answer)
    }

    /// Activates the change in this process and returns the response; other instances notice by themselves.
    pub(super) async fn refresh_then(&self, answer: ApiResponse) -> Result<ApiResponse> {
        self.call.app.reload_settings().await?;
        Ok(answer)
    }
}

/// The items of a page, and the total.
pub struct Counted<'a, T> {
    /// The items.
    pub items: &'a [T],
    /// The total, as far as it was counted.
    pub total: usize,
    /// Whether there may be more.
    pub is_capped: bool,
}

impl ListQuery {
    /// The response for a page requested by cursor; `next` is the cursor of the next page, if there may be
    /// one.
    pub(super) fn cursor_page_response<T: Serialize>(
        &self,
        call: &ApiRequest,
        items: &[T],
        next: Option<Cursor<'_>>,
    ) -> ApiResponse {
        let mut answer = HttpResponse::Ok();
        if let Some(Cursor { after, size }) = next {
            let origin = &call.app.site.origin;
            let next = format!("<{origin}{}?cursor={after}&page_size={size}>; rel=\"next\"", self.path);
            answer.insert_header((LINK, next));
        }
        answer.json(items)
    }

    /// The response for one page.
    pub(super) fn page_response<T: Serialize>(
        &self,
        call: &ApiRequest,
        slice: PageRange,
        found: &Counted<'_, T>,
    ) -> ApiResponse {
        let Counted { items, total, is_capped } = *found;
        let mut answer = HttpResponse::Ok();
        answer.insert_header(("Total-Number", total));
        if is_capped {
            answer.insert_header(("Total-Number-Is-Capped", "true"));
        }
        answer.insert_header((LINK, self.link_header(&call.app.site.origin, slice.page, slice.size, total)));
        answer.json(items)
    }

    /// The response for the requested page of this list.
    pub(super) fn respond_with_page<T: Serialize>(&self, call: &ApiRequest, items: &[T]) -> ApiResponse {
        let requested = match self.read_page() {
            Ok(requested) if !requested.is_requested() => return HttpResponse::Ok().json(items),
            Ok(requested) => requested,
            Err(error) => return error.into_response(call),
        };
        let PageRange { page, size } = requested.to_range();
        let shown: Vec<&T> = items.iter().skip((page - 1).saturating_mul(size)).take(size).collect();
        let mut answer = HttpResponse::Ok();
        answer.insert_header(("Total-Number", items.len()));
        answer.insert_header((LINK, self.link_header(&call.app.site.origin, page, size, items.len())));
        answer.json(shown)
    }

    fn link_header(&self, origin: &str, page: usize, size: usize, total: usize) -> String {
        let last = total.div_ceil(size).max(1);
        let places = [
            ("first", Some(1)),
            ("prev", page.checked_sub(1).filter(|&page| page > 0)),
            ("next", page.checked_add(1).filter(|&page| page <= last)),
            ("last", Some(last)),
        ];
        let link = |(rel, page): (&str, Option<usize>)| Some(self.format_link(origin, rel, page?, size));
        places.into_iter().filter_map(link).collect::<Vec<_>>().join(", ")
    }

    fn format_link(&self, origin: &str, rel: &str, page: usize, size: usize) -> String {
        let others = self.pairs.iter().filter(|(name, _)| name != "page" && name != "page_size");
        let mut pairs: Vec<_> = others.cloned().collect();
        pairs.push(("page".to_owned(), page.to_string()));
        pairs.push(("page_size".to_owned(), size.to_string()));
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        format!("<{origin}{}?{query}>; rel=\"{rel}\"", self.path)
    }
}
