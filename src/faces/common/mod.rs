//! What every face shares: the visit, the form, the page around a view, refusals in words.

/// What every JSON face shares.
pub mod api;
/// Styles, scripts and pictures.
pub mod assets;
/// The network address and the browser.
pub mod caller;
/// The two cookies.
pub mod cookies;
/// Which other sites may read an answer.
pub mod cors;
/// Which screen an app wants its person to see first.
pub mod first_screen;
/// A posted form.
pub mod form;
/// What an anonymous browser carries along.
pub mod journey;
/// What every page knows.
pub mod page;
/// What pages may load, and where their forms may lead.
pub mod policy;
/// The name of a request.
pub mod request_id;
/// Somebody signed in.
pub mod signed_in;
/// Every address.
pub mod urls;
/// One visit and its answers.
pub mod visit;
/// What surrounds every request.
pub mod wall;
