//! The way out to an application: a redirect, or where that is not possible a page that leads on by itself and
//! has a button. A response in a form needs that page, and so does an address which is too long for a proxy.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, LOCATION};

use crate::http::html::page::leave::{LeaveContent, LeaveTarget};
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::middleware::content_security_policy::APP_POLICY;
use rekey_core::oidc::authorization_request::ResponseMode;
use rekey_core::oidc::authorize::AppResponse;

/// The most bytes of an address and our cookie in one redirect. A proxy has 4096 bytes for all headers of a
/// response unless it is configured (nginx `proxy_buffer_size`), and our other headers need up to 1400.
const MAX_REDIRECT_BYTES: usize = 2600;

impl PageRequest {
    /// Brings the user back to the application with this response.
    pub fn respond_to_app(&self, response: &AppResponse) -> PageResponse {
        if response.mode == ResponseMode::FormPost {
            let action = response.redirect_uri.clone();
            return self.leave_page(LeaveTarget::Form { action, fields: response.params.clone() });
        }
        self.redirect_or_lead(&response.to_url())
    }

    /// Redirects, or shows the page that leads to an address which is too long for a header.
    pub fn redirect_or_lead(&self, address: &str) -> PageResponse {
        let fits = address.len() + self.flow_state().cookie_bytes() <= MAX_REDIRECT_BYTES;
        match HeaderValue::try_from(address).ok().filter(|_| fits) {
            Some(address) => HttpResponse::SeeOther().insert_header((LOCATION, address)).finish(),
            None => self.leave_page(LeaveTarget::Link(address.to_owned())),
        }
    }

    fn leave_page(&self, target: LeaveTarget) -> PageResponse {
        let html = self.app.renderer.leave_page(LeaveContent { page: self.page(), target });
        let mut reply = self.html_response(StatusCode::OK, html);
        reply.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(APP_POLICY));
        reply
    }
}
