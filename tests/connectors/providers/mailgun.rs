//! Mailgun, `POST /v3/{domain}/messages`.

use serde_json::json;

use super::{Answer, connector_for, fields, form_of, from_elsewhere, line, only_request};
use crate::connectors::{mail, rejection_reason, retry_reason};

const ID: &str = "mailgun-email";

fn accepted_answer() -> Answer {
    Answer::with_status("200 OK", r#"{"id":"<20260304.1@mg.example.com>","message":"Queued. Thank you."}"#)
}

#[tokio::test]
async fn a_mail_is_sent_as_documented() {
    let (connector, provider) = connector_for(ID, json!({}), accepted_answer()).await;
    connector.send(&mail()).await.unwrap();
    let received = only_request(&provider);
    assert_eq!(line(&received), "POST /hook/v3/mg.example.com/messages");
    // `api:open sesame`
    assert_eq!(received.header("authorization"), "Basic YXBpOm9wZW4gc2VzYW1l");
    let rendered = mail().rendered;
    assert_eq!(
        form_of(&received),
        fields([
            ("from", "Rekey Büro <no-reply@auth.example.com>"),
            ("to", "ada@example.com"),
            ("subject", "Ihr Code für Rekey"),
            ("text", &rendered.text),
            ("html", &rendered.html.unwrap()),
            ("h:Auto-Submitted", "auto-generated"),
            ("h:X-Auto-Response-Suppress", "All"),
            ("h:Message-Id", "<0198f3c2-outbox@auth.example.com>"),
            ("o:tracking", "no"),
        ])
    );
}

#[tokio::test]
async fn templates_may_set_sender_and_reply_to() {
    let (connector, provider) = connector_for(ID, json!({}), accepted_answer()).await;
    let mut plain = from_elsewhere();
    plain.rendered.html = None;
    connector.send(&plain).await.unwrap();
    let form = form_of(&only_request(&provider));
    let value = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(value("from"), Some("\"Acme, Inc.\" <codes@acme.example>"));
    assert_eq!(value("h:Reply-To"), Some("Help <help@acme.example>"));
    assert_eq!(value("html"), None);
}

#[tokio::test]
async fn a_domain_that_is_no_name_stays_one_part_of_the_path() {
    let (connector, provider) = connector_for(ID, json!({ "domain": "a/../b?c" }), accepted_answer()).await;
    connector.send(&mail()).await.unwrap();
    assert_eq!(line(&only_request(&provider)), "POST /hook/v3/a%2F..%2Fb%3Fc/messages");
}

#[tokio::test]
async fn refusals_are_understood() {
    let (connector, _provider) =
        connector_for(ID, json!({}), Answer::with_status("401 Unauthorized", "Forbidden")).await;
    retry_reason(connector.send(&mail()).await);
    let body = r#"{"message":"to parameter is not a valid address. please check documentation"}"#;
    let (connector, _provider) =
        connector_for(ID, json!({}), Answer::with_status("400 Bad Request", body)).await;
    rejection_reason(connector.send(&mail()).await);
}
