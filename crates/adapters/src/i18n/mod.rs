//! Translations: every text of the product in every language, from `locales/*/*.ftl`. No text is written in
//! Rust. Messages without variables are formatted once at start, so that most lookups are one access to a
//! map.

mod lang;
mod source;
mod translations;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::Entry;

pub use crate::i18n::lang::Lang;
pub use crate::i18n::source::CatalogSource;
pub use crate::i18n::translations::Translations;

/// The translations of all languages.
pub struct Catalog {
    bundles: Vec<LanguageBundle>,
}

/// The translations of one language.
struct LanguageBundle {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
    without_variables: HashMap<String, String>,
    keys: Vec<String>,
}

/// The files of a language, by name below `locales/<tag>/`.
const FILES: [&str; 9] =
    ["common", "apps", "sign_in", "recovery", "account", "reasons", "api", "dev", "mail"];

/// The texts of a language, one for each of its files, in their order.
pub type Texts = [&'static str; FILES.len()];

impl Catalog {
    /// The translations of these texts.
    pub fn from_texts(texts: impl Fn(Lang) -> Texts) -> anyhow::Result<Self> {
        let books =
            Lang::ALL.into_iter().map(|lang| LanguageBundle::read(lang, &texts(lang).map(str::to_owned)));
        Ok(Self { bundles: books.collect::<anyhow::Result<_>>()? })
    }

    /// Loads the translations from disk (`dir` holds one folder per language), for development.
    pub fn load_from(dir: &Path) -> anyhow::Result<Self> {
        let book = |lang: Lang| {
            let paths = file_paths(dir, lang);
            let texts: anyhow::Result<Vec<String>> = paths.iter().map(|path| read_file(path)).collect();
            LanguageBundle::read(lang, &texts?)
        };
        Ok(Self { bundles: Lang::ALL.into_iter().map(book).collect::<anyhow::Result<_>>()? })
    }

    /// The language for a request: that of the application's request, the user's choice, the browser's
    /// preference, the operator's default, and English, in this order.
    pub fn negotiate_language(
        &self,
        ui_locales: Option<&str>,
        cookie: Option<&str>,
        accept_language: Option<&str>,
        fallback: &str,
    ) -> Lang {
        ui_locales
            .and_then(|list| list.split_whitespace().find_map(Lang::from_tag))
            .or_else(|| cookie.and_then(Lang::from_tag))
            .or_else(|| accept_language.and_then(Lang::preferred))
            .or_else(|| Lang::from_tag(fallback))
            .unwrap_or(Lang::En)
    }

    /// Every key that a language defines.
    pub fn keys(&self, lang: Lang) -> &[String] {
        self.bundle(lang).map(|book| book.keys.as_slice()).unwrap_or_default()
    }

    fn bundle(&self, lang: Lang) -> Option<&LanguageBundle> {
        self.bundles.iter().find(|book| book.lang == lang)
    }
}

impl LanguageBundle {
    fn read(lang: Lang, texts: &[String]) -> anyhow::Result<Self> {
        let mut bundle = FluentBundle::new_concurrent(vec![lang.tag().parse()?]);
        let mut keys = Vec::new();
        for text in texts {
            let resource = FluentResource::try_new(text.clone())
                .map_err(|(_, errors)| anyhow!("words of `{}` do not parse: {errors:?}", lang.tag()))?;
            keys.extend(resource.entries().filter_map(message_key));
            let added = bundle.add_resource(resource);
            added.map_err(|errors| anyhow!("words of `{}` are defined twice: {errors:?}", lang.tag()))?;
        }
        let mut book = Self { lang, bundle, without_variables: HashMap::new(), keys };
        book.without_variables =
            book.keys.iter().filter_map(|key| Some((key.clone(), book.format_message(key, &[])?))).collect();
        Ok(book)
    }

    /// The formatted message; `None` if it does not exist or lacks a variable.
    fn format_message(&self, key: &str, variables: &[(&'static str, FluentValue<'_>)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let arguments: FluentArgs<'_> = variables.iter().cloned().collect();
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }
}

fn message_key(entry: &Entry<&str>) -> Option<String> {
    match entry {
        Entry::Message(message) => Some(message.id.name.to_owned()),
        _ => None,
    }
}

/// The files of a language, in a folder with one folder per language.
fn file_paths(dir: &Path, lang: Lang) -> [PathBuf; FILES.len()] {
    FILES.map(|name| dir.join(lang.tag()).join(name).with_extension("ftl"))
}

fn read_file(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading the words in {}", path.display()))
}
