//! A receiver that is down in the middle of a thousand resets: every event arrives, in the order of each
//! user, with a signature that an independent library accepts. The receiver is a process of its own, written
//! against that library.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use rekey_core::Context;
use rekey_core::audit::actor::Actor;
use rekey_core::one_time_tokens::{self, NewToken};
use rekey_core::recovery;
use rekey_core::types::caller::Caller;
use rekey_core::types::purpose::InteractionEvent;
use rekey_core::types::time::{Clock as _, SystemClock};
use rekey_core::verification::VerifiedGrant;

use super::{body, deliver, start};
use crate::http::oidc;
use crate::support::app::TestApp;

const PEOPLE: usize = 20;
const ROUNDS: usize = 50;

/// The receiver, which can be killed and started anew at the same port. It ends with its test, whatever
/// becomes of that.
struct Process(Child);

impl Process {
    fn start(port: u16, key: &str, stored: &Path) -> Self {
        let python = std::env::var_os("REKEY_TEST_PYTHON").expect(
            "REKEY_TEST_PYTHON names a Python with tests/support/python/requirements.txt: `bin/test` sets it up",
        );
        let mut command = Command::new(python);
        command.args(["tests/support/python/hooks.py", &port.to_string(), key]).arg(stored);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), format!("ready {port}"));
        Self(child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A reset from beginning to end, without a mail; the request is what the event calls its session.
async fn reset_password(app: &TestApp, number: usize, round: usize) -> (String, String) {
    let email = format!("person{number}@example.org");
    app.run(move |program| async move {
        // Everybody comes from a network of their own, so that nobody has to wait.
        let ip = format!("10.0.{number}.{round}");
        let caller = Caller { ip, ..Caller::default() };
        let context = Context::new(&program.core, &caller);
        let by = Actor { caller: &caller, key: "root" };
        let new = NewToken { email: email.clone(), expires_in: 600, event: None };
        let issued = one_time_tokens::issue(&program.core, by, new).await.unwrap();
        let followed =
            one_time_tokens::redeem(context, InteractionEvent::ForgotPassword, &email, &issued.token)
                .await
                .unwrap();
        let grant = VerifiedGrant { request: followed.request.clone(), token: followed.grant };
        let password = format!("quiet rivers of round {round} for {number}").as_str().into();
        recovery::reset_password(context, &grant, &password).await.unwrap();
        (email, followed.request.to_string())
    })
    .await
}

/// A port that nobody listens at: the receiver comes back to the same.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn nothing_is_lost_while_a_receiver_is_down() {
    let app = start().await;
    app.may_leave_messages();
    // The library refuses what is more than five minutes old or ahead.
    app.clock.advance((SystemClock.now().0 - app.clock.now().0) / 1000 - 120);
    let folder = std::env::temp_dir().join(format!(
        "rekey-hooks-{}-{}",
        std::process::id(),
        app.origin.replace(['/', ':'], "")
    ));
    let port = free_port();
    let webhook =
        super::create_webhook(&app, &format!("http://127.0.0.1:{port}/"), &["PostResetPassword"]).await;
    let mut ids = HashMap::new();
    for number in 0..PEOPLE {
        let user = oidc::create_user(&app, &format!("person{number}@example.org")).await;
        ids.insert(user.email, user.id);
    }
    let key = webhook["signingKey"].as_str().unwrap();
    let start = || Some(Process::start(port, key, &folder));
    let mut receiver = start();
    let mut expected: HashMap<String, Vec<String>> = HashMap::new();
    for round in 0..ROUNDS {
        for number in 0..PEOPLE {
            let (email, request) = reset_password(&app, number, round).await;
            expected.entry(ids[&email].clone()).or_default().push(request);
        }
        match round {
            // For the next thirty rounds nobody listens.
            15 => receiver = None,
            45 => receiver = start(),
            _ => {}
        }
        deliver(&app, &webhook).await;
        app.clock.advance(2);
    }
    while deliver(&app, &webhook).await > 0 || pending_count(&app, &webhook).await > 0 {
        app.clock.advance(5);
    }
    drop(receiver);
    let received = received_events(&folder);
    fs::remove_file(&folder).unwrap();
    assert!(received == expected, "the order of somebody's events is another");
}

/// What the receiver took, by person, each delivery once.
fn received_events(stored: &Path) -> HashMap<String, Vec<String>> {
    let stored = fs::read_to_string(stored).unwrap();
    assert!(!stored.contains("forged"), "{stored}");
    let (mut seen, mut received) = (HashSet::new(), HashMap::<String, Vec<String>>::new());
    for line in stored.lines() {
        let [id, event, user, request] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!(event, "PostResetPassword");
        if seen.insert(id.to_owned()) {
            received.entry(user.to_owned()).or_default().push(request.to_owned());
        }
    }
    assert_eq!(seen.len(), PEOPLE * ROUNDS);
    received
}

async fn pending_count(app: &TestApp, webhook: &serde_json::Value) -> usize {
    let path =
        format!("/api/hooks/{}/deliveries?start_time=0&page_size=100", webhook["id"].as_str().unwrap());
    let page = super::call(app, "GET", &path, json!(null)).await;
    body(&page).as_array().unwrap().iter().filter(|one| one["state"] == "pending").count()
}
