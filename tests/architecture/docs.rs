//! The pages that lead a reader into the code name what is there, and the whole reset stays short.

use std::fs;
use std::path::{Path, PathBuf};

use super::{none, root, walk};

const FOLDERS: [&str; 9] =
    ["src/", "crates/", "tests/", "docs/", "templates/", "locales/", "migrations/", "static/", "bin/"];
const MOST_FILES_OF_THE_RESET: usize = 12;
const MOST_LINES_OF_THE_RESET: usize = 900;

/// The pages that name paths, each with its text.
fn pages() -> Vec<(PathBuf, String)> {
    let mut paths =
        ["README.md", "CONTRIBUTING.md", "STYLE.md", "docs/architecture.md"].map(PathBuf::from).to_vec();
    walk(&root().join("docs/architecture"), &mut |path, is_folder| {
        if !is_folder {
            paths.push(path.strip_prefix(root()).unwrap().to_owned());
        }
    });
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(root().join(&path)).unwrap())).collect()
}

/// The paths of this repository in a text, without patterns such as `locales/*/mail.ftl`.
fn named_paths(text: &str) -> Vec<&str> {
    let is_part = |sign: char| sign.is_alphanumeric() || "_-./*…<>".contains(sign);
    let words = text.split(|sign: char| !is_part(sign)).map(|word| word.trim_end_matches('.'));
    let paths = words.filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)));
    paths.filter(|path| !path.contains(['*', '…', '<']) && !path.contains("TAG")).collect()
}

/// The targets of links to other pages, without their anchors.
fn linked(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| !target.is_empty() && !target.contains(':')).collect()
}

/// The files of the list below "The whole reset".
fn files_of_the_reset(text: &str) -> Vec<&str> {
    let section = text.split("\n## The whole reset\n").nth(1).and_then(|rest| rest.split("\n## ").next());
    let lines = section.expect("the section").lines();
    lines
        .filter(|line| line.starts_with(|sign: char| sign.is_ascii_digit()))
        .filter_map(|line| line.split('`').nth(1))
        .collect()
}

#[test]
fn every_path_that_a_page_names_exists() {
    let mut missing = Vec::new();
    for (page, text) in pages() {
        for path in named_paths(&text) {
            if !root().join(path).exists() {
                missing.push(format!("{}: {path}", page.display()));
            }
        }
        for target in linked(&text) {
            if !root().join(page.parent().unwrap_or(Path::new(""))).join(target).exists() {
                missing.push(format!("{}: link to {target}", page.display()));
            }
        }
    }
    none(&missing);
}

#[test]
fn the_whole_reset_can_be_read_in_one_sitting() {
    let text = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let files = files_of_the_reset(&text);
    assert!(files.len() > 4 && files.len() <= MOST_FILES_OF_THE_RESET, "{files:?}");
    let lines = files.iter().map(|path| fs::read_to_string(root().join(path)).expect(path).lines().count());
    let lines: usize = lines.sum();
    assert!(lines <= MOST_LINES_OF_THE_RESET, "{lines} lines in {files:?}");
}

#[test]
fn paths_links_and_the_list_are_found() {
    let text = "see `src/lib.rs:12`, locales/*/mail.ftl and [this](a.md#b) or [that](https://example.org).\n\
                ## The whole reset\n1. `src/main.rs`: begins\n\n## Next\n2. `src/lib.rs`\n";
    assert_eq!(named_paths(text), ["src/lib.rs", "src/main.rs", "src/lib.rs"]);
    assert_eq!(linked(text), ["a.md"]);
    assert_eq!(files_of_the_reset(text), ["src/main.rs"]);
}
