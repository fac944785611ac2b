//! Mail to an endpoint of the operator: the contract of `http-sms`, with a subject and HTML.

use serde_json::json;

use super::{Answer, connector_for, json_of, line, only_request};
use crate::connectors::{CODE, LINK, mail};

#[tokio::test]
async fn a_mail_is_posted_with_code_link_and_text() {
    let (connector, provider) =
        connector_for("http-email", json!({}), Answer::with_status("204 No Content", "")).await;
    connector.send(&mail()).await.unwrap();
    let received = only_request(&provider);
    assert_eq!(line(&received), "POST /hook");
    assert_eq!(received.header("authorization"), "Bearer open sesame");
    let rendered = mail().rendered;
    assert_eq!(
        json_of(&received),
        json!({
            "to": "ada@example.com", "type": "ForgotPassword",
            "payload": { "code": CODE, "link": LINK, "locale": "de", "uiLocales": "de", "application": { "name": "Lumen" } },
            "subject": "Ihr Code für Rekey", "text": rendered.text, "html": rendered.html,
        })
    );
}

#[tokio::test]
async fn absent_fields_are_not_posted() {
    let (connector, provider) =
        connector_for("http-email", json!({}), Answer::with_status("200 OK", "thanks")).await;
    let mut bare = mail();
    (bare.code, bare.link, bare.rendered.html) = (None, None, None);
    connector.send(&bare).await.unwrap();
    let rendered = bare.rendered;
    assert_eq!(
        json_of(&only_request(&provider)),
        json!({
            "to": "ada@example.com", "type": "ForgotPassword", "payload": { "locale": "de", "uiLocales": "de", "application": { "name": "Lumen" } },
            "subject": "Ihr Code für Rekey", "text": rendered.text,
        })
    );
}
