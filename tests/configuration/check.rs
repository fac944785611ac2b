//! What `rekey check` says of the breach server, as a process of its own.

use std::process::{Command, Output};

use super::TempFolder;
use crate::support::stubs::range_server::{Answer, RangeServer};

/// Runs the command with this server, and with what happens when it does not answer.
async fn check(name: &'static str, url: &str, on_unavailable: &'static str) -> Output {
    let (place, url) = (TempFolder::new(name), url.to_owned());
    let run = move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
        command.arg("check").env_clear().current_dir(&place.0);
        command.env("REKEY_DATA_DIR", place.0.join("data")).env("REKEY_BREACHES__URL", url);
        command
            .env("REKEY_BREACHES__ON_UNAVAILABLE", on_unavailable)
            .env("REKEY_BREACHES__TIMEOUT_MS", "20000");
        command.output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn output_text(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test]
async fn a_breach_server_that_answers_or_is_disabled_is_not_reported() {
    let server = RangeServer::answering(Answer::range(&[&format!("{}:1", "0".repeat(35))])).await;
    for url in [server.url.as_str(), ""] {
        let output = check("breaches-answer", url, "reject").await;
        // One that is not wanted is a weakness, which is neither noted as down nor wrong.
        let is_silent = !output_text(&output)
            .lines()
            .any(|line| line.contains("breaches.url") && !line.starts_with("weak: "));
        assert!(output.status.success() && is_silent, "{}", output_text(&output));
    }
    assert_eq!(server.requests().len(), 1);
    assert!(server.requests()[0].starts_with("GET /range/00000 "));
}

#[tokio::test]
async fn a_breach_server_that_does_not_answer_is_a_note() {
    let server = RangeServer::answering(Answer::with_status("503 -", "")).await;
    let output = check("breaches-note", &server.url, "allow").await;
    let note = "note: breaches.url: the breach server answered 503; new passwords pass unchecked meanwhile";
    assert!(output.status.success() && output_text(&output).contains(note), "{}", output_text(&output));
}

#[tokio::test]
async fn a_breach_server_that_does_not_answer_is_wrong_where_nothing_passes_unchecked() {
    let server = RangeServer::answering(Answer::with_status("503 -", "")).await;
    let output = check("breaches-wrong", &server.url, "reject").await;
    let wrong =
        "wrong: breaches.url: the breach server answered 503; every new password is refused meanwhile";
    assert!(!output.status.success() && output_text(&output).contains(wrong), "{}", output_text(&output));
}
