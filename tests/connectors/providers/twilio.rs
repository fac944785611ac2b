//! Twilio, `POST /2010-04-01/Accounts/{SID}/Messages.json`.

use serde_json::json;

use super::{Answer, connector_for, fields, form_of, line, only_request};
use crate::connectors::{CODE, rejection_reason, retry_reason, text_message};

const ID: &str = "twilio-short-message-service";

fn error(status: &str, code: u64) -> Answer {
    let body = json!({
        "code": code, "message": "The 'To' number +12025550134 is not a valid phone number.",
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"), "status": 400,
    });
    Answer::with_status(status, &body.to_string())
}

#[tokio::test]
async fn a_message_is_sent_as_documented() {
    let accepted =
        Answer::with_status("201 Created", r#"{"sid":"SM01","status":"accepted","error_code":null}"#);
    let (connector, provider) = connector_for(ID, json!({}), accepted).await;
    connector.send(&text_message()).await.unwrap();
    let received = only_request(&provider);
    assert_eq!(line(&received), "POST /hook/2010-04-01/Accounts/AC0123/Messages.json");
    // `AC0123:open sesame`
    assert_eq!(received.header("authorization"), "Basic QUMwMTIzOm9wZW4gc2VzYW1l");
    let text = format!("Code {CODE}");
    let expected = [("To", "+12025550134"), ("MessagingServiceSid", "MG4567"), ("Body", text.as_str())];
    assert_eq!(form_of(&received), fields(expected));
}

#[tokio::test]
async fn refusals_are_understood() {
    let (connector, _provider) = connector_for(ID, json!({}), error("400 Bad Request", 21_211)).await;
    assert_eq!(rejection_reason(connector.send(&text_message()).await), "the endpoint answered 400");
    for (status, code) in [("401 Unauthorized", 20_003), ("429 Too Many Requests", 20_429)] {
        let (connector, _provider) = connector_for(ID, json!({}), error(status, code)).await;
        retry_reason(connector.send(&text_message()).await);
    }
}
