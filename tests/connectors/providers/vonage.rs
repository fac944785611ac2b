//! Vonage, `POST /sms/json`.

use serde_json::{Value, json};

use super::{Answer, connector_for, fields, form_of, line, only_request};
use crate::connectors::{CODE, rejection_reason, retry_reason, text_message};

const ID: &str = "vonage-sms";

/// An answer with a part for each of these.
fn parts(statuses: &[&str]) -> Answer {
    let part = |status: &&str| match *status {
        "0" => json!({
            "to": "12025550134", "message-id": "0C000000217B7F02", "status": "0",
            "remaining-balance": "15.53", "message-price": "0.033", "network": "310090",
        }),
        status => json!({ "status": status, "error-text": "Bad credentials: 12025550134" }),
    };
    let messages: Vec<Value> = statuses.iter().map(part).collect();
    let body = json!({ "message-count": statuses.len().to_string(), "messages": messages });
    Answer::with_status("200 OK", &body.to_string())
}

#[tokio::test]
async fn a_message_is_sent_as_documented() {
    let (connector, provider) = connector_for(ID, json!({}), parts(&["0"])).await;
    connector.send(&text_message()).await.unwrap();
    let received = only_request(&provider);
    assert_eq!(line(&received), "POST /hook/sms/json");
    let text = format!("Code {CODE}");
    assert_eq!(
        form_of(&received),
        fields([
            ("api_key", "a1b2c3"),
            ("api_secret", "open sesame"),
            ("from", "Rekey"),
            ("to", "12025550134"),
            ("text", text.as_str()),
        ])
    );
}

#[tokio::test]
async fn only_what_the_alphabet_of_text_messages_lacks_goes_as_unicode() {
    for (text, unicode) in [
        ("Ihr Code für Zürich: [482913] € {~}\nÀ", true),
        ("Ihr Code für Zürich: [482913] € {~}\nà", false),
        ("رمزك 482913", true),
        ("don`t", true),
        ("don't @ £ _ ^ \\ |", false),
    ] {
        let (connector, provider) = connector_for(ID, json!({}), parts(&["0"])).await;
        let mut message = text_message();
        message.rendered.text = text.to_owned();
        connector.send(&message).await.unwrap();
        let kind = form_of(&only_request(&provider)).into_iter().find(|(name, _)| name == "type");
        assert_eq!(kind, unicode.then(|| ("type".to_owned(), "unicode".to_owned())), "{text}");
    }
}

#[tokio::test]
async fn the_number_in_the_body_decides() {
    for status in ["1", "4", "5", "9"] {
        let (connector, _provider) = connector_for(ID, json!({}), parts(&[status])).await;
        let reason = retry_reason(connector.send(&text_message()).await);
        assert_eq!(reason, format!("the endpoint refuses the message (status {status})"));
    }
    for status in ["2", "3", "6", "7", "15", "29"] {
        let (connector, _provider) = connector_for(ID, json!({}), parts(&[status])).await;
        let reason = rejection_reason(connector.send(&text_message()).await);
        assert_eq!(reason, format!("the endpoint refuses the message (status {status})"));
    }
}

#[tokio::test]
async fn every_part_has_to_be_taken() {
    let (connector, _provider) = connector_for(ID, json!({}), parts(&["0", "0"])).await;
    connector.send(&text_message()).await.unwrap();
    let (connector, _provider) = connector_for(ID, json!({}), parts(&["0", "1"])).await;
    retry_reason(connector.send(&text_message()).await);
}

#[tokio::test]
async fn an_answer_that_says_nothing_is_not_taken_for_a_yes() {
    for body in
        ["", "<html>", "{}", r#"{"messages":[]}"#, r#"{"messages":[{}]}"#, r#"{"messages":[{"status":0}]}"#]
    {
        let (connector, _provider) = connector_for(ID, json!({}), Answer::with_status("200 OK", body)).await;
        let reason = retry_reason(connector.send(&text_message()).await);
        assert_eq!(reason, "the endpoint did not say what became of the message", "{body}");
    }
}
