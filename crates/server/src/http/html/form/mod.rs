//! A submitted form. The extractor checks the CSRF token, so no handler can forget to. Rejected beforehand:
//! bodies over 64 KiB, more than 64 fields, long field names, other content types, text that is not UTF-8 or
//! has U+0000, duplicate fields (which two layers could read differently), and fields out of their form's
//! bounds.

mod fields;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde::de::DeserializeOwned;
use validator::Validate;

use crate::http::html::form::fields::MAX_FIELDS;
pub use crate::http::html::form::fields::parse_bounded_fields;
use crate::http::html::page::error::ErrorKind;
use crate::http::html::page_request::PageRequest;
use crate::http::middleware::cookies::has_flow_cookie;
use crate::http::middleware::into_actix_error;
use crate::http::middleware::public_address::is_opened_elsewhere;
use crate::http::routes::urls;
use rekey_core::types::secret::ct_eq;
use rekey_core::types::text;

/// The largest body, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The largest body that may be turned into a URL, in bytes.
const MAX_URL_BODY_BYTES: usize = 8 * 1024;

/// The fields of a form whose CSRF token was valid.
pub struct Form<T>(pub T);

/// A form with only its token.
#[derive(Debug, serde::Deserialize, Validate)]
pub struct EmptyForm {}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Form<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(http_request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = PageRequest::from_http_request(http_request);
        let urlencoded = is_urlencoded(http_request);
        let path = http_request.path().to_owned();
        let body = web::Payload::from_request(http_request, payload).into_inner();
        Box::pin(async move {
            let (Some(request), Ok(body)) = (request, body) else {
                return Err(into_actix_error(HttpResponse::BadRequest().finish()));
            };
            let body = match body.to_bytes_limited(MAX_BODY_BYTES).await {
                Ok(Ok(body)) => body,
                Ok(Err(_)) => {
                    return Err(into_actix_error(request.error_page(ErrorKind::Malformed, None, None)));
                }
                Err(_) => return Err(into_actix_error(request.error_page(ErrorKind::TooLarge, None, None))),
            };
            if !urlencoded {
                return Err(into_actix_error(HttpResponse::UnsupportedMediaType().finish()));
            }
            parse_form(&request, &body, &path).map(Self)
        })
    }
}

/// A form that other sites may submit, because it only leads to reading: it is redirected to a GET request.
pub struct QueryForm(String);

impl QueryForm {
    /// The submitted fields as a query.
    pub fn as_query(&self) -> &str {
        &self.0
    }

    /// The URL of this path with the submitted fields as its query.
    pub fn to_url(&self, path: &str) -> String {
        format!("{path}?{}", self.0)
    }
}

impl FromRequest for QueryForm {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let urlencoded = is_urlencoded(request);
        let page = PageRequest::from_http_request(request);
        let body = web::Payload::from_request(request, payload).into_inner();
        Box::pin(async move {
            let body = body?.to_bytes_limited(MAX_URL_BODY_BYTES).await;
            let body = body.map_err(|_| into_actix_error(HttpResponse::PayloadTooLarge().finish()))??;
            // Parsed and serialized again, so that the URL can hold nothing but a query.
            let pairs: Vec<_> = url::form_urlencoded::parse(&body).take(MAX_FIELDS + 1).collect();
            let is_acceptable = pairs.len() <= MAX_FIELDS && text::is_plain(&body);
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            if !urlencoded {
                return Err(into_actix_error(HttpResponse::UnsupportedMediaType().finish()));
            }
            if !is_acceptable {
                let answer = page.map(|page| page.error_page(ErrorKind::Malformed, None, None));
                return Err(into_actix_error(answer.unwrap_or_else(|| HttpResponse::BadRequest().finish())));
            }
            Ok(Self(query))
        })
    }
}

fn is_urlencoded(request: &HttpRequest) -> bool {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    value
        .split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

fn parse_form<T: DeserializeOwned + Validate>(
    request: &PageRequest,
    body: &[u8],
    path: &str,
) -> Result<T, actix_web::Error> {
    let malformed = || into_actix_error(request.error_page(ErrorKind::Malformed, None, None));
    let pairs = parse_bounded_fields(body).map_err(|_| malformed())?;
    let given = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    // The form of a sign-out calls it `xsrf`, as scripts of other clients expect.
    if !ct_eq(given("csrf").or(given("xsrf")).unwrap_or(""), request.flow_state().csrf.expose()) {
        return Err(into_actix_error(csrf_failure_page(request, given("identifier"), path)));
    }
    if let Some(interaction) = given("interaction")
        && !switch_to_request(request, interaction)
        && finishes_sign_in(path)
    {
        return Err(into_actix_error(request.ended_page(given("app"))));
    }
    let form: T = serde_urlencoded::from_bytes(body).map_err(|_| malformed())?;
    form.validate().map_err(|_| malformed())?;
    Ok(form)
}

/// Selects the request that this form is about, since several windows may be about different requests. False
/// if it has ended: the form must not finish another one in its place.
fn switch_to_request(request: &PageRequest, interaction: &str) -> bool {
    let mut flow_state = request.flow_state();
    if flow_state.current_pending().is_some_and(|current| current.id == interaction) {
        return true;
    }
    let is_known = flow_state.select_pending(interaction);
    if is_known {
        request.update_flow_state(|kept| *kept = flow_state);
    }
    is_known
}

/// Whether the form at this path leads on to the application in the end. A recovery, the account page and
/// signing out do not, and go on without it.
fn finishes_sign_in(path: &str) -> bool {
    let first_pages = [urls::SIGN_IN, urls::REGISTER, urls::CONSENT];
    first_pages.into_iter().any(|start| path.starts_with(start))
}

/// The page of the form was open for too long, or its cookie was not kept: the identifier is remembered, and
/// the button leads to a fresh page.
fn csrf_failure_page(request: &PageRequest, identifier: Option<&str>, path: &str) -> HttpResponse {
    let site = &request.app.site;
    if is_opened_elsewhere(&request.request, site) {
        return request.error_page(ErrorKind::WrongAddress, None, None);
    }
    let is_kept = has_flow_cookie(&request.request, site);
    let kind = if is_kept { ErrorKind::Stale } else { ErrorKind::CookiesOff };
    if let Some(identifier) = identifier {
        request.update_flow_state(|flow_state| flow_state.remember_identifier(identifier));
    }
    let starts = [urls::FORGOT, urls::ONE_TIME, urls::ACCOUNT, urls::REGISTER];
    let back = starts.into_iter().find(|start| path.starts_with(start)).unwrap_or(urls::SIGN_IN);
    request.error_page(kind, None, Some(back))
}
