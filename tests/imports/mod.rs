//! `rekey user import`, by the real program: the digests of other systems, and files as people have them.

mod digests;
mod docs;
mod files;

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use crate::support::server_process::ServerFixture;

/// Imports a file with this content.
async fn import(fixture: &ServerFixture, content: impl AsRef<[u8]>, more: &[&str]) -> Output {
    let file = write_file(fixture, content);
    let mut command = fixture.command(&["user", "import", "--from", file.to_str().unwrap()]);
    command.args(more);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn write_file(fixture: &ServerFixture, content: impl AsRef<[u8]>) -> PathBuf {
    let file = fixture.folder.path().join("people.jsonl");
    fs::write(&file, content).unwrap();
    file
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What was said of lines, without the progress.
fn problems(output: &Output) -> Vec<String> {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    text.lines().filter(|line| line.starts_with("line ")).map(str::to_owned).collect()
}
