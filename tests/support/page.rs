//! An answer as a person sees it: its words, its forms, where it sends them. Redirects are asserted, never
//! followed unseen; a form is sent with its own hidden fields, so a page that loses one fails its test.

use std::sync::{Arc, LazyLock};

use fluent_bundle::FluentValue;
use rekey_adapters::i18n::{Lang, Translations};
use reqwest::Response;
use reqwest::header::HeaderMap;
use scraper::{Html, Selector};

use super::browser::Browser;
use super::form::{Form, forms};

static ENGLISH: LazyLock<Translations> =
    LazyLock::new(|| Translations::new(Arc::new(rekey::embedded::catalog().unwrap()), Lang::En));
/// Stands for what is not known beforehand in a sentence.
const GAP: &str = "\u{1}";

/// One answer, and what was typed into it.
#[derive(Clone)]
pub struct Page {
    /// Where it was asked.
    pub path: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as UTF-8.
    pub html: String,
    browser: Browser,
    typed: Vec<(String, String)>,
}

impl Page {
    pub(super) async fn read(browser: Browser, path: &str, response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let html = response.text().await.unwrap();
        Self { path: path.to_owned(), status, headers, html, browser, typed: Vec::new() }
    }

    /// The status.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// A header; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// Types into a field.
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        assert!(self.forms().iter().any(|form| form.has(name)), "no field {name} on {}", self.summary());
        self.typed.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends the form that has the fields typed into; with nothing typed, the one with the main button.
    pub async fn submit(&self) -> Self {
        let fits = |form: &Form| self.typed.iter().all(|(name, _)| form.has(name));
        let mut found: Vec<Form> = self.forms().into_iter().filter(fits).collect();
        if self.typed.is_empty() && found.len() > 1 {
            found.retain(|form| form.is_main);
        }
        assert_eq!(found.len(), 1, "which form to send? {}", self.summary());
        let action = found[0].action.clone();
        self.send(found.remove(0), &action).await
    }

    /// Presses the button that goes to this address.
    pub async fn submit_to(&self, action: &str) -> Self {
        let goes =
            |form: &Form| form.action == action || form.other_actions.iter().any(|other| other == action);
        let form = self.forms().into_iter().find(goes);
        let form = form.unwrap_or_else(|| panic!("no button to {action} on {}", self.summary()));
        self.send(form, action).await
    }

    async fn send(&self, mut form: Form, action: &str) -> Self {
        for (name, value) in &self.typed {
            form.fill(name, value);
        }
        self.browser.post(action, &form.fields).await
    }

    /// Asserts a redirect after a post and follows it, once.
    pub async fn follow_redirect_to(&self, path: &str) -> Self {
        let page = self.redirects_to(path).browser.get(path).await;
        assert_eq!(page.status, 200, "{}", page.summary());
        page
    }

    /// Follows redirects within the site; the answer is the page where they end, or the one that leads out of
    /// it.
    pub async fn follow_redirects(self) -> Self {
        let mut page = self;
        for _ in 0..8 {
            if page.status != 303 || !page.location().starts_with('/') {
                return page;
            }
            page = page.browser.get(page.location()).await;
        }
        panic!("around in circles: {}", page.summary())
    }

    /// Signs in on the page that asks for it, and goes wherever that leads.
    pub async fn sign_in(self, identifier: &str, password: &str) -> Self {
        self.fill("identifier", identifier).fill("password", password).submit().await.follow_redirects().await
    }

    /// Asserts a redirect without following it.
    pub fn redirects_to(&self, path: &str) -> &Self {
        assert_eq!((self.status, self.location()), (303, path), "{}", self.summary());
        self
    }

    /// Asserts that the step was refused, and that the page says why. What has to wait says how long.
    pub fn shows_refusal(&self, code: &str) -> &Self {
        let expected = match code {
            "throttled" | "recovery.waits" => 429,
            "busy" | "breaches.unavailable" => 503,
            _ => 422,
        };
        assert_eq!(self.status, expected, "{code}: {}", self.summary());
        if expected != 422 {
            assert!(self.retry_after() > 0, "{code}: {}", self.summary());
        }
        match code {
            "password.rejected" => self.says("reasons-title"),
            _ => self.says(&format!("refusal-{}", code.replace(['.', '_'], "-"))),
        }
    }

    /// Asserts a refusal whose page says the words of this key instead of a reason: the page of where things
    /// stand now.
    pub fn shows_refusal_text(&self, key: &str) -> &Self {
        assert_eq!(self.status, 422, "{key}: {}", self.summary());
        self.says(key)
    }

    /// Asserts an error page with this status and heading: `stale`, `malformed`, `not-found` …
    pub fn shows_error(&self, status: u16, kind: &str) -> &Self {
        assert_eq!(self.status, status, "{}", self.summary());
        self.says(&format!("error-{kind}-title"))
    }

    /// Asserts that the page says the words of this key, in English.
    pub fn says(&self, key: &str) -> &Self {
        assert!(self.contains_message(key), "{key} is not said on {}", self.summary());
        self
    }

    /// Asserts that it does not.
    pub fn does_not_say(&self, key: &str) -> &Self {
        assert!(!self.contains_message(key), "{key} is said on {}", self.summary());
        self
    }

    /// Whether the page says the words of this key, whatever stands in its gaps; its plural may be any.
    pub fn contains_message(&self, key: &str) -> bool {
        let text = self.text();
        let counts: [FluentValue<'_>; 3] = [GAP.into(), 0.into(), 1.into()];
        counts.iter().any(|count| {
            let gaps = ["wait", "count", "app", "minutes", "bound"].map(|name| (name, count.clone()));
            let message = plain(&ENGLISH.translate_with(key, &gaps));
            assert_ne!(message, key, "there is no such key");
            message.split(GAP).all(|part| text.contains(part.trim()))
        })
    }

    /// Asserts that the page shows this text.
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "{text} is not shown on {}", self.summary());
        self
    }

    /// Everything that is written on it, with single spaces.
    pub fn text(&self) -> String {
        let page = Html::parse_document(&self.html);
        let texts: Vec<&str> = page.root_element().text().collect();
        plain(&texts.join(" "))
    }

    /// What stands in a field.
    pub fn value(&self, name: &str) -> String {
        let fields = self.forms().into_iter().flat_map(|form| form.fields);
        let found = fields.into_iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("no field {name} on {}", self.summary())).1
    }

    /// Whether a button goes there.
    pub fn has_button_to(&self, action: &str) -> bool {
        self.forms()
            .iter()
            .any(|form| form.action == action || form.other_actions.iter().any(|other| other == action))
    }

    /// The addresses of its links.
    pub fn links(&self) -> Vec<String> {
        self.all("a[href]", "href")
    }

    /// The text of the first element that fits.
    pub fn pick(&self, selector: &str) -> String {
        let (page, wanted) = (Html::parse_document(&self.html), Selector::parse(selector).unwrap());
        let found = page.select(&wanted).next();
        let found = found.unwrap_or_else(|| panic!("no {selector} on {}", self.summary()));
        plain(&found.text().collect::<Vec<_>>().join(" "))
    }

    /// An attribute of every element that fits.
    pub fn all(&self, selector: &str, attribute: &str) -> Vec<String> {
        let (page, selector) = (Html::parse_document(&self.html), Selector::parse(selector).unwrap());
        let found = page.select(&selector);
        found.map(|element| element.attr(attribute).unwrap_or_default().to_owned()).collect()
    }

    /// Every form that posts.
    pub fn forms(&self) -> Vec<Form> {
        forms(&self.html)
    }

    /// The seconds to wait; 0 when it does not say.
    pub fn retry_after(&self) -> i64 {
        self.header("retry-after").parse().unwrap_or_default()
    }

    /// What it is, for whoever reads a failed test.
    pub fn summary(&self) -> String {
        format!("{}: {} {} {}", self.path, self.status, self.location(), self.text())
    }
}

/// Without the marks that keep directions apart, with single spaces.
fn plain(text: &str) -> String {
    let bare: String = text.chars().filter(|c| !matches!(c, '\u{2066}'..='\u{2069}')).collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}
