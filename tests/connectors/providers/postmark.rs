//! Postmark, `POST /email`.

use serde_json::{Value, json};

use super::{Answer, connector_for, from_elsewhere, json_of, line, only_request};
use crate::connectors::{mail, rejection_reason, retry_reason};

const ID: &str = "postmark-mail";

fn accepted_answer() -> Answer {
    let body = json!({
        "To": "ada@example.com", "SubmittedAt": "2026-03-04T05:06:07.5Z",
        "MessageID": "0a129aee-e1cd-480d-b08d-4f48548ff48d", "ErrorCode": 0, "Message": "OK",
    });
    Answer::with_status("200 OK", &body.to_string())
}

fn error(status: &str, code: u64) -> Answer {
    let message = "You tried to send to recipient(s) that have been marked as inactive. ada@example.com";
    Answer::with_status(status, &json!({ "ErrorCode": code, "Message": message }).to_string())
}

#[tokio::test]
async fn a_mail_is_sent_as_documented() {
    let (connector, provider) = connector_for(ID, json!({}), accepted_answer()).await;
    connector.send(&mail()).await.unwrap();
    let received = only_request(&provider);
    assert_eq!(line(&received), "POST /hook/email");
    assert_eq!(received.header("x-postmark-server-token"), "open sesame");
    assert_eq!(received.header("accept"), "application/json");
    let rendered = mail().rendered;
    assert_eq!(
        json_of(&received),
        json!({
            "From": "Rekey Büro <no-reply@auth.example.com>",
            "To": "ada@example.com",
            "Subject": "Ihr Code für Rekey",
            "TextBody": rendered.text,
            "HtmlBody": rendered.html,
            "Headers": [
                { "Name": "Auto-Submitted", "Value": "auto-generated" },
                { "Name": "X-Auto-Response-Suppress", "Value": "All" },
                { "Name": "Message-ID", "Value": "<0198f3c2-outbox@auth.example.com>" },
                { "Name": "X-PM-KeepID", "Value": "true" },
            ],
            "TrackOpens": false,
            "TrackLinks": "None",
            "MessageStream": "codes",
        })
    );
}

#[tokio::test]
async fn templates_may_set_sender_and_reply_to() {
    let (connector, provider) = connector_for(ID, json!({ "messageStream": null }), accepted_answer()).await;
    let mut plain = from_elsewhere();
    plain.rendered.html = None;
    connector.send(&plain).await.unwrap();
    let body = json_of(&only_request(&provider));
    assert_eq!(body["From"], "\"Acme, Inc.\" <codes@acme.example>");
    assert_eq!(body["ReplyTo"], "Help <help@acme.example>");
    assert_eq!((&body["HtmlBody"], &body["MessageStream"]), (&Value::Null, &Value::Null));
}

/// Both are a 422: the account without credit is ours to mend, the reader who complained is not.
#[tokio::test]
async fn account_errors_are_retried_and_refused_recipients_are_final() {
    for code in [400, 401, 405, 412, 413] {
        let (connector, _provider) =
            connector_for(ID, json!({}), error("422 Unprocessable Entity", code)).await;
        let reason = retry_reason(connector.send(&mail()).await);
        assert_eq!(reason, format!("the endpoint refuses our account (error {code})"));
    }
    for code in [300, 406] {
        let (connector, _provider) =
            connector_for(ID, json!({}), error("422 Unprocessable Entity", code)).await;
        assert_eq!(rejection_reason(connector.send(&mail()).await), "the endpoint answered 422");
    }
    let (connector, _provider) = connector_for(ID, json!({}), error("401 Unauthorized", 10)).await;
    assert_eq!(retry_reason(connector.send(&mail()).await), "the endpoint refuses the authorization (401)");
}
