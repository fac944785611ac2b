//! Files as editors, spreadsheets and scripts leave them: every bad line is named and none stops the rest,
//! and an import that was killed is run again.

use std::process::Stdio;

use serde_json::json;

use super::{import, printed, problems, write_file};
use crate::support::server_process::ServerFixture;

fn person(number: usize) -> String {
    json!({ "primaryEmail": format!("person{number}@example.org") }).to_string()
}

#[tokio::test]
async fn a_file_may_have_a_byte_order_mark_other_line_ends_and_no_last_one() {
    let fixture = ServerFixture::new().await;
    let file = format!("\u{feff}{}\r\n\r\n{}\n   \n{}", person(1), person(2), person(3));
    let output = import(&fixture, &file, &[]).await;
    assert_eq!(
        (printed(&output).as_str(), problems(&output)),
        ("added 3, already here 0, refused 0\n", vec![])
    );
    assert!(output.status.success());
    let again = import(&fixture, &file, &[]).await;
    assert_eq!(printed(&again), "added 0, already here 3, refused 0\n");
    assert!(again.status.success());
}

/// The lines after one that is good, one that is not UTF-8, and one that is too long.
const BAD_LINES: [&str; 14] = [
    "",
    "nonsense",
    r#"{"primaryEmail":"a@example.org","primaryEmail":"b@example.org"}"#,
    r#"{"primaryEmail":"a@example.org","nmae":"Ada"}"#,
    r#"{"primaryEmail":"no address"}"#,
    r#"{"name":"Nobody"}"#,
    r#"{"id":"a b","username":"adalove"}"#,
    r#"{"username":"adalove","name":"a\u0000"}"#,
    r#"{"username":"adalove","passwordDigest":"$y$j9T$abc$def"}"#,
    r#"{"username":"adalove","passwordDigest":"5f4dcc3b5aa765d61d8327deb882cf99"}"#,
    r#"{"username":"adalove","passwordDigest":"5f4dcc3b5aa765d61d8327deb882cf99","passwordAlgorithm":"MD5"}"#,
    r#"{"id":"other","primaryEmail":"PERSON1@example.org"}"#,
    r#"{"username":"adalove","primaryEmail":"person1@example.org"}"#,
    r#"{"primaryEmail":"person1@example.org"}"#,
];

/// What is said of the lines, in this order.
const PROBLEMS: [&str; 13] = [
    "line 2: not UTF-8",
    "line 3: longer than 64 KiB",
    "line 4: not JSON",
    "line 5: primaryEmail: comes twice",
    "line 6: nmae: unknown key; did you mean name?",
    "line 8: expected a username, primaryEmail or primaryPhone",
    "line 9: id: expected 1 to 128 characters without spaces",
    "line 10: name: expected text without U+0000",
    "line 11: passwordDigest: yescrypt ($y$) is not read",
    "line 12: passwordDigest: expected a digest as argon2id, argon2i",
    "line 7: primaryEmail: expected a mail address",
    "line 14: primaryEmail: account ",
    "line 15: primaryEmail: account ",
];

#[tokio::test]
async fn every_bad_line_is_named_and_none_stops_the_rest() {
    let fixture = ServerFixture::new().await;
    let mut file = person(1).into_bytes();
    file.extend(b"\n\xff\xfe\n");
    file.extend(vec![b'x'; 100 * 1024]);
    file.extend(BAD_LINES.join("\n").bytes());
    let output = import(&fixture, &file, &[]).await;
    let problems = problems(&output);
    for (problem, expected) in problems.iter().zip(PROBLEMS) {
        assert!(problem.starts_with(expected), "{problem} instead of {expected}");
    }
    assert_eq!(problems.len(), 13, "{problems:#?}");
    assert_eq!(printed(&output), "added 2, already here 1, refused 13\n");
    assert_eq!(output.status.code(), Some(1));
    let utf_16: Vec<u8> =
        format!("\u{feff}{}", person(2)).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let output = import(&fixture, &utf_16, &[]).await;
    assert!(String::from_utf8_lossy(&output.stderr).contains("UTF-16: save it as UTF-8"));
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let fixture = ServerFixture::new().await;
    let file = format!("{}\nnonsense\n", person(1));
    for _ in 0..2 {
        let output = import(&fixture, &file, &["--dry-run"]).await;
        assert_eq!(printed(&output), "added 1, already here 0, refused 1\n");
    }
    assert_eq!(printed(&import(&fixture, &file, &[]).await), "added 1, already here 0, refused 1\n");
}

/// Killed when the first batch is reported, whatever has begun of the second.
#[tokio::test]
async fn an_import_that_was_killed_is_run_again() {
    let fixture = ServerFixture::new().await;
    let file: String = (0..2500).map(|number| person(number) + "\n").collect();
    let path = write_file(&fixture, &file);
    let mut command = fixture.command(&["user", "import", "--from", path.to_str().unwrap()]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let killed = tokio::task::spawn_blocking(move || {
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
        let first = lines.next().unwrap().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        first
    });
    assert_eq!(killed.await.unwrap(), "1000 lines: 1000 added, 0 already here, 0 refused");
    let output = import(&fixture, &file, &[]).await;
    let text = printed(&output);
    let numbers: Vec<usize> = text.split([' ', ',']).filter_map(|word| word.trim().parse().ok()).collect();
    assert!(numbers[0] <= 1500 && numbers[1] >= 1000 && numbers[0] + numbers[1] == 2500, "{text}");
    assert_eq!(printed(&import(&fixture, &file, &[]).await), "added 0, already here 2500, refused 0\n");
}
