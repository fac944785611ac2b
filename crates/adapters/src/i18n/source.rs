//! The source of the translations: the binary, or a folder that is read again when one of its files changes,
//! so that in development an edited text shows on reload.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use crate::i18n::{Catalog, Lang, Texts, file_paths};

/// The source of the translations.
pub enum CatalogSource {
    /// Embedded in the binary; they never change.
    Embedded(Arc<Catalog>),
    /// Read from a folder, for development.
    Folder(CatalogFolder),
}

/// A folder of translations, and what was last read from it.
pub struct CatalogFolder {
    dir: PathBuf,
    last: RwLock<Reading>,
}

/// What was read, and the state of the files then.
struct Reading {
    catalog: Arc<Catalog>,
    stamps: Stamps,
}

/// The modification time and size of each file; `None` for a missing one.
type Stamps = Vec<Option<(SystemTime, u64)>>;

impl CatalogSource {
    /// The translations embedded in the binary.
    pub fn embedded(texts: impl Fn(Lang) -> Texts) -> anyhow::Result<Self> {
        Ok(Self::Embedded(Arc::new(Catalog::from_texts(texts)?)))
    }

    /// The translations of a folder, read now and after every change.
    pub fn folder(dir: &Path) -> anyhow::Result<Self> {
        let stamps = stamps(dir);
        let last = RwLock::new(Reading { catalog: Arc::new(Catalog::load_from(dir)?), stamps });
        Ok(Self::Folder(CatalogFolder { dir: dir.to_owned(), last }))
    }

    /// The current translations.
    pub fn current(&self) -> Arc<Catalog> {
        match self {
            Self::Embedded(catalog) => Arc::clone(catalog),
            Self::Folder(folder) => folder.current(),
        }
    }
}

impl CatalogFolder {
    fn current(&self) -> Arc<Catalog> {
        let now = stamps(&self.dir);
        {
            let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
            if last.stamps == now {
                return Arc::clone(&last.catalog);
            }
        }
        self.read_again(now)
    }

    /// Files that are unreadable or half written leave the translations unchanged until they change again.
    fn read_again(&self, stamps: Stamps) -> Arc<Catalog> {
        let read = Catalog::load_from(&self.dir);
        let mut last = self.last.write().unwrap_or_else(PoisonError::into_inner);
        last.stamps = stamps;
        match read {
            Ok(catalog) => last.catalog = Arc::new(catalog),
            Err(error) => tracing::error!("the changed translations can't be used: {error:#}"),
        }
        Arc::clone(&last.catalog)
    }
}

fn stamps(dir: &Path) -> Stamps {
    let stamp = |path: &PathBuf| {
        let file = fs::metadata(path).ok()?;
        Some((file.modified().ok()?, file.len()))
    };
    Lang::ALL.into_iter().flat_map(|lang| file_paths(dir, lang)).map(|path| stamp(&path)).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{CatalogSource, Lang, file_paths};
    use crate::i18n::Translations;

    /// A copy of the translations in a temporary folder, removed at the end.
    struct Copy(PathBuf);

    impl Copy {
        fn new() -> Self {
            let dir = std::env::temp_dir().join(format!("rekey-words-{}", std::process::id()));
            let from = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../locales"));
            for lang in Lang::ALL {
                fs::create_dir_all(dir.join(lang.tag())).unwrap();
                for (from, to) in file_paths(from, lang).iter().zip(file_paths(&dir, lang)) {
                    fs::copy(from, to).unwrap();
                }
            }
            Self(dir)
        }

        fn append(&self, text: &str) {
            let path = self.0.join("en/common.ftl");
            let before = fs::read_to_string(&path).unwrap();
            fs::write(path, before + text).unwrap();
        }
    }

    impl Drop for Copy {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    fn word(source: &CatalogSource, key: &str) -> String {
        Translations::new(source.current(), Lang::En).t(key).into_owned()
    }

    #[test]
    fn an_edited_sentence_shows_without_a_restart_and_a_broken_file_changes_nothing() {
        let copy = Copy::new();
        let source = CatalogSource::folder(&copy.0).unwrap();
        assert_eq!(word(&source, "a-new-word"), "a-new-word");
        copy.append("\na-new-word = It is here\n");
        assert_eq!(word(&source, "a-new-word"), "It is here");
        copy.append("\na-broken-word = { \n");
        assert_eq!(word(&source, "a-new-word"), "It is here");
        assert_eq!(word(&source, "a-broken-word"), "a-broken-word");
    }
}
