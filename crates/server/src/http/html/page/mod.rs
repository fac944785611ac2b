//! What every page needs: translations, brand, CSRF token and static files. Templates get their text from
//! here only. Messages with a number or a time are assembled here, so that templates contain no logic.

/// The error page.
pub mod error;
/// A refusal as a page shows it.
pub mod form_error;
/// The page that leads on to an application.
pub mod leave;
/// The password policy as a page shows it.
pub mod policy_checklist;

use std::borrow::Cow;
use std::sync::Arc;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::http::html::assets::Assets;
use crate::http::html::page::form_error::FormError;
use crate::http::html::page::policy_checklist::PolicyRule;
use crate::http::routes::urls;
use rekey_adapters::i18n::Translations;
use rekey_core::types::error::violation::Violation;
use rekey_core::types::time::Timestamp;

/// The context of a page.
#[derive(Clone)]
pub struct Page {
    /// The translations for the visitor's language.
    pub translations: Translations,
    /// The CSRF token that every form carries.
    pub csrf: String,
    /// The brand name.
    pub brand: String,
    /// The application that sent the user here.
    pub app: Option<AppLink>,
    /// Its pending request, which every form repeats, because two windows may be about two requests.
    pub interaction: Option<String>,
    /// Styles and scripts.
    pub assets: Arc<Assets>,
    /// Whether the demo is running, which every page shows.
    pub dev: bool,
}

/// An application and the link back to it.
#[derive(Clone)]
pub struct AppLink {
    /// Its id, by which custom styles can distinguish applications.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// Its start URL, which the operator registered.
    pub start: Option<String>,
}

impl Page {
    /// A message without variables.
    pub fn t<'a>(&'a self, key: &'a str) -> Cow<'a, str> {
        self.translations.t(key)
    }

    /// A message with one variable.
    pub fn t1(&self, key: &str, name: &'static str, value: impl AsRef<str>) -> String {
        self.translations.t1(key, name, value.as_ref())
    }

    /// A message with a number.
    pub fn n(&self, key: &str, name: &'static str, count: i64) -> String {
        self.translations.n(key, name, count)
    }

    /// The tag for `lang`.
    pub fn lang(&self) -> &'static str {
        self.translations.lang().tag()
    }

    /// The direction for `dir`.
    pub fn dir(&self) -> &'static str {
        self.translations.lang().dir()
    }

    /// The URL of a static file, with its version.
    pub fn asset(&self, name: &str) -> String {
        self.assets.url(name)
    }

    /// The title of the window; after a failed step it begins with that, for users of screen readers (WCAG
    /// 3.3.1).
    pub fn title(&self, key: impl AsRef<str>, failed: bool) -> String {
        let title = self.window_title(self.t(key.as_ref()));
        if failed { format!("{} {title}", self.t("title-error")) } else { title }
    }

    /// The title of a window whose heading holds a name.
    pub fn window_title(&self, heading: impl AsRef<str>) -> String {
        format!("{} · {}", heading.as_ref(), self.brand)
    }

    /// The path that ends sharing with an application; it contains the application's id.
    pub fn revoke_app_url(&self, app: &str) -> String {
        let id: String = url::form_urlencoded::byte_serialize(app.as_bytes()).collect();
        urls::END_SHARING.replace("{id}", &id.replace('+', "%20"))
    }

    /// The translated error at a field; empty if there is none.
    pub fn field_error(&self, problem: &Option<FormError>, field: &str) -> String {
        problem
            .as_ref()
            .filter(|problem| problem.field == field)
            .map(|found| found.message(self))
            .unwrap_or_default()
    }

    /// A wait in words: "in 40 seconds", "in 2 minutes".
    pub fn wait(&self, seconds: i64) -> String {
        match seconds {
            ..60 => self.n("wait-seconds", "count", seconds.max(1)),
            60..3600 => self.n("wait-minutes", "count", self.minutes(seconds)),
            _ => self.n("wait-hours", "count", self.minutes(self.minutes(seconds))),
        }
    }

    /// Seconds as whole minutes, rounded up.
    pub fn minutes(&self, seconds: i64) -> i64 {
        seconds.max(0).saturating_add(59) / 60
    }

    /// The translated reason for refusing a new password.
    pub fn reason(&self, violation: &Violation) -> String {
        let key = violation.code().replace(['.', '_'], "-");
        self.translate_with_bound(&key, violation.bound())
    }

    /// The translated text of a rule of the policy.
    pub fn rule(&self, rule: &PolicyRule) -> String {
        self.translate_with_bound(rule.key, rule.bound)
    }

    fn translate_with_bound(&self, key: &str, bound: Option<u32>) -> String {
        match bound {
            Some(bound) => self.n(key, "bound", i64::from(bound)),
            None => self.t(key).into_owned(),
        }
    }
}

/// A timestamp for `<time datetime>`.
pub fn format_rfc3339(at: Timestamp) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at.0 / 1000).ok();
    moment.and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
}
