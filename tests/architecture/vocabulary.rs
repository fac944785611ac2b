//! Words that were retired stay away from identifiers, comments and documents, so that one concept keeps one
//! word. STYLE.md says what replaced them; what is on the wire or stored keeps its name, and stands beside
//! the word here.

use std::fs;

use super::{File, files, none, root, sources, walk};

/// A retired word or phrase in small letters, what to say instead, and the names that keep it.
struct Retired {
    phrase: &'static str,
    instead: &'static str,
    kept: &'static [&'static str],
}

const fn retired(phrase: &'static str, instead: &'static str, kept: &'static [&'static str]) -> Retired {
    Retired { phrase, instead, kept }
}

/// Found within words, too.
const STEMS: [Retired; 2] = [
    retired("sentinel", "lockout", &["/sentinel-activities/"]),
    retired("repudiat", "dispute", &["repudiations", "password_repudiate", "rename = \"repudiated\""]),
];

/// Found as whole words; `_` ends one.
const PHRASES: [Retired; 4] = [
    retired("laid over", "merged", &[]),
    retired("comes back later", "is retried", &[]),
    retired("somebody's app", "third-party app", &[]),
    retired("app of somebody else", "third-party app", &[]),
];

/// Whole words that the sources and documents do without; tests may speak of what people are told.
const PHRASES_OUTSIDE_OF_TESTS: [Retired; 9] = [
    retired("face", "page or API", &[]),
    retired("faces", "pages and APIs", &[]),
    retired("in force", "active", &[]),
    retired("is told", "is notified, learns", &[]),
    retired("takes away", "removes", &[]),
    retired("taken away", "removed", &[]),
    retired("journey's cookie", "flow state", &[]),
    retired("operators' machines", "API clients", &[]),
    retired("the surprise:", "nothing: say it plainly", &[]),
];

/// The text in one line of small letters, comment signs left out, so that a phrase is found across line
/// breaks.
fn flatten(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim();
        ["///", "//!", "//"].iter().find_map(|sign| line.strip_prefix(sign)).unwrap_or(line).trim()
    });
    lines.collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}

/// Where a retired phrase is used, with what stands around it.
fn uses(file: &File, retired: &Retired, is_whole: bool) -> Vec<String> {
    let mut text = flatten(&file.text);
    for kept in retired.kept {
        text = text.replace(kept, "");
    }
    let ends_word = |sign: Option<char>| sign.is_none_or(|sign| !sign.is_alphanumeric());
    let found = text.match_indices(retired.phrase).filter(|(at, phrase)| {
        let before = text[..*at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        !is_whole || ends_word(before) && ends_word(after)
    });
    let context = |at: usize| text[..at].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev();
    found
        .map(|(at, phrase)| {
            let before: String = context(at).collect();
            format!("{}: …{before}{phrase} (say: {})", file.path, retired.instead)
        })
        .collect()
}

fn stems_and_phrases(file: &File) -> Vec<String> {
    let stems = STEMS.iter().flat_map(|retired| uses(file, retired, false));
    stems.chain(PHRASES.iter().flat_map(|retired| uses(file, retired, true))).collect()
}

fn phrases_outside_of_tests(file: &File) -> Vec<String> {
    PHRASES_OUTSIDE_OF_TESTS.iter().flat_map(|retired| uses(file, retired, true)).collect()
}

/// The documents; STYLE.md has the list of what is retired.
fn documents() -> Vec<File> {
    let mut found = Vec::new();
    let mut add = |path: &std::path::Path| {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        found.push(File::new(&name, &fs::read_to_string(path).unwrap()));
    };
    walk(&root().join("docs"), &mut |path, is_folder| {
        if !is_folder && path.extension().is_some_and(|ending| ending == "md") {
            add(path);
        }
    });
    for name in ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"] {
        add(&root().join(name));
    }
    found
}

#[test]
fn retired_words_are_absent() {
    let documents = documents();
    let sources = sources().into_iter().chain(&documents);
    let tests = files("tests").into_iter().filter(|file| !file.path.ends_with("vocabulary.rs"));
    let mut found: Vec<String> = tests.flat_map(stems_and_phrases).collect();
    for file in sources {
        found.extend(stems_and_phrases(file));
        found.extend(phrases_outside_of_tests(file));
    }
    none(&found);
}

#[test]
fn a_retired_word_is_noticed() {
    for text in [
        "struct RepudiationOutcome;",
        "const SENTINEL: &str = \"\";",
        "/// The settings are\n/// laid over each other.",
        "// It comes back later.",
        "fn own_face() {}",
        "/// JSON faces.",
        "//! The surprise: nothing is saved.",
        "/// The policy in\n    /// force.",
        "The user is told why.",
    ] {
        let file = File::new("src/x.rs", text);
        assert_eq!(stems_and_phrases(&file).len() + phrases_outside_of_tests(&file).len(), 1, "{text}");
    }
    for text in [
        "post(\"/api/sentinel-activities/delete\")",
        "select id from repudiations",
        "an interface, a typeface, a facet",
        "a brute-force attack in forceful terms",
        "what people are told",
    ] {
        let file = File::new("src/x.rs", text);
        none(&stems_and_phrases(&file));
        none(&phrases_outside_of_tests(&file));
    }
}
