//! Amazon SES, `POST /v2/email/outbound-emails`. The signature is computed a second time here, from the
//! request as it arrived and from Amazon's description alone.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Answer, ReceivedRequest, SECRET, connector_for, from_elsewhere, json_of, line, only_request};
use crate::connectors::{SENT_AT, mail, rejection_reason, retry_reason};

const ID: &str = "aws-ses-mail";

fn accepted_answer() -> Answer {
    Answer::with_status("200 OK", r#"{"MessageId":"010701961e3f-0000"}"#)
}

fn error(status: &str, kind: &str) -> Answer {
    let body = r#"{"message":"Email address is not verified. ada@example.com"}"#;
    let head =
        format!("HTTP/1.1 {status}\r\nx-amzn-errortype: {kind}\r\ncontent-length: {}\r\n\r\n", body.len());
    Answer::Bytes([head.as_bytes(), body.as_bytes()].concat())
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The `Authorization` that this request must have come with.
fn signature_v4(received: &ReceivedRequest, scope: [&str; 3], signed: &str) -> String {
    let [date, region, service] = scope;
    let (method, path) = line(received).split_once(' ').unwrap();
    let headers: String =
        signed.split(';').map(|name| format!("{name}:{}\n", received.header(name))).collect();
    let body = hex::encode(Sha256::digest(&received.body));
    let canonical = format!("{method}\n{path}\n\n{headers}\n{signed}\n{body}");
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let moment = received.header("x-amz-date");
    let text = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
    let key = [date, region, service, "aws4_request"]
        .iter()
        .fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac(&key, part));
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders={signed}, Signature={}",
        hex::encode(hmac(&key, &text))
    )
}

#[tokio::test]
async fn a_mail_is_sent_as_documented() {
    let (connector, provider) = connector_for(ID, json!({}), accepted_answer()).await;
    connector.send(&mail()).await.unwrap();
    let received = only_request(&provider);
    assert_eq!(line(&received), "POST /hook/v2/email/outbound-emails");
    let rendered = mail().rendered;
    assert_eq!(
        json_of(&received),
        json!({
            "FromEmailAddress": "=?utf-8?b?UmVrZXkgQsO8cm8=?= <no-reply@auth.example.com>",
            "Destination": { "ToAddresses": ["ada@example.com"] },
            "ReplyToAddresses": [],
            "Content": { "Simple": {
                "Subject": { "Data": "Ihr Code für Rekey", "Charset": "UTF-8" },
                "Body": {
                    "Text": { "Data": rendered.text, "Charset": "UTF-8" },
                    "Html": { "Data": rendered.html, "Charset": "UTF-8" },
                },
                "Headers": [
                    { "Name": "Auto-Submitted", "Value": "auto-generated" },
                    { "Name": "X-Auto-Response-Suppress", "Value": "All" },
                ],
            } },
        })
    );
}

#[tokio::test]
async fn the_signature_holds() {
    let (connector, provider) = connector_for(ID, json!({}), accepted_answer()).await;
    connector.send(&mail()).await.unwrap();
    connector.probe(SENT_AT).await.unwrap();
    for received in provider.requests() {
        assert_eq!(received.header("x-amz-date"), "20260304T050607Z");
        let expected =
            signature_v4(&received, ["20260304", "eu-central-1", "ses"], "content-type;host;x-amz-date");
        assert_eq!(received.header("authorization"), expected, "{}", line(&received));
    }
    assert_eq!(provider.requests().len(), 2);
}

#[tokio::test]
async fn templates_may_set_sender_and_reply_to() {
    let (connector, provider) = connector_for(ID, json!({}), accepted_answer()).await;
    let mut plain = from_elsewhere();
    plain.rendered.html = None;
    connector.send(&plain).await.unwrap();
    let body = json_of(&only_request(&provider));
    assert_eq!(body["FromEmailAddress"], "=?utf-8?b?QWNtZSwgSW5jLg==?= <codes@acme.example>");
    assert_eq!(body["ReplyToAddresses"], json!(["Help <help@acme.example>"]));
    assert_eq!(body["Content"]["Simple"]["Body"]["Html"], json!(null));
}

#[tokio::test]
async fn account_errors_are_retried_and_refused_messages_are_final() {
    for kind in ["AccountSuspendedException", "SendingPausedException:http://internal.amazon.com/coral/"] {
        let (connector, _provider) = connector_for(ID, json!({}), error("400 Bad Request", kind)).await;
        let name = kind.split(':').next().unwrap();
        let reason = retry_reason(connector.send(&mail()).await);
        assert_eq!(reason, format!("the endpoint refuses our account ({name})"));
    }
    let (connector, _provider) =
        connector_for(ID, json!({}), error("400 Bad Request", "MessageRejected")).await;
    assert_eq!(rejection_reason(connector.send(&mail()).await), "the endpoint answered 400");
    for (status, kind) in [
        ("403 Forbidden", "SignatureDoesNotMatch"),
        ("429 Too Many Requests", "TooManyRequestsException"),
        ("503 Service Unavailable", "ServiceUnavailable"),
    ] {
        let (connector, _provider) = connector_for(ID, json!({}), error(status, kind)).await;
        retry_reason(connector.send(&mail()).await);
    }
}
