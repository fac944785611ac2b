//! What the page shows that leads on to an application.

use crate::http::html::page::Page;

/// The content of the page that leads on by itself.
#[derive(Clone)]
pub struct LeaveContent {
    /// The page context; it names the application.
    pub page: Page,
    /// Where it leads.
    pub target: LeaveTarget,
}

/// Where the page leads.
#[derive(Clone, Debug)]
pub enum LeaveTarget {
    /// To an address.
    Link(String),
    /// To an address by POST.
    Form {
        /// The address.
        action: String,
        /// The fields of the form.
        fields: Vec<(&'static str, String)>,
    },
}
