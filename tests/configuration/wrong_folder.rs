//! Commands in the wrong folder say so: only `serve`, `demo` and `migrate` make an installation.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::TempFolder;

/// Every command that works on an installation, with arguments that fit.
const OF_AN_INSTALLATION: [&[&str]; 15] = [
    &["user", "list"],
    &["user", "show", "ada"],
    &["user", "add", "--username", "ada"],
    &["user", "set-password", "ada", "--password-stdin"],
    &["user", "import", "--from", "people.jsonl"],
    &["audit", "export"],
    &["signing-keys", "list"],
    &["signing-keys", "rotate"],
    &["key", "add"],
    &["key", "list"],
    &["key", "disable", "ops"],
    &["hook", "list"],
    &["hook", "replay", "audit", "--since", "2026-01-31"],
    &["secret-key", "rotate"],
    &["secret-key", "lost"],
];

/// Those that make one, or need none.
const OTHERS: [&str; 10] = [
    "demo",
    "serve",
    "migrate",
    "check",
    "breaches build",
    "breaches check",
    "breaches info",
    "mail preview",
    "openapi",
    "graphql",
];

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
    command.args(arguments).env_clear().current_dir(folder);
    command.env("REKEY_BREACHES__URL", "").output().unwrap()
}

fn entries_below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(entries_below(&path));
        }
        found.insert(path);
    }
    found
}

/// The commands that the help lists.
fn listed(folder: &Path, of: &[&str]) -> Vec<String> {
    let output = run(folder, &[of, &["--help"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let commands = text.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty()).filter_map(|line| line.strip_prefix("  "));
    let names = commands.filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_is_in_one_of_the_lists() {
    let place = TempFolder::new("commands-all");
    let mut all = BTreeSet::new();
    for name in listed(&place.0, &[]) {
        let inner = listed(&place.0, &[&name]);
        all.extend(inner.iter().map(|inner| format!("{name} {inner}")));
        if inner.is_empty() {
            all.insert(name);
        }
    }
    let known = OF_AN_INSTALLATION.iter().map(|words| words[..2].join(" "));
    let known: BTreeSet<String> = known.chain(OTHERS.map(str::to_owned)).collect();
    assert_eq!(all, known);
}

#[test]
fn only_serve_demo_and_migrate_make_an_installation() {
    let place = TempFolder::new("commands-nowhere");
    place.file("people.jsonl", "");
    for with_folder in [false, true] {
        if with_folder {
            fs::create_dir(place.0.join("rekey-data")).unwrap();
        }
        let before = entries_below(&place.0);
        for words in OF_AN_INSTALLATION {
            let output = run(&place.0, words);
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{words:?}: {message}");
            assert_eq!(message.trim_end().lines().count(), 1, "{words:?}: {message}");
            assert!(output.stdout.is_empty(), "{words:?}");
            let names_the_place = message.contains("rekey-data/rekey.db") || message.contains("secret.key");
            assert!(names_the_place, "{words:?}: {message}");
        }
        let output = run(&place.0, &["check"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(entries_below(&place.0), before);
    }
}

#[test]
fn the_message_names_the_place_and_who_makes_one() {
    let place = TempFolder::new("commands-message");
    let output = run(&place.0, &["user", "list"]);
    let expected = format!(
        "rekey: there is no database at {}: run this in the folder and with the configuration of `rekey serve`; \
         only serve, demo and migrate make a new one\n",
        place.0.join("rekey-data/rekey.db").display()
    );
    assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
    let made = run(&place.0, &["migrate"]);
    let text = String::from_utf8(made.stderr).unwrap();
    assert!(made.status.success() && text.starts_with("Made a new database at "), "{text}");
    assert!(run(&place.0, &["user", "list"]).status.success());
    fs::remove_file(place.0.join("rekey-data/secret.key")).unwrap();
    let output = run(&place.0, &["user", "list"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("rekey: there is no secret key at "), "{text}");
    assert!(!place.0.join("rekey-data/secret.key").exists(), "another key would not open what is stored");
}
