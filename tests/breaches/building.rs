//! What a list may look like and what becomes of it.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use rekey_core::passwords::breaches::build::{Format, Options};
use rekey_core::passwords::breaches::{Filter, sha1};

use super::{CliFixture, hash, hashes, mix};

const PASSWORD: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";

fn no_change(_: &mut Options) {}

/// Gives a list the moment that every other one has.
fn at_noon(list: &Path) {
    let noon = UNIX_EPOCH + Duration::from_secs(1_750_000_000);
    File::options().write(true).open(list).unwrap().set_modified(noon).unwrap();
}

fn build_bytes(shelf: &CliFixture, lists: &[&Path]) -> Vec<u8> {
    lists.iter().for_each(|list| at_noon(list));
    let (made, _) = shelf.build(lists, |options| options.shard_bits = Some(3)).unwrap();
    fs::read(made).unwrap()
}

#[test]
fn every_hash_of_a_list_is_listed_and_the_file_says_what_it_is() {
    let shelf = CliFixture::new();
    let list = shelf.list("list", hashes(0..5000));
    at_noon(&list);
    let (made, outcome) = shelf.build(&[&list], |options| options.shard_bits = Some(2)).unwrap();
    let filter = Filter::open(&made).unwrap();
    assert!((0..5000).all(|number| filter.contains(&hash(mix(number)))));
    let info = filter.info();
    assert_eq!((info.hashes, info.shards, info.min_count, info.one_in), (5000, 4, 1, 65_536));
    assert_eq!((info.source.as_str(), info.made.0), ("a test", 1_750_000_000_000));
    assert_eq!((outcome.hashes, outcome.size), (5000, fs::metadata(&made).unwrap().len()));
    assert_eq!(info.size, outcome.size);
    assert!(!shelf.path("made.filter.building").exists(), "nothing is left behind");
}

#[test]
fn a_larger_filter_has_fewer_false_positives_and_no_false_negatives() {
    let shelf = CliFixture::new();
    let list = shelf.list("list", hashes(0..5000));
    let build = |width| shelf.build(&[&list], |options| options.width = width);
    let (made, outcome) = build(32).unwrap();
    let filter = Filter::open(&made).unwrap();
    assert!((0..5000).all(|number| filter.contains(&hash(mix(number)))));
    assert!((5000..400_000).all(|number| !filter.contains(&hash(mix(number)))));
    assert_eq!((filter.info().one_in, outcome.one_in), (1 << 32, 1 << 32));
    assert!(outcome.size > 2 * build(16).unwrap().1.size * 9 / 10);
    assert_eq!(build(8).unwrap_err().to_string(), "--bits: expected 16 or 32");
}

#[test]
fn order_repetition_capitals_line_ends_and_division_into_files_make_no_difference() {
    let shelf = CliFixture::new();
    let text = hashes(0..3000);
    let list = shelf.list("list", &text);
    let expected = build_bytes(&shelf, &[&list]);
    let mut sorted: Vec<&str> = text.lines().collect();
    sorted.sort_unstable();
    let variants = [
        sorted.join("\n"),
        format!("{text}{text}"),
        text.to_lowercase(),
        text.replace('\n', "\r\n"),
        text.replace('\n', "\n\n"),
        format!("\u{feff}{text}"),
        text.lines().map(|line| format!("{}\n", &line[..40])).collect(),
    ];
    for (number, variant) in variants.iter().enumerate() {
        let list = shelf.list("list", variant);
        assert!(build_bytes(&shelf, &[&list]) == expected, "variant {number}");
    }
    let parts =
        [shelf.list("one", hashes(0..1000)), shelf.list("none", ""), shelf.list("two", hashes(1000..3000))];
    assert!(build_bytes(&shelf, &parts.each_ref().map(|part| part.as_path())) == expected);
}

#[test]
fn rare_hashes_can_be_left_out() {
    let shelf = CliFixture::new();
    let list = shelf.list("list", hashes(0..1000));
    let (made, _) = shelf.build(&[&list], |options| options.min_count = Some(90)).unwrap();
    let filter = Filter::open(&made).unwrap();
    assert_eq!((filter.info().hashes, filter.info().min_count), (100, 90));
    assert!(filter.contains(&hash(mix(95))) && !filter.contains(&hash(mix(5))));
    let none = shelf.refusal(&[&list], |options| options.min_count = Some(100));
    assert_eq!(none, "--min-count: no hash was seen 100 times; nothing is left");
    let bare = shelf.list("bare", PASSWORD);
    let uncounted = shelf.refusal(&[&bare], |options| options.min_count = Some(2));
    assert_eq!(uncounted, "bare:1: expected a count after the hash, because of --min-count");
}

#[test]
fn plain_passwords_are_normalized_and_other_bytes_are_taken_as_they_are() {
    let shelf = CliFixture::new();
    let list = shelf.list("words", b"Winter in Wien\r\n\n\ncafe\xcc\x81 noir\nna\xefve\n");
    let (made, outcome) = shelf.build(&[&list], no_change).unwrap();
    let filter = Filter::open(&made).unwrap();
    assert_eq!(outcome.hashes, 3);
    assert!(filter.contains_password("Winter in Wien") && filter.contains_password("caf\u{e9} noir"));
    for other in ["winter in wien", "Winter in Wien1", "", "na\u{ef}ve"] {
        assert!(!filter.contains_password(other), "{other}");
    }
}

#[test]
fn a_list_of_words_and_a_list_of_their_hashes_answer_alike() {
    let shelf = CliFixture::new();
    let (list, words) = (shelf.list("list", PASSWORD), shelf.list("words", "password"));
    for list in [list, words] {
        let filter = Filter::open(&shelf.build(&[&list], no_change).unwrap().0).unwrap();
        assert!(
            filter.contains_password("password")
                && filter.contains(&sha1("password"))
                && !filter.contains_password("passwort")
        );
    }
}

#[test]
fn an_explicit_format_wins_over_detection() {
    let shelf = CliFixture::new();
    let list = shelf.list("list", PASSWORD);
    let (made, _) = shelf.build(&[&list], |options| options.format = Some(Format::Words)).unwrap();
    let filter = Filter::open(&made).unwrap();
    assert!(filter.contains_password(PASSWORD) && !filter.contains_password("password"));
}

#[test]
fn a_malformed_line_is_named_and_not_repeated() {
    let shelf = CliFixture::new();
    let good = shelf.list("good", format!("{PASSWORD}:1\n"));
    for bad in ["hunter2", &format!("{PASSWORD}:many"), &PASSWORD[1..]] {
        let list = shelf.list("list", format!("{PASSWORD}:1\n{PASSWORD}:2\n{bad}\n{PASSWORD}:3\n"));
        assert_eq!(
            shelf.refusal(&[&good, &list], no_change),
            "list:3: expected 40 hexadecimal digits, or these with a colon and a count"
        );
    }
    let endless = shelf.list("endless", "a".repeat(100_000));
    let message = shelf.refusal(&[&endless], no_change);
    assert_eq!(message, "endless:1: expected a line of at most 65,536 bytes; is this a text file?");
    assert!(!shelf.path("made.filter.building").exists(), "nothing is left behind");
}

#[test]
fn lists_without_a_usable_hash_are_refused() {
    let shelf = CliFixture::new();
    let ntlm = shelf.list("ntlm", "8846F7EAEE8FB117AD06BDD830B7586C:3\n".repeat(20));
    assert!(shelf.refusal(&[&ntlm], no_change).contains("get the SHA-1 list"));
    let message = shelf.refusal(&[&ntlm], |options| options.format = Some(Format::Sha1));
    assert!(message.starts_with("ntlm:1: this is the NTLM list"), "{message}");
    let empty = shelf.list("empty", "");
    assert_eq!(shelf.refusal(&[&empty], no_change), "empty: there is nothing in it to make a filter of");
    let blank = shelf.list("blank", "\n\r\n\n");
    assert!(shelf.refusal(&[&blank], no_change).contains("there is nothing to make"));
    let packed = shelf.list("list.gz", b"\x1f\x8b\x08\x00");
    assert_eq!(shelf.refusal(&[&packed], no_change), "list.gz: is compressed; unpack it first");
    let words = shelf.list("words", "password");
    let counted = shelf.refusal(&[&words], |options| options.min_count = Some(2));
    assert!(counted.starts_with("--min-count: a list of words has no counts"), "{counted}");
    assert!(shelf.refusal(&[&shelf.path("missing")], no_change).contains("missing: can't be read"));
    assert!(shelf.refusal(&[&shelf.path("")], no_change).contains("is not a file"));
    assert!(shelf.refusal(&[], no_change).contains("at least one list"));
}

#[test]
fn an_impossible_target_is_refused_before_anything_is_read() {
    let shelf = CliFixture::new();
    let words = shelf.list("words", "password");
    let message = shelf.refusal(&[&words], |options| options.to = words.clone());
    assert!(message.contains("is also read; name another file"), "{message}");
    let message = shelf.refusal(&[&words], |options| options.to = shelf.path("."));
    assert!(message.contains("is a folder; name the file to make"), "{message}");
    let message = shelf.refusal(&[&words], |options| options.to = shelf.path("nowhere/made"));
    assert!(message.contains("nowhere/made.building: can't be used to build in"), "{message}");
}
