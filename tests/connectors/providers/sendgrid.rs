//! SendGrid, `POST /v3/mail/send`.

use serde_json::{Value, json};

use super::{Answer, connector_for, from_elsewhere, json_of, line, only_request};
use crate::connectors::{mail, rejection_reason, retry_reason};

const ID: &str = "sendgrid-email-service";

fn accepted_answer() -> Answer {
    Answer::with_status("202 Accepted", "")
}

fn error(status: &str, message: &str) -> Answer {
    let body = json!({ "errors": [{ "message": message, "field": null, "help": null }] });
    Answer::with_status(status, &body.to_string())
}

#[tokio::test]
async fn a_mail_is_sent_as_documented() {
    let (connector, provider) = connector_for(ID, json!({}), accepted_answer()).await;
    connector.send(&mail()).await.unwrap();
    let received = only_request(&provider);
    assert_eq!(line(&received), "POST /hook/v3/mail/send");
    assert_eq!(received.header("authorization"), "Bearer open sesame");
    let rendered = mail().rendered;
    assert_eq!(
        json_of(&received),
        json!({
            "personalizations": [{ "to": [{ "email": "ada@example.com" }] }],
            "from": { "email": "no-reply@auth.example.com", "name": "Rekey Büro" },
            "subject": "Ihr Code für Rekey",
            "content": [
                { "type": "text/plain", "value": rendered.text },
                { "type": "text/html", "value": rendered.html },
            ],
            "headers": {
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "Message-ID": "<0198f3c2-outbox@auth.example.com>",
            },
            "tracking_settings": {
                "click_tracking": { "enable": false, "enable_text": false },
                "open_tracking": { "enable": false },
                "subscription_tracking": { "enable": false },
            },
        })
    );
}

#[tokio::test]
async fn templates_may_set_sender_and_reply_to() {
    let (connector, provider) = connector_for(ID, json!({ "fromName": null }), accepted_answer()).await;
    connector.send(&from_elsewhere()).await.unwrap();
    let body = json_of(&only_request(&provider));
    assert_eq!(body["from"], json!({ "email": "codes@acme.example", "name": "Acme, Inc." }));
    assert_eq!(body["reply_to"], json!({ "email": "help@acme.example", "name": "Help" }));
    assert_eq!(body["headers"]["Message-ID"], "<0198f3c2-outbox@auth.example.com>");
}

#[tokio::test]
async fn a_mail_without_html_or_a_name_has_none() {
    let (connector, provider) = connector_for(ID, json!({ "fromName": null }), accepted_answer()).await;
    let mut plain = mail();
    plain.rendered.html = None;
    connector.send(&plain).await.unwrap();
    let body = json_of(&only_request(&provider));
    assert_eq!(body["content"], json!([{ "type": "text/plain", "value": plain.rendered.text }]));
    assert_eq!(
        (&body["from"], &body["reply_to"]),
        (&json!({ "email": "no-reply@auth.example.com" }), &Value::Null)
    );
}

#[tokio::test]
async fn refusals_are_understood() {
    let unauthorized = "The provided authorization grant is invalid, expired, or revoked";
    let (connector, _provider) = connector_for(ID, json!({}), error("401 Unauthorized", unauthorized)).await;
    retry_reason(connector.send(&mail()).await);
    let identity = "The from address does not match a verified Sender Identity.";
    let (connector, _provider) = connector_for(ID, json!({}), error("403 Forbidden", identity)).await;
    retry_reason(connector.send(&mail()).await);
    let (connector, _provider) =
        connector_for(ID, json!({}), error("429 Too Many Requests", "too many requests")).await;
    retry_reason(connector.send(&mail()).await);
    let invalid = "Does not contain a valid address: ada@example.com";
    let (connector, _provider) = connector_for(ID, json!({}), error("400 Bad Request", invalid)).await;
    assert_eq!(rejection_reason(connector.send(&mail()).await), "the endpoint answered 400");
}
