//! Two instances and parallel changes of one user: a webhook gets every event in the order in which it
//! happened. The account itself keeps the order: each change increments a number that it reads under the lock
//! of the row.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use rekey_core::audit::actor::Actor;
use rekey_core::types::caller::Caller;
use rekey_core::types::ids::UserId;
use rekey_core::user_management;
use rekey_server::jobs::send_webhooks::deliver_due;

use super::{accepting_receiver, create_webhook, deliver, parse, start};
use crate::http::oidc::{self, PASSWORD};
use crate::support::app::TestApp;
use crate::support::stubs::receiver::Receiver;

const CHANGES: usize = 30;
const SIGN_INS: usize = 10;

/// An instance, as often as there are things to do at it.
type Instances = [Arc<TestApp>; 2];

/// What the webhooks want to hear: in different orders, so that whoever locks one after the other would meet
/// somebody who does it the other way round.
async fn create_webhooks(app: &TestApp, receivers: &[Receiver; 3]) -> Vec<Value> {
    let wanted = [
        &["User.Data.Updated", "PostSignIn"][..],
        &["User.SuspensionStatus.Updated", "PostSignIn"],
        &["User.Data.Updated", "PostSignIn", "User.SuspensionStatus.Updated", "User.Deleted"],
    ];
    let mut made = Vec::new();
    for (receiver, events) in receivers.iter().zip(wanted) {
        made.push(create_webhook(app, &receiver.url, events).await);
    }
    made
}

/// A change that says after which one it came.
async fn change_user(app: Arc<TestApp>, id: UserId, nth: usize) {
    app.run(move |program| async move {
        let caller = Caller::default();
        let by = Actor { caller: &caller, key: "root" };
        let mark = json!({ format!("mark{nth}"): true });
        user_management::merge_custom_data(&program.core, by, &id, mark.as_object().unwrap().clone())
            .await
            .unwrap();
    })
    .await;
}

async fn sign_in(app: Arc<TestApp>, email: String) {
    let page = app.browser().get("/sign-in").await.fill("identifier", &email);
    page.fill("password", PASSWORD).submit().await.redirects_to("/account");
}

/// Tells from both instances, four at a time each, until nothing waits.
async fn deliver_at_once(instances: &Instances, webhooks: &[Value]) {
    let mut lanes = JoinSet::new();
    for nth in 0..8 {
        for webhook in webhooks {
            let (app, id) = (Arc::clone(&instances[nth % 2]), webhook["id"].as_str().unwrap().to_owned());
            lanes.spawn(async move {
                app.run(move |program| async move { deliver_due(&program, &id).await.unwrap() }).await
            });
        }
    }
    lanes.join_all().await;
}

/// How many marks each heard change had, in the order of hearing; a delivery that came twice counts once.
fn received_marks(receiver: &Receiver, event: &str) -> Vec<usize> {
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    for received in receiver.requests() {
        let body = parse(&received);
        if body["event"] == event && seen.insert(received.header("webhook-id")) {
            let data = if event == "PostSignIn" { &body["user"] } else { &body["data"] };
            found.push(data["customData"].as_object().unwrap().len());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_the_same_moment_on_two_instances_arrive_in_order() {
    let app = start().await;
    let ada = oidc::create_user(&app, "ada@example.org").await;
    let receivers = [accepting_receiver().await, accepting_receiver().await, accepting_receiver().await];
    let webhooks = create_webhooks(&app, &receivers).await;
    // The second reads the active settings when it starts.
    let other = app.second_instance().await;
    let instances = [Arc::new(app), Arc::new(other)];
    let mut doing = JoinSet::new();
    for nth in 0..CHANGES {
        let (app, id) = (Arc::clone(&instances[nth % 2]), UserId(ada.id.clone()));
        doing.spawn(change_user(app, id, nth));
        if nth < SIGN_INS {
            doing.spawn(sign_in(Arc::clone(&instances[nth / 2 % 2]), ada.email.clone()));
        }
        if nth % 10 == 0 {
            deliver_at_once(&instances, &webhooks).await;
        }
    }
    doing.join_all().await;
    deliver_at_once(&instances, &webhooks).await;
    for webhook in &webhooks {
        assert_eq!(deliver(&instances[0], webhook).await, 0, "something was left");
    }
    let order: Vec<usize> = (1..=CHANGES).collect();
    for receiver in [&receivers[0], &receivers[2]] {
        assert_eq!(received_marks(receiver, "User.Data.Updated"), order);
    }
    for receiver in &receivers {
        assert_eq!(received_marks(receiver, "PostSignIn").len(), SIGN_INS);
    }
}
