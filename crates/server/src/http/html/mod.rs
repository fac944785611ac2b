//! What all pages share: page requests, forms, layout and error messages.

/// Styles, scripts and images.
pub mod assets;
/// The state of an anonymous browser.
pub mod flow_state;
/// Submitted forms.
pub mod form;
/// The layout and context of every page.
pub mod page;
/// A request for a page and its responses.
pub mod page_request;
/// Signed-in requests.
pub mod signed_in;
