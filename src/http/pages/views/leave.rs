//! The page that leads on to an application by itself.

use askama::Template;

use rekey_server::http::html::page::leave::{LeaveContent, LeaveTarget};
use rekey_server::http::html::page::{AppLink, Page};

/// The page that leads on to an application, for responses that no redirect can carry.
#[derive(Clone, Template)]
#[template(path = "pages/apps/leave.html")]
pub struct LeaveView {
    /// The page context.
    pub page: Page,
    /// Where it leads.
    pub target: LeaveTarget,
    /// Whether it is a sample, which stays where it is.
    pub is_sample: bool,
}

impl From<LeaveContent> for LeaveView {
    fn from(content: LeaveContent) -> Self {
        Self { page: content.page, target: content.target, is_sample: false }
    }
}

impl LeaveView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let app = AppLink { id: "lumen".to_owned(), name: "Lumen".to_owned(), start: None };
        let page = Page { app: Some(app), ..page.clone() };
        let action = "https://app.example.org/callback".to_owned();
        let link = LeaveTarget::Link(format!("{action}?code=sample&state=a%20long%20one"));
        let fields = vec![("code", "sample".to_owned()), ("state", "\"<b>\" & more".to_owned())];
        let form = LeaveTarget::Form { action, fields };
        let nobody = Page { app: None, ..page.clone() };
        let view = |page: &Page, target: &LeaveTarget| Self {
            page: page.clone(),
            target: target.clone(),
            is_sample: true,
        };
        vec![("link", view(&page, &link)), ("form", view(&page, &form)), ("no-app", view(&nobody, &link))]
    }

    fn button(&self) -> String {
        match &self.page.app {
            Some(app) => self.page.t1("continue-to", "app", &app.name),
            None => self.page.t("leave-continue").into_owned(),
        }
    }
}
