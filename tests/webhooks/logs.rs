//! Deliveries in the audit log, between other entries, page by page.

use serde_json::{Value, json};

use super::{body, call, create_webhook, deliver, parse, start};
use crate::http::oidc::{self, PASSWORD};
use crate::support::app::TestApp;
use crate::support::page::Page;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

async fn logs(app: &TestApp, query: &str) -> Page {
    call(app, "GET", &format!("/api/logs?{query}"), Value::Null).await
}

fn keys(page: &Page) -> Vec<String> {
    let entries = body(page);
    entries.as_array().unwrap().iter().map(|entry| entry["key"].as_str().unwrap().to_owned()).collect()
}

/// Three sign-ins, each told at once.
async fn sign_in_and_deliver(app: &TestApp, webhook: &Value) {
    for _ in 0..3 {
        let page = app.browser().get("/sign-in").await.fill("identifier", "ada@example.org");
        page.fill("password", PASSWORD).submit().await.redirects_to("/account");
        app.clock.advance(1);
        deliver(app, webhook).await;
    }
}

#[tokio::test]
async fn a_delivery_is_an_entry_of_the_log() {
    let app = start().await;
    let ada = oidc::create_user(&app, "ada@example.org").await;
    let receiver = Receiver::answering(Answer::with_status("200 OK", "thanks")).await;
    let webhook = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    sign_in_and_deliver(&app, &webhook).await;
    let page = logs(&app, "logKey=TriggerHook.PostSignIn").await;
    let entries = body(&page);
    assert_eq!((keys(&page).len(), page.header("total-number")), (3, "3"));
    assert_eq!(
        entries[2]["payload"],
        json!({
            "key": "TriggerHook.PostSignIn", "result": "Success", "ip": "", "userAgent": "",
            "userAgentParsed": { "browser": {}, "os": {}, "device": {} }, "userId": ada.id, "applicationId": null, "sessionId": null,
            "hookId": webhook["id"], "json": parse(&receiver.requests()[0]), "response": { "statusCode": 200, "body": "thanks" },
        })
    );
    let id = entries[0]["id"].as_str().unwrap();
    assert_eq!(body(&call(&app, "GET", &format!("/api/logs/{id}"), Value::Null).await), entries[0]);
}

#[tokio::test]
async fn pages_and_counts_include_deliveries_and_other_entries() {
    let app = start().await;
    let ada = oidc::create_user(&app, "ada@example.org").await;
    let receiver = Receiver::answering(Answer::with_status("500 No", "not today")).await;
    let webhook = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    sign_in_and_deliver(&app, &webhook).await;
    let mine = format!("userId={}", ada.id);
    let whole = logs(&app, &mine).await;
    let expected = [
        "Interaction.SignIn.Submit",
        "Interaction.SignIn.Submit",
        "TriggerHook.PostSignIn",
        "Interaction.SignIn.Submit",
    ];
    let (mut found, mut pages) = (keys(&whole), Vec::new());
    // What happened in one moment is in no order that anybody could know.
    found[2..].sort_by(|one, other| other.cmp(one));
    assert_eq!(found, expected, "a later delivery waits for the first");
    for number in 1..=5 {
        let page = logs(&app, &format!("{mine}&page={number}&page_size=1")).await;
        assert_eq!(page.header("total-number"), "4");
        pages.extend(body(&page).as_array().unwrap().clone());
    }
    assert_eq!(Value::from(pages), body(&whole));
    let count = async |query: &str| keys(&logs(&app, query).await).len();
    assert_eq!(
        (count("logKey=TriggerHook").await, count("logKey=T").await, count("logKey=I").await),
        (1, 1, 3)
    );
    assert_eq!(count(&format!("{mine}&start_time=1700000001000")).await, 2);
    assert_eq!(count(&format!("{mine}&logKey=TriggerHook.User")).await, 0);
}
