//! A killed build resumes where it was. The program is the real one and the signal is SIGKILL.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{CliFixture, hashes, text};

const BUILD: [&str; 11] = [
    "breaches",
    "build",
    "--to",
    "made.filter",
    "--shard-bits",
    "8",
    "--checkpoint",
    "16384",
    "--from",
    "one",
    "two",
];

/// How far a build has written down that it is: list, bytes of it, shards.
fn progress(shelf: &CliFixture) -> (u64, u64, usize) {
    let stored = fs::read(shelf.path("made.filter.building/state")).unwrap_or_default();
    let stored: Value = serde_json::from_slice(&stored).unwrap_or_default();
    let place = &stored["state"]["place"];
    let shards = stored["state"]["shards"].as_array().map_or(0, Vec::len);
    (place["list"].as_u64().unwrap_or(0), place["offset"].as_u64().unwrap_or(0), shards)
}

/// Starts the build and kills it as soon as it is that far.
fn kill_when(shelf: &CliFixture, is_far: impl Fn((u64, u64, usize)) -> bool) {
    let mut child = shelf.command(&BUILD).spawn().unwrap();
    let began = Instant::now();
    while !is_far(progress(shelf)) {
        assert!(began.elapsed() < Duration::from_secs(60), "it never came that far");
        assert!(child.try_wait().unwrap().is_none(), "it ended before that");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
}

fn two_lists(shelf: &CliFixture) {
    shelf.list("one", hashes(0..30_000));
    shelf.list("two", hashes(20_000..60_000));
}

#[test]
fn a_killed_build_resumes_and_the_file_is_identical() {
    let shelf = CliFixture::new();
    two_lists(&shelf);
    assert!(shelf.run(&BUILD, "").status.success());
    let expected = fs::read(shelf.path("made.filter")).unwrap();
    fs::remove_file(shelf.path("made.filter")).unwrap();

    let mut before = (0, 0, 0);
    for far in [(0, 1, 0), (0, 700_000, 0), (1, 1, 0), (1, 1_000_000, 0), (2, 0, 1), (2, 0, 100)] {
        kill_when(&shelf, |now| now >= far);
        assert!(progress(&shelf) >= far && progress(&shelf) >= before, "nothing is lost");
        assert!(!shelf.path("made.filter").exists(), "nothing stands there half made");
        before = progress(&shelf);
    }
    // What a killed build wrote after its last checkpoint does not count.
    for part in ["keys", "filter"] {
        let path = shelf.path("made.filter.building").join(part);
        let longer = [fs::read(&path).unwrap(), vec![0xa5; 1000]].concat();
        fs::write(path, longer).unwrap();
    }
    let last = shelf.run(&BUILD, "");
    assert!(last.status.success());
    assert_eq!(text(&last.stderr), "note: going on where an earlier build stopped\n");
    assert!(fs::read(shelf.path("made.filter")).unwrap() == expected);
    assert!(!shelf.path("made.filter.building").exists());
}

/// Kills a build, changes something, and expects the next to say this and make what a new one makes.
fn assert_starts_afresh(change: impl FnOnce(&CliFixture, &Path), note: &str) {
    let shelf = CliFixture::new();
    two_lists(&shelf);
    kill_when(&shelf, |now| now >= (1, 1, 0));
    change(&shelf, &shelf.path("made.filter.building"));
    let next = shelf.run(&BUILD, "");
    assert_eq!(text(&next.stderr), note);
    let made = fs::read(shelf.path("made.filter")).unwrap();
    assert_eq!(text(&shelf.run(&BUILD, "").stderr), "");
    assert!(fs::read(shelf.path("made.filter")).unwrap() == made);
}

#[test]
fn a_build_of_other_lists_starts_afresh_and_says_so() {
    let other = "note: an earlier build read other lists or had other options: starting afresh\n";
    assert_starts_afresh(|shelf, _| drop(shelf.list("one", hashes(5..900))), other);
    assert_starts_afresh(|_, folder| fs::write(folder.join("state"), "{").unwrap(), other);
    let missing = "note: parts of an earlier build are missing: starting afresh\n";
    assert_starts_afresh(|_, folder| fs::remove_file(folder.join("keys")).unwrap(), missing);
}

#[test]
fn two_builds_into_one_file_exclude_each_other() {
    let shelf = CliFixture::new();
    two_lists(&shelf);
    fs::create_dir(shelf.path("made.filter.building")).unwrap();
    let lock = File::create(shelf.path("made.filter.building/lock")).unwrap();
    lock.lock().unwrap();
    let second = shelf.run(&BUILD, "");
    assert_eq!(second.status.code(), Some(1));
    assert_eq!(
        text(&second.stderr),
        "rekey: made.filter.building: another build into this file is running; wait until it has ended\n"
    );
    drop(lock);
    assert!(shelf.run(&BUILD, "").status.success());
}

#[test]
fn a_full_disk_is_reported_and_the_build_resumes_when_there_is_room() {
    let shelf = CliFixture::new();
    two_lists(&shelf);
    let program = env!("CARGO_BIN_EXE_rekey");
    let limited = format!("trap '' XFSZ; ulimit -f 600; exec {program} {}", BUILD.join(" "));
    let mut command = std::process::Command::new("/bin/bash");
    let full = command.args(["-c", &limited]).env_clear().current_dir(shelf.0.path()).output().unwrap();
    assert_eq!(full.status.code(), Some(1));
    let message = text(&full.stderr);
    let expected =
        "rekey: made.filter.building: can't be written or read; the same command goes on from there: ";
    assert!(message.starts_with(expected), "{message}");
    let next = shelf.run(&BUILD, "");
    assert!(next.status.success());
    assert_eq!(text(&next.stderr), "note: going on where an earlier build stopped\n");
}
