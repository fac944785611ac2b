//! Languages are found, and a text that one lacks comes from the default.

use std::path::Path;
use std::sync::Arc;

use super::{Catalog, Translations};
use crate::i18n::Lang;

#[test]
fn the_words_on_disk_are_the_embedded_ones() {
    let disk = Catalog::load_from(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/locales"))).unwrap();
    assert_eq!(disk.keys(Lang::En), Catalog::load().unwrap().keys(Lang::En));
}

#[test]
fn numbers_choose_their_plural_and_a_missing_word_answers_its_key() {
    let words = Translations::new(Arc::new(Catalog::load().unwrap()), Lang::En);
    assert!(words.n("wait-seconds", "count", 1).contains("second"));
    assert_ne!(words.n("wait-seconds", "count", 1), words.n("wait-seconds", "count", 2));
    assert_eq!(words.t("no-such-word"), "no-such-word");
    assert_eq!(words.in_lang(Lang::Ar).lang(), Lang::Ar);
}

#[test]
fn the_app_then_the_person_then_the_browser_then_the_operator_choose_the_language() {
    let catalog = Catalog::load().unwrap();
    assert_eq!(catalog.negotiate_language(Some("fr ar"), Some("de"), Some("en"), "en"), Lang::Ar);
    assert_eq!(catalog.negotiate_language(Some("fr"), Some("de"), Some("en"), "en"), Lang::De);
    assert_eq!(catalog.negotiate_language(None, None, Some("fr, de;q=0.2"), "en"), Lang::De);
    assert_eq!(catalog.negotiate_language(None, None, Some("fr"), "ar"), Lang::Ar);
    assert_eq!(catalog.negotiate_language(None, None, None, "fr"), Lang::En);
}
