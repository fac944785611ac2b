//! Pagination: `page` from 1, `page_size` up to 100, the total in `Total-Number`, adjacent pages in `Link`.
//! Without these parameters the response is the whole list, as clients of this API expect.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use validator::Validate;

use crate::http::api::ApiError;
use rekey_core::db::sql::Rows;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::time::Timestamp;

/// The default page size.
const DEFAULT_PAGE_SIZE: i32 = 20;

/// One page of a list.
#[derive(Clone, Copy, Debug)]
pub struct PageRange {
    pub(super) page: usize,
    pub(super) size: usize,
}

impl PageRange {
    /// The rows of the page.
    pub fn rows(self) -> Rows {
        let skip = i64::try_from((self.page - 1).saturating_mul(self.size)).unwrap_or(i64::MAX);
        Rows { skip, limit: i64::try_from(self.size).unwrap_or(i64::MAX) }
    }
}

/// The parameters that request a page.
#[derive(IntoParams, Validate)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// The page, from 1; without it and `page_size` the response has everything.
    #[param(minimum = 1)]
    #[validate(range(min = 1))]
    page: Option<i32>,
    /// The page size; 20 if only `page` is given.
    #[param(minimum = 1, maximum = 100)]
    #[validate(range(min = 1, max = 100))]
    page_size: Option<i32>,
}

impl Page {
    pub(super) const fn is_requested(&self) -> bool {
        self.page.is_some() || self.page_size.is_some()
    }

    fn size(&self) -> i32 {
        self.page_size.unwrap_or(DEFAULT_PAGE_SIZE)
    }

    /// The first page of the default size, unless others are requested.
    pub(super) fn to_range(&self) -> PageRange {
        let at_least_one = |number: i32| usize::try_from(number).unwrap_or(1);
        PageRange { page: at_least_one(self.page.unwrap_or(1)), size: at_least_one(self.size()) }
    }
}

/// A position in a list with cursor pagination.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    /// The id after which the page begins; empty for the first page.
    pub after: &'a str,
    /// The page size.
    pub size: i64,
}

const fn invalid_pagination() -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "guard.invalid_pagination")
}

/// The query parameters of a list.
pub struct ListQuery {
    pub(super) path: String,
    pub(super) pairs: Vec<(String, String)>,
}

impl ListQuery {
    /// Reads the query string.
    pub fn from_http_request(request: &HttpRequest) -> Self {
        let pairs = serde_urlencoded::from_str(request.query_string()).unwrap_or_default();
        Self { path: request.path().to_owned(), pairs }
    }

    /// Every parameter with its value.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a parameter.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The requested page, for lists that are not in memory; the first by default.
    pub(super) fn page_range(&self) -> Result<PageRange, ApiError> {
        Ok(self.read_page()?.to_range())
    }

    /// The cursor, if pages are requested by cursor; an empty one begins the first page. It can be combined
    /// with a page size only.
    pub fn cursor(&self) -> Result<Option<Cursor<'_>>, ApiError> {
        let Some(after) = self.values("cursor").next() else { return Ok(None) };
        let alone = self.pairs().all(|(name, _)| matches!(name, "cursor" | "page_size"));
        let fits = after.len() <= 128
            && after.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !alone || !fits {
            return Err(invalid_pagination());
        }
        Ok(Some(Cursor { after, size: self.read_page()?.size().into() }))
    }

    /// A boolean parameter; false by default.
    pub(super) fn bool_param(&self, name: &str) -> Result<bool, ApiError> {
        match self.values(name).next() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiError::invalid(format!("{name}: expected true or false"))),
        }
    }

    /// A parameter with one of a fixed set of values, if given.
    pub(super) fn enum_param<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let Some(text) = self.values(name).next() else { return Ok(None) };
        let found = serde_json::from_value(serde_json::Value::String(text.to_owned()));
        found.map(Some).map_err(|_| Refusal::SettingsInvalid(vec![format!("{name}: unknown value")]).into())
    }

    /// A timestamp parameter in milliseconds, if given.
    pub(super) fn timestamp_param(&self, name: &str) -> Result<Option<Timestamp>, ApiError> {
        let Some(text) = self.values(name).next() else { return Ok(None) };
        let moment = text.parse().ok().filter(|at| *at >= 0).map(Timestamp);
        moment.map(Some).ok_or_else(|| ApiError::invalid(format!("{name}: expected milliseconds since 1970")))
    }

    pub(super) fn read_page(&self) -> Result<Page, ApiError> {
        let page = Page { page: self.number_param("page")?, page_size: self.number_param("page_size")? };
        page.validate().map_err(|_| invalid_pagination())?;
        Ok(page)
    }

    fn number_param(&self, name: &str) -> Result<Option<i32>, ApiError> {
        let number = self.values(name).next().map(str::parse).transpose();
        number.map_err(|_| invalid_pagination())
    }
}
