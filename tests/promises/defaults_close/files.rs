//! What is written to the disk is its owner's alone, and what is not is said with the cure.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::database::Folder;
use crate::support::server_process::ServerFixture;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Everything below a folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let with_theirs = |path: PathBuf| {
        let theirs = if path.is_dir() { files_below(&path) } else { Vec::new() };
        std::iter::once(path).chain(theirs).collect::<Vec<_>>()
    };
    entries.flat_map(with_theirs).collect()
}

/// What is below a folder and open to others, with its mode.
fn open_to_others(folder: &Path) -> Vec<(PathBuf, String)> {
    let all = files_below(folder).into_iter().map(|path| (mode(&path), path));
    let wide = all.filter(|(mode, path)| *mode != if path.is_dir() { 0o700 } else { 0o600 });
    wide.map(|(mode, path)| (path, format!("{mode:o}"))).collect()
}

/// A fixture whose database and key are files of its data directory.
async fn at_home() -> ServerFixture {
    let mut home = ServerFixture::on_sqlite().await;
    home.variables.remove("REKEY_DATABASE_URL");
    home.variables.remove("REKEY_SECRET_KEY");
    home
}

/// What `check` says of it.
fn check(home: &ServerFixture) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
    command.arg("check").env_clear().envs(&home.variables).current_dir(home.folder.path());
    String::from_utf8(command.output().unwrap().stderr).unwrap()
}

#[tokio::test]
async fn files_are_private_to_their_owner_whatever_the_umask() {
    let mut home = at_home().await;
    home.shell = Some("umask 000");
    // A directory that was there, open to everybody, as a package or a container makes it.
    let data = home.folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    let process = home.start(true).await;
    assert_eq!(process.http_user().request_reset("ada@example.org").await.status, 303);
    home.wait_for_messages(1).await;
    let made: Vec<PathBuf> = files_below(&data);
    for name in ["rekey.db", "rekey.db-wal", "rekey.db-shm", "secret.key"] {
        assert!(made.iter().any(|path| path.ends_with(name)), "{name} is not there: {made:?}");
    }
    assert_eq!(open_to_others(&data), Vec::new());
    assert_eq!((open_to_others(&home.mail_folder()), mode(&home.mail_folder())), (Vec::new(), 0o700));
    assert_eq!(process.stop().await, Some(0));
}

#[tokio::test]
async fn directories_are_private_to_their_owner() {
    let mut home = at_home().await;
    home.shell = Some("umask 000");
    let outer = home.folder.path().join("outer");
    home.variables.insert("REKEY_DATA_DIR".to_owned(), outer.join("data").display().to_string());
    let process = home.start(true).await;
    assert_eq!(process.http_user().get("/sign-in").await.status, 200);
    assert_eq!((open_to_others(&outer), mode(&outer)), (Vec::new(), 0o700));
    assert_eq!(process.stop().await, Some(0));
}

#[tokio::test]
async fn files_that_others_can_open_are_reported_with_a_remedy() {
    let home = at_home().await;
    let process = home.start(true).await;
    process.http_user().request_reset("ada@example.org").await;
    home.wait_for_messages(1).await;
    assert_eq!(process.stop().await, Some(0));
    assert!(!check(&home).contains("open:"), "{}", check(&home));
    let data = home.folder.path().join("data");
    let wide = [
        (data.clone(), 0o755, "700"),
        (data.join("rekey.db"), 0o640, "600"),
        (home.mail_folder(), 0o750, "700"),
    ];
    for (path, mode, _) in &wide {
        fs::set_permissions(path, Permissions::from_mode(*mode)).unwrap();
    }
    let actual = check(&home);
    let process = home.start(true).await;
    assert_eq!(process.http_user().get("/sign-in").await.status, 200);
    assert_eq!(process.stop().await, Some(0));
    let log = fs::read_to_string(home.log()).unwrap();
    for (path, mode, cure) in wide {
        let line = format!("{} has mode {mode:04o}", path.display());
        let cure = format!("run chmod {cure} {}", path.display());
        for text in [&actual, &log] {
            assert!(
                text.lines().any(|actual| actual.contains(&line) && actual.contains(&cure)),
                "{line}; {cure}: {text}"
            );
        }
    }
}

#[tokio::test]
async fn an_export_is_private_and_overwrites_nothing() {
    let mut home = ServerFixture::new().await;
    home.variables.insert("REKEY_LOG".to_owned(), "warn".to_owned());
    let process = home.start(true).await;
    for _ in 0..3 {
        process.http_user().request_reset("ada@example.org").await;
    }
    home.wait_for_messages(3).await;
    assert_eq!(process.stop().await, Some(0));
    let folder = Folder::fresh();
    let file = folder.path().join("audit.jsonl");
    let export = |arguments: &[&str]| {
        let mut command = Command::new("/bin/bash");
        command.args(["-c", "umask 000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_rekey"), "audit", "export"]);
        command.args(arguments).env_clear().envs(&home.variables).current_dir(home.folder.path());
        command.output().unwrap()
    };
    let to = file.display().to_string();
    let output = export(&["--to", &to]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(mode(&file), 0o600);
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let warnings =
        lines.iter().filter(|line| line["event"] == "password_reset_init" && line["result"] == "success");
    assert_eq!(warnings.count(), 3, "{text}");
    let moments: Vec<&str> = lines.iter().map(|line| line["createdAt"].as_str().unwrap()).collect();
    assert!(moments.is_sorted() && moments[0].ends_with('Z'), "{moments:?}");
    assert!(!text.contains("ada@example.org"), "no address is in it");
    assert!(!export(&["--to", &to]).status.success(), "what is there is not written over");
    let none = export(&["--until", "2020-01-31"]);
    assert!(none.status.success() && none.stdout.is_empty());
    let later = export(&["--from", "2020-01-31T12:00:00Z"]);
    let answer = String::from_utf8(later.stdout).unwrap();
    assert!(
        answer.lines().any(|line| line.contains("\"audit_export\"")),
        "an export is an entry, too: {answer}"
    );
    assert!(answer.lines().count() > lines.len());
    assert_eq!(export(&["--from", "yesterday"]).status.code(), Some(2), "wrong usage");
}
