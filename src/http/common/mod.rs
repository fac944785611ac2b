//! What the HTTP interfaces share: page requests, forms, page layout and error messages.

/// What all JSON APIs share.
pub mod api;
/// Styles, scripts and images.
pub mod assets;
/// The client's IP address and user agent.
pub mod client_ip;
/// The content security policy.
pub mod content_security_policy;
/// The two cookies.
pub mod cookies;
/// Which other sites may read a response.
pub mod cors;
/// The first screen that an application asks for.
/// The state of an anonymous browser.
pub mod flow_state;
/// Submitted forms.
pub mod form;
/// Middleware for every request.
pub mod middleware;
/// The layout and context of every page.
pub mod page;
/// A request for a page and its responses.
pub mod page_request;
/// Request ids.
pub mod request_id;
/// Signed-in requests.
pub mod signed_in;
/// Every URL.
pub mod urls;
