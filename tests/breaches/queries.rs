//! The program's own answers: `breaches check`, `breaches info`, and a server that is given a filter.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use super::{CliFixture, text};

const COMMON: &str = "Dragon2024!";
const UNLISTED: &str = "goldfish99182736kX";

fn fixture_with_filter() -> CliFixture {
    let shelf = CliFixture::new();
    shelf.list("words", "winter in wien\nspäter Sommer\n");
    let built = shelf.run(&["breaches", "build", "--from", "words", "--to", "made.filter"], "");
    assert!(built.status.success(), "{}", text(&built.stderr));
    let message = text(&built.stdout);
    assert!(message.starts_with("made.filter: 2 hashes, "), "{message}");
    assert!(
        message.contains(" bytes, false-positive rate 1 in 65536, ")
            && message.ends_with(" hashes per second\n")
    );
    assert_eq!(text(&built.stderr), "");
    shelf
}

#[test]
fn check_answers_with_a_word_and_an_exit_status_and_never_with_the_password() {
    let shelf = fixture_with_filter();
    let cases: [(&[&str], &str, &str, i32); 7] = [
        (&[], COMMON, "listed\n", 3),
        (&[], UNLISTED, "not listed\n", 0),
        (&["--filter", "made.filter"], "winter in wien\n", "listed\n", 3),
        (&["--filter", "made.filter"], "winter in wien\r\nsecond line", "listed\n", 3),
        (&["--filter", "made.filter"], "spa\u{308}ter Sommer", "listed\n", 3),
        (&["--filter", "made.filter"], "winter in wien ", "not listed\n", 0),
        (&["--filter", "made.filter"], COMMON, "not listed\n", 0),
    ];
    for (args, password, answer, status) in cases {
        let output = shelf.run(&[&["breaches", "check"], args].concat(), password);
        assert_eq!(
            (text(&output.stdout).as_str(), output.status.code()),
            (answer, Some(status)),
            "{password}"
        );
        assert_eq!(text(&output.stderr), "");
    }
    let huge = "x".repeat(5000);
    for (password, problem) in [
        ("", "the password on standard input is empty"),
        ("\n", "the password on standard input is empty"),
        (&huge, "the password on standard input is longer than 4096 bytes"),
    ] {
        let output = shelf.run(&["breaches", "check"], password);
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), format!("rekey: {problem}\n")));
    }
}

#[test]
fn check_and_info_ask_the_configured_filter_unless_one_is_named() {
    let shelf = fixture_with_filter();
    shelf.list("rekey.toml", "[breaches]\nfilter = 'made.filter'\n");
    assert_eq!(text(&shelf.run(&["breaches", "check"], "winter in wien").stdout), "listed\n");
    assert!(text(&shelf.run(&["breaches", "info"], "").stdout).starts_with("path: made.filter\n"));
    fs::remove_file(shelf.path("made.filter")).unwrap();
    for args in [["breaches", "check"], ["breaches", "info"]] {
        let output = shelf.run(&args, "winter in wien");
        assert_eq!(output.status.code(), Some(1));
        let message = text(&output.stderr);
        assert!(message.starts_with("rekey: breaches.filter: made.filter can't be read: "), "{message}");
    }
    let message = text(&shelf.run(&["breaches", "info", "--filter", "words"], "").stderr);
    assert!(message.starts_with("rekey: --filter: words is not a filter"), "{message}");
}

#[test]
fn info_describes_a_filter_line_by_line() {
    let shelf = fixture_with_filter();
    let message = text(&shelf.run(&["breaches", "info", "--filter", "made.filter"], "").stdout);
    let lines: Vec<(&str, &str)> = message.lines().map(|line| line.split_once(": ").unwrap()).collect();
    let size = fs::metadata(shelf.path("made.filter")).unwrap().len().to_string();
    let known = [
        ("path", "made.filter"),
        ("version", "1"),
        ("source", "words"),
        ("hashes", "2"),
        ("min count", "1"),
        ("shards", "1"),
        ("false-positive rate", "1 in 65536"),
        ("size", size.as_str()),
        ("checksum", "ok"),
    ];
    assert!(known.iter().all(|line| lines.contains(line)), "{message}");
    assert_eq!(lines.len(), 11, "{message}");
}

/// docs/breaches.md shows what `info` says of the built-in filter.
#[test]
fn the_documentation_describes_the_filter_that_is_built_in() {
    let message = text(&CliFixture::new().run(&["breaches", "info"], "").stdout);
    let docs = include_str!("../../docs/breaches.md");
    assert!(docs.contains(&message), "docs/breaches.md does not show:\n{message}");
}

#[test]
fn wrong_usage_and_failure_have_different_exit_statuses() {
    let shelf = CliFixture::new();
    let args = ["breaches", "build", "--from", "words", "--to", "x", "--format", "words", "--min-count", "2"];
    let output = shelf.run(&args, "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("rekey: --min-count: a list of words has no counts"));
    assert_eq!(
        shelf.run(&["breaches", "check", COMMON], "").status.code(),
        Some(2),
        "no password as an argument"
    );
}

#[test]
fn many_processes_can_query_one_file() {
    let shelf = fixture_with_filter();
    let args = ["breaches", "check", "--filter", "made.filter"];
    let start = || shelf.command(&args).stdin(Stdio::piped()).spawn().unwrap();
    // Both are running, and have or will have the file open, before either gets its password.
    let children = [(start(), "winter in wien"), (start(), "something else")];
    let answers = children.map(|(mut child, password)| {
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        text(&child.wait_with_output().unwrap().stdout)
    });
    assert_eq!(answers, ["listed\n", "not listed\n"]);
}

#[test]
fn a_filter_can_be_replaced_while_others_have_it_open() {
    use rekey_core::passwords::breaches::Filter;
    let shelf = fixture_with_filter();
    let open = Filter::open(&shelf.path("made.filter")).unwrap();
    shelf.list("words", "another word\n");
    assert!(shelf.run(&["breaches", "build", "--from", "words", "--to", "made.filter"], "").status.success());
    assert!(open.contains_password("winter in wien"), "the old one answers until the end");
    let new = Filter::open(&shelf.path("made.filter")).unwrap();
    assert!(new.contains_password("another word") && !new.contains_password("winter in wien"));
}

#[test]
fn a_server_does_not_start_with_an_invalid_filter() {
    let shelf = fixture_with_filter();
    for (filter, problem) in [("missing", "can't be read: "), ("words", "is not a filter; ")] {
        for args in ["serve", "check"] {
            let mut command = shelf.command(&[args]);
            command
                .env("REKEY_LISTEN", "127.0.0.1:0")
                .env("REKEY_ADMIN_LISTEN", "off")
                .env("REKEY_BREACHES__FILTER", filter);
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(1));
            let message = text(&output.stderr);
            assert!(message.contains(&format!("breaches.filter: {filter} {problem}")), "{message}");
        }
    }
}
