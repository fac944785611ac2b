//! What every face shares: the visit, the form, the page around a view, refusals in words.

/// The network address and the browser.
pub mod caller;
/// The two cookies.
pub mod cookies;
/// A posted form.
pub mod form;
/// What an anonymous browser carries along.
pub mod journey;
/// What every page knows.
pub mod page;
/// A refusal as a page shows it.
pub mod problem;
/// The name of a request.
pub mod request_id;
/// The password policy as a page shows it.
pub mod rules;
/// Somebody signed in.
pub mod signed_in;
/// Every address.
pub mod urls;
/// One visit and its answers.
pub mod visit;
/// What surrounds every request.
pub mod wall;
