//! The translations of one request or message: texts by key, with variables and plural forms.

use std::borrow::Cow;
use std::sync::Arc;

use fluent_bundle::FluentValue;

use crate::i18n::{Catalog, Lang};

/// The translations for one request or message.
#[derive(Clone)]
pub struct Translations {
    catalog: Arc<Catalog>,
    lang: Lang,
}

impl Translations {
    /// The translations of one language.
    pub const fn new(catalog: Arc<Catalog>, lang: Lang) -> Self {
        Self { catalog, lang }
    }

    /// The language.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// A message without variables.
    pub fn t<'a>(&'a self, key: &'a str) -> Cow<'a, str> {
        match self.catalog.bundle(self.lang).and_then(|book| book.without_variables.get(key)) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.translate_with(key, &[])),
        }
    }

    /// A message with one text variable.
    pub fn t1(&self, key: &str, name: &'static str, value: &str) -> String {
        self.translate_with(key, &[(name, value.into())])
    }

    /// A message with a number, which selects the plural form.
    pub fn n(&self, key: &str, name: &'static str, count: i64) -> String {
        self.translate_with(key, &[(name, count.into())])
    }

    /// A message with any variables. A missing key returns itself, so that a page never fails for a missing
    /// text.
    pub fn translate_with(&self, key: &str, variables: &[(&'static str, FluentValue<'_>)]) -> String {
        let Some(text) = self.catalog.bundle(self.lang).and_then(|book| book.format_message(key, variables))
        else {
            tracing::error!(key, lang = self.lang.tag(), "a translation is missing");
            return key.to_owned();
        };
        text
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::Translations;
    use crate::i18n::{Catalog, Lang};

    fn catalog() -> Catalog {
        Catalog::load_from(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../locales"))).unwrap()
    }

    #[test]
    fn numbers_choose_their_plural_and_a_missing_text_answers_its_key() {
        let translations = Translations::new(Arc::new(catalog()), Lang::En);
        assert!(translations.n("wait-seconds", "count", 1).contains("second"));
        assert_ne!(translations.n("wait-seconds", "count", 1), translations.n("wait-seconds", "count", 2));
        assert_eq!(translations.t("no-such-word"), "no-such-word");
    }

    #[test]
    fn the_app_then_the_user_then_the_browser_then_the_operator_choose_the_language() {
        let catalog = catalog();
        assert_eq!(catalog.negotiate_language(Some("fr ar"), Some("de"), Some("en"), "en"), Lang::Ar);
        assert_eq!(catalog.negotiate_language(Some("fr"), Some("de"), Some("en"), "en"), Lang::De);
        assert_eq!(catalog.negotiate_language(None, None, Some("fr, de;q=0.2"), "en"), Lang::De);
        assert_eq!(catalog.negotiate_language(None, None, Some("fr"), "ar"), Lang::Ar);
        assert_eq!(catalog.negotiate_language(None, None, None, "fr"), Lang::En);
    }
}
