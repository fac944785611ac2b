//! Lists in pages: `page` from 1, `page_size` up to 100, the whole in `Total-Number`, the neighbours in `Link`. Without either the whole
//! list is the answer, as clients of this API expect.

use actix_web::http::StatusCode;
use actix_web::http::header::LINK;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::IntoParams;

use crate::faces::common::api::{Answer, ApiError, Call};

/// How many on a page when nothing is said.
const SIZE: usize = 20;
/// The most on a page.
const MOST: usize = 100;

/// How pages are asked for, described.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; the address is read as it is")]
pub struct Page {
    /// The page, from 1; without it and `page_size` everything is the answer.
    #[param(minimum = 1)]
    page: Option<u64>,
    /// How many on a page; 20 when only `page` is said.
    #[param(minimum = 1, maximum = 100)]
    page_size: Option<u64>,
}

/// What the address asks for.
pub struct Asked {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Asked {
    /// Reads the address.
    pub fn of(request: &HttpRequest) -> Self {
        let pairs = serde_urlencoded::from_str(request.query_string()).unwrap_or_default();
        Self { path: request.path().to_owned(), pairs }
    }

    /// Every value of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The page that is asked for, of this list.
    pub fn answer<T: Serialize>(&self, call: &Call, items: &[T]) -> Answer {
        let (page, size) = match (self.number("page", usize::MAX / 2), self.number("page_size", MOST)) {
            (Ok(None), Ok(None)) => return HttpResponse::Ok().json(items),
            (Ok(page), Ok(size)) => (page.unwrap_or(1), size.unwrap_or(SIZE)),
            _ => {
                return ApiError::new(StatusCode::BAD_REQUEST, "guard.invalid_pagination").answer(call);
            }
        };
        let shown: Vec<&T> = items.iter().skip((page - 1).saturating_mul(size)).take(size).collect();
        let mut answer = HttpResponse::Ok();
        answer.insert_header(("Total-Number", items.len()));
        answer.insert_header((LINK, self.links(&call.app.site.origin, page, size, items.len())));
        answer.json(shown)
    }

    fn number(&self, name: &str, most: usize) -> Result<Option<usize>, ()> {
        let Some(text) = self.all(name).next() else { return Ok(None) };
        let number = text.parse().ok().filter(|number| (1..=most).contains(number));
        number.map(Some).ok_or(())
    }

    fn links(&self, origin: &str, page: usize, size: usize, total: usize) -> String {
        let last = total.div_ceil(size).max(1);
        let places = [
            ("first", Some(1)),
            ("prev", page.checked_sub(1).filter(|&page| page > 0)),
            ("next", page.checked_add(1).filter(|&page| page <= last)),
            ("last", Some(last)),
        ];
        let link = |(rel, page): (&str, Option<usize>)| Some(self.link(origin, rel, page?, size));
        places.into_iter().filter_map(link).collect::<Vec<_>>().join(", ")
    }

    fn link(&self, origin: &str, rel: &str, page: usize, size: usize) -> String {
        let others = self.pairs.iter().filter(|(name, _)| name != "page" && name != "page_size");
        let mut pairs: Vec<_> = others.cloned().collect();
        pairs.push(("page".to_owned(), page.to_string()));
        pairs.push(("page_size".to_owned(), size.to_string()));
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        format!("<{origin}{}?{query}>; rel=\"{rel}\"", self.path)
    }
}
