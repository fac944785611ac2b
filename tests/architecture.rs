//! The house keeps its shape: who may import whom, no circles among subjects, one writer of passwords, one
//! engine of codes, how long things are. It reads the syntax tree of `src/` and `crates/`, and every check is
//! tried on a made-up offence, so that a checker that sees nothing does not pass.

mod codes;
mod docs;
mod functions;
mod identifiers;
mod imports;
mod inputs;
mod passwords;
mod proofs;
mod shape;
mod statements;
mod stores;
mod subjects;
mod syntax;
mod tree;
mod vocabulary;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use tree::Uses;

/// One file of the crate, its path relative to the crate's root. What is read of it is read once.
struct File {
    path: String,
    text: String,
    words: OnceLock<Vec<String>>,
    uses: OnceLock<Uses>,
}

impl File {
    /// A made-up one.
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), words: OnceLock::new(), uses: OnceLock::new() }
    }

    /// Its names and single signs.
    fn words(&self) -> &[String] {
        self.words.get_or_init(|| syntax::words(&self.text))
    }

    /// What its paths mean.
    fn uses(&self) -> &Uses {
        self.uses.get_or_init(|| tree::uses(&self.path, &self.text))
    }
}

/// Every Rust file of our crates.
static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let mut found = Vec::new();
    for folder in ["src", "crates", "tests"] {
        walk(&root().join(folder), &mut |path, is_folder| {
            if !is_folder && path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push(File::new(&name, &fs::read_to_string(path).unwrap()));
            }
        });
    }
    found
});

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a folder of the crate.
fn files(folder: &str) -> Vec<&'static File> {
    let found: Vec<_> = FILES.iter().filter(|file| Path::new(&file.path).starts_with(folder)).collect();
    assert!(!found.is_empty(), "{folder} has no Rust files");
    found
}

/// The Rust files of the interfaces, which are in two crates, below this folder of `http`.
fn interfaces(folder: &str) -> Vec<&'static File> {
    ["src", "crates/server/src"].iter().flat_map(|place| files(&format!("{place}/http{folder}"))).collect()
}

/// The Rust files of our crates, without their integration tests.
fn sources() -> Vec<&'static File> {
    [files("src"), files("crates")].concat()
}

/// Shows every file and folder below this one.
fn walk(folder: &Path, visit: &mut impl FnMut(&Path, bool)) {
    visit(folder, true);
    for path in entries(folder) {
        if path.is_dir() {
            walk(&path, visit);
        } else {
            visit(&path, false);
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Fails with one line for each offence.
fn none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}
