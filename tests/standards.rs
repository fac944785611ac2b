//! docs/standards.toml names the test of each requirement: every id is there, and every test that is named
//! exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The groups of ids, and how many there are of each.
const GROUPS: [(&str, usize); 6] = [("FP", 15), ("AU", 8), ("N", 15), ("SM", 4), ("EV", 2), ("H", 4)];

/// What holds a requirement, or why none does.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirement {
    says: String,
    source: String,
    #[serde(default)]
    tests: Vec<String>,
    #[serde(default = "yes")]
    applies: bool,
    #[serde(default)]
    reason: String,
}

const fn yes() -> bool {
    true
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read() -> BTreeMap<String, Requirement> {
    toml::from_str(&fs::read_to_string(root().join("docs/standards.toml")).unwrap()).unwrap()
}

fn files(folder: &str, ending: &str) -> Vec<String> {
    let (mut found, mut open): (Vec<String>, Vec<PathBuf>) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                open.push(path);
            } else if path.extension().is_some_and(|is| is == ending) {
                found.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

/// The functions below `#[test]` and `#[tokio::test]`.
fn functions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if is_test && let Some((_, rest)) = line.split_once("fn ") {
            found.push(rest.split(['(', '<']).next().unwrap());
            is_test = false;
        }
    }
    found
}

/// The titles of `test('…'` and `journey('…'`.
fn titles(text: &str) -> Vec<&str> {
    let of = |line: &str| {
        let begins = ["test('", "journey('"].into_iter().find(|begins| line.starts_with(begins))?;
        Some((begins.len(), line.get(begins.len()..)?.find('\'')?))
    };
    let lines = text.lines().map(str::trim_start);
    lines.filter_map(|line| of(line).map(|(from, length)| &line[from..from + length])).collect()
}

fn every_test() -> BTreeSet<String> {
    let rust = ["tests", "src", "crates"].into_iter().flat_map(|folder| files(folder, "rs"));
    let mut known: BTreeSet<String> =
        rust.flat_map(|text| functions(&text).into_iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    for text in files("tests/browser", "mjs") {
        known.extend(titles(&text).into_iter().map(str::to_owned));
    }
    known
}

#[test]
fn every_requirement_is_there_and_says_what_it_is() {
    let read = read();
    let expected: BTreeSet<String> = GROUPS
        .iter()
        .flat_map(|(group, count)| (1..=*count).map(move |number| format!("{group}-{number}")))
        .collect();
    assert_eq!(read.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for (id, requirement) in &read {
        assert!(requirement.says.len() > 20 && requirement.source.len() > 5, "{id}");
        assert_eq!(
            requirement.applies,
            requirement.reason.is_empty(),
            "{id}: a reason, when it does not apply"
        );
        assert_eq!(requirement.applies, !requirement.tests.is_empty(), "{id}: tests, when it applies");
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let known = every_test();
    let missing: Vec<String> = read()
        .into_iter()
        .flat_map(|(id, requirement)| requirement.tests.into_iter().map(move |test| (id.clone(), test)))
        .filter(|(_, test)| !known.contains(test))
        .map(|(id, test)| format!("{id}: {test}"))
        .collect();
    assert!(missing.is_empty(), "docs/standards.toml names tests that do not exist:\n{}", missing.join("\n"));
}

#[test]
fn a_test_that_does_not_exist_is_noticed() {
    let text = "#[tokio::test]\nasync fn one_that_is() {}\nfn one_that_is_none() {}\n#[test]\n#[should_panic]\nfn another() {}";
    assert_eq!(functions(text), ["one_that_is", "another"]);
    assert_eq!(titles("journey('a title', async () => {\n  test(`none`"), ["a title"]);
    assert!(!every_test().contains("one_that_is_not"));
}

/// The names in the first column of the table below this heading.
fn table(text: &str, heading: &str) -> Vec<String> {
    let section = text.split(heading).nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once('`')).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_promise_is_a_module_with_tests() {
    let text = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let promises = table(&text, "## The eleven promises");
    assert_eq!(promises.len(), 11, "{promises:?}");
    for rule in promises.iter().map(String::as_str).chain([
        "by_address",
        "codes",
        "defaults_close",
        "one_spelling",
        "peers",
    ]) {
        let file = root().join(format!("tests/promises/{rule}.rs"));
        let mut texts: Vec<String> = fs::read_to_string(file).into_iter().collect();
        let folder = format!("tests/promises/{rule}");
        if root().join(&folder).is_dir() {
            texts.extend(files(&folder, "rs"));
        }
        assert!(texts.iter().any(|text| !functions(text).is_empty()), "{rule} has no test in tests/promises");
        assert!(text.contains(&format!("`{rule}`")), "{rule} is not in docs/security.md");
    }
}
