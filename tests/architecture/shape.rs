//! How long files are, how many there are in a folder, how a file begins, and where `unsafe` stands.

use std::fs;
use std::path::Path;

use super::{File, entries, files, none, root, sources};

const LONGEST_FILE: usize = 400;
const FULLEST_FOLDER: usize = 14;
const LONGEST_README: usize = 80;
const WIDEST_COMMENT: usize = 110;

/// Folders that no one reads: what tools put below `tests`.
const NOT_OURS: [&str; 3] = ["node_modules", "artifacts", "__pycache__"];

fn ill_shaped(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    let lines = file.text.lines().count();
    if lines > LONGEST_FILE {
        found.push(format!("{} has {lines} lines, more than {LONGEST_FILE}", file.path));
    }
    if !file.text.starts_with("//! ") {
        found.push(format!("{} does not open by saying what it is (`//! …`)", file.path));
    }
    found
}

/// Comments that are too wide to be read beside something else.
fn wide_comments(file: &File) -> Vec<String> {
    let lines = file.text.lines().enumerate();
    let wide = lines
        .filter(|(_, line)| line.trim_start().starts_with("//") && line.chars().count() > WIDEST_COMMENT);
    wide.map(|(at, _)| format!("{}:{}: a comment of more than {WIDEST_COMMENT} columns", file.path, at + 1))
        .collect()
}

/// Lints that are switched off without being expected: `expect` tells when it is no longer needed.
fn allowances(file: &File) -> Vec<String> {
    let words = file.words();
    let allows =
        words.windows(3).filter(|part| ["[", ","].contains(&part[0].as_str()) && part[1..] == ["allow", "("]);
    allows.map(|_| format!("{}: `allow` where `expect` with a reason belongs", file.path)).collect()
}

#[test]
fn files_are_short_and_say_what_they_are() {
    none(&sources().into_iter().flat_map(ill_shaped).collect::<Vec<_>>());
    assert_eq!(ill_shaped(&File::new("src/x.rs", &"\n".repeat(401))).len(), 2);
}

#[test]
fn comments_are_narrow() {
    none(&sources().into_iter().flat_map(wide_comments).collect::<Vec<_>>());
    let line = |length: usize| format!("    // {}\n", "ü".repeat(length - 7));
    assert_eq!(wide_comments(&File::new("src/x.rs", &(line(110) + &line(111)))).len(), 1);
}

#[test]
fn no_lint_is_switched_off_for_good() {
    let all = sources().into_iter().chain(files("tests"));
    none(&all.flat_map(allowances).collect::<Vec<_>>());
    assert_eq!(
        allowances(&File::new("src/x.rs", "#![allow(dead_code)] #[cfg_attr(test, allow(unused))]")).len(),
        2
    );
    assert_eq!(allowances(&File::new("src/x.rs", "#[expect(dead_code)] self.allow(x)")).len(), 0);
}

/// The folders below this one with more files than a glance takes in. Folders in a folder do not count: they
/// are the list of subjects, audiences or promises, and each is read by itself.
fn full_folders(folder: &Path) -> Vec<String> {
    let inner = entries(folder);
    let (folders, files): (Vec<_>, Vec<_>) = inner.iter().partition(|path| path.is_dir());
    let mut found = Vec::new();
    if files.len() > FULLEST_FOLDER {
        let name = folder.strip_prefix(root()).unwrap_or(folder).display();
        found.push(format!("{name} has {} files, more than {FULLEST_FOLDER}", files.len()));
    }
    let ours = folders.into_iter().filter(|path| !NOT_OURS.iter().any(|name| path.ends_with(name)));
    found.extend(ours.flat_map(|path| full_folders(path)));
    found
}

#[test]
fn folders_can_be_seen_at_a_glance() {
    none(&["src", "crates", "tests"].map(|folder| full_folders(&root().join(folder))).concat());
}

#[test]
fn a_full_folder_is_noticed() {
    let folder = std::env::temp_dir().join(format!("rekey-full-folder-{}", std::process::id()));
    let inner = folder.join("inner");
    fs::create_dir_all(folder.join("node_modules")).unwrap();
    for number in 0..=FULLEST_FOLDER {
        fs::create_dir_all(inner.join(number.to_string())).unwrap();
        fs::write(inner.join(format!("{number}.rs")), "").unwrap();
        fs::write(folder.join(format!("node_modules/{number}.rs")), "").unwrap();
    }
    let found = full_folders(&folder);
    fs::remove_file(inner.join("0.rs")).unwrap();
    let rest = full_folders(&folder);
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    none(&rest);
}

#[test]
fn the_readme_is_short() {
    let text = fs::read_to_string(root().join("README.md")).unwrap_or_default();
    let lines = text.lines().count();
    assert!(lines <= LONGEST_README, "README.md has {lines} lines, more than {LONGEST_README}");
}

/// The one file with `unsafe`, which maps a filter into memory. The lint stops it elsewhere, and this test
/// stops the lint from being switched off elsewhere.
const DOOR: &str = "crates/core/src/passwords/breaches/mmap.rs";

fn unsafe_words(file: &File) -> Vec<String> {
    let words = file.words();
    let found = words.iter().filter(|word| ["unsafe", "unsafe_code"].contains(&word.as_str()));
    found.map(|word| format!("{}: {word}", file.path)).collect()
}

#[test]
fn unsafe_code_is_in_one_module() {
    let (door, others): (Vec<_>, Vec<_>) = sources().into_iter().partition(|file| file.path == DOOR);
    none(&others.into_iter().flat_map(unsafe_words).collect::<Vec<_>>());
    assert_eq!(door.into_iter().flat_map(unsafe_words).count(), 2, "one expectation and one block");
    assert_eq!(unsafe_words(&File::new("src/x.rs", "#[expect(unsafe_code)] unsafe {} // unsafe")).len(), 2);
}
