//! How long, how many, how a file begins, and that nothing in the store goes untested.

use std::fs;

use super::syntax::{functions, words};
use super::{File, entries, files, none, root, walk};

const LONGEST_FILE: usize = 400;
const FULLEST_FOLDER: usize = 14;
const LONGEST_README: usize = 80;
const WIDEST_COMMENT: usize = 110;

/// Folders that may hold more, up to their own number: a flat list is easier to find one's way in than folders of three.
const FULLER_FOLDERS: [(&str, usize, &str); 4] = [
    ("src/model", 30, "one file a noun; nouns have no order in which to be grouped"),
    ("src/domain", 32, "one file a journey, as people would name it"),
    ("src/http/common", 16, "one file a thing that every page or every call has"),
    ("src/store", 31, "one file a family of tables"),
];

/// The public async functions of a file.
fn public(file: &File) -> Vec<String> {
    let public = functions(&file.text).into_iter().filter(|function| function.is_public && function.is_async);
    public.map(|function| function.name).collect()
}

/// Functions of the store that its tests never call: `users::by_id` by that name, methods by their own.
fn untested(store: &[File], tests: &[File]) -> Vec<String> {
    let tests: Vec<Vec<String>> = tests.iter().map(|file| words(&file.text)).collect();
    let called = |module: &str, name: &str| match module {
        "mod" | "sql" => tests
            .iter()
            .any(|words| words.windows(2).any(|w| [".", ":"].contains(&w[0].as_str()) && w[1] == name)),
        module => {
            tests.iter().any(|words| words.windows(4).any(|w| w[0] == module && w[1] == ":" && w[3] == name))
        }
    };
    let names = store.iter().flat_map(|file| public(file).into_iter().map(|name| (stem(&file.path), name)));
    let missing = names.filter(|(module, name)| !called(module, name));
    missing.map(|(module, name)| format!("{module}::{name} is not called in tests/store")).collect()
}

fn stem(path: &str) -> String {
    path.rsplit('/').next().unwrap().trim_end_matches(".rs").to_owned()
}

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
    let words = words(&file.text);
    let allows =
        words.windows(3).filter(|part| ["[", ","].contains(&part[0].as_str()) && part[1..] == ["allow", "("]);
    allows.map(|_| format!("{}: `allow` where `expect` with a reason belongs", file.path)).collect()
}

#[test]
fn every_function_of_the_store_is_tested() {
    none(&untested(&files("src/store"), &files("tests/store")));
}

#[test]
fn an_untested_function_is_noticed() {
    let users =
        [File::new("src/store/users.rs", "pub async fn by_id() {} pub async fn list() {} async fn own() {}")];
    let calls = |text: &str| untested(&users, &[File::new("tests/store/mod.rs", text)]).len();
    assert_eq!(calls("users::by_id(tx); users::list(tx);"), 0);
    assert_eq!(calls("users::by_id(tx); // users::list"), 1);
    assert_eq!(calls("sessions::list(tx); by_id();"), 2);
    let verbs = [File::new("src/store/sql.rs", "pub async fn maybe<T>() {}")];
    assert_eq!(untested(&verbs, &[File::new("tests/store/mod.rs", "tx.maybe(sql)")]).len(), 0);
    assert_eq!(untested(&verbs, &[File::new("tests/store/mod.rs", "maybe(sql)")]).len(), 1);
}

#[test]
fn files_are_short_and_say_what_they_are() {
    none(&files("src").iter().flat_map(ill_shaped).collect::<Vec<_>>());
    assert_eq!(ill_shaped(&File::new("src/x.rs", &"\n".repeat(401))).len(), 2);
}

#[test]
fn comments_are_narrow() {
    none(&files("src").iter().flat_map(wide_comments).collect::<Vec<_>>());
    let line = |length: usize| format!("    // {}\n", "ü".repeat(length - 7));
    assert_eq!(wide_comments(&File::new("src/x.rs", &(line(110) + &line(111)))).len(), 1);
}

#[test]
fn no_lint_is_switched_off_for_good() {
    let all = files("src").into_iter().chain(files("tests"));
    none(&all.flat_map(|file| allowances(&file)).collect::<Vec<_>>());
    assert_eq!(
        allowances(&File::new("src/x.rs", "#![allow(dead_code)] #[cfg_attr(test, allow(unused))]")).len(),
        2
    );
    assert_eq!(allowances(&File::new("src/x.rs", "#[expect(dead_code)] self.allow(x)")).len(), 0);
}

#[test]
fn folders_can_be_seen_at_a_glance() {
    let mut full = Vec::new();
    walk(&root().join("src"), &mut |path, is_folder| {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let excused = FULLER_FOLDERS.iter().find(|(folder, ..)| *folder == name);
        let most = excused.map_or(FULLEST_FOLDER, |(_, most, _)| *most);
        if is_folder && entries(path).len() > most {
            full.push(format!("{name} has {} entries, more than {most}", entries(path).len()));
        }
    });
    none(&full);
}

#[test]
fn the_readme_is_short() {
    let text = fs::read_to_string(root().join("README.md")).unwrap_or_default();
    let lines = text.lines().count();
    assert!(lines <= LONGEST_README, "README.md has {lines} lines, more than {LONGEST_README}");
}
