//! What every face shares: the visit, the form, the page around a view, refusals in words.

/// What every JSON face shares.
pub mod api;
/// Styles, scripts and pictures.
pub mod assets;
/// The network address and the browser.
pub mod client_ip;
/// What pages may load, and where their forms may lead.
pub mod content_security_policy;
/// The two cookies.
pub mod cookies;
/// Which other sites may read an answer.
pub mod cors;
/// Which screen an app wants its person to see first.
pub mod first_screen;
/// What an anonymous browser carries along.
pub mod flow_state;
/// A posted form.
pub mod form;
/// What surrounds every request.
pub mod middleware;
/// What every page knows.
pub mod page;
/// One visit and its answers.
pub mod page_request;
/// The name of a request.
pub mod request_id;
/// Somebody signed in.
pub mod signed_in;
/// Every address.
pub mod urls;
