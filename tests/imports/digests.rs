//! Everybody whom an import brings signs in with the password they had: by the digest of the other system, and
//! then by ours, in which the first sign-in has replaced it.

use std::process::Command;

use serde_json::{Value, json};

use super::{import, printed, problems};
use crate::support::server_process::{ServerFixture, ServerProcess};

const PASSWORD: &str = "correct horse é😀";

/// An account for each format, by the libraries of the systems.
fn made_elsewhere() -> String {
    let python = std::env::var_os("REKEY_TEST_PYTHON").expect(
        "REKEY_TEST_PYTHON names a Python with tests/support/python/requirements.txt: `bin/test` sets it up",
    );
    let output = Command::new(python).args(["tests/support/python/hashes.py", PASSWORD]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn is_signed_in(server: &ServerProcess, email: &str, password: &str) -> bool {
    let fields = [("identifier", email), ("password", password)];
    server.http_user().post("/sign-in", "/sign-in", &fields).await.status == 303
}

#[tokio::test]
async fn people_sign_in_with_the_passwords_they_had() {
    let fixture = ServerFixture::new().await;
    let lines = made_elsewhere();
    let people: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let output = import(&fixture, &lines, &[]).await;
    assert_eq!(problems(&output), Vec::<String>::new());
    assert_eq!(printed(&output), format!("added {}, already here 0, refused 0\n", people.len()));
    let server = fixture.start(true).await;
    for person in &people {
        let email = person["primaryEmail"].as_str().unwrap();
        assert!(!is_signed_in(&server, email, "correct horse e😀").await, "{email}");
        assert!(is_signed_in(&server, email, PASSWORD).await, "{email} by the old digest");
        assert!(is_signed_in(&server, email, PASSWORD).await, "{email} by the new one");
        assert!(!is_signed_in(&server, email, "correct horse e😀").await, "{email}");
    }
}

/// bcrypt reads 72 bytes: who once types more, or fewer, signs in with the other all the same.
#[tokio::test]
async fn a_digest_that_read_a_part_is_kept() {
    let fixture = ServerFixture::new().await;
    let digest = "$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe";
    let line =
        json!({ "primaryEmail": "eve@example.org", "passwordDigest": digest, "passwordAlgorithm": "Bcrypt" });
    assert!(import(&fixture, line.to_string(), &[]).await.status.success());
    let server = fixture.start(true).await;
    let head = "a".repeat(72);
    for password in [format!("{head}tail"), head.clone(), format!("{head}another tail"), head.clone()] {
        assert!(is_signed_in(&server, "eve@example.org", &password).await, "{password}");
    }
    assert!(!is_signed_in(&server, "eve@example.org", &head[1..]).await);
}
