//! The pages people see: views, templates and static files.

/// Styles, scripts and pictures.
pub mod assets;
/// Every page in every state.
pub mod design;
/// What each template needs.
pub mod views;
