//! What every provider has in common: the status decides alike, nothing is followed, and no reason, log line
//! or address tells a secret.

use serde_json::json;

use super::{Answer, SECRET, connector_for, message, over_http};
use crate::connectors::{SENT_AT, rejection_reason, retry_reason};

#[tokio::test]
async fn a_status_means_the_same_whoever_answers() {
    for factory in over_http() {
        for (status, reason) in [
            (401, "the endpoint refuses the authorization (401)"),
            (403, "the endpoint refuses the authorization (403)"),
            (408, "the endpoint answered 408"),
            (425, "the endpoint answered 425"),
            (429, "the endpoint answered 429"),
            (500, "the endpoint answered 500"),
            (503, "the endpoint answered 503"),
        ] {
            let answer = Answer::with_status(&format!("{status} -"), "ada@example.com +12025550134 482913");
            let (connector, _provider) = connector_for(factory.id, json!({}), answer).await;
            assert_eq!(retry_reason(connector.send(&message(factory)).await), reason, "{}", factory.id);
        }
        for status in [400, 404, 413, 422] {
            let answer = Answer::with_status(&format!("{status} -"), "{\"message\":\"open sesame\"}");
            let (connector, _provider) = connector_for(factory.id, json!({}), answer).await;
            let reason = rejection_reason(connector.send(&message(factory)).await);
            assert_eq!(reason, format!("the endpoint answered {status}"), "{}", factory.id);
        }
    }
}

#[tokio::test]
async fn a_redirect_is_a_refusal() {
    for factory in over_http() {
        let elsewhere = super::Receiver::answering(Answer::with_status("200 OK", "{}")).await;
        let answer = format!("HTTP/1.1 307 -\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url);
        let (connector, _provider) =
            connector_for(factory.id, json!({}), Answer::Bytes(answer.into_bytes())).await;
        rejection_reason(connector.send(&message(factory)).await);
        assert!(elsewhere.requests().is_empty(), "{}", factory.id);
    }
}

#[tokio::test]
async fn a_provider_that_hangs_or_is_unreachable_is_retried() {
    for factory in over_http() {
        let (connector, provider) =
            connector_for(factory.id, json!({ "timeoutMs": 300 }), Answer::Silence).await;
        assert_eq!(
            retry_reason(connector.send(&message(factory)).await),
            "the endpoint did not answer in time"
        );
        assert_eq!(provider.requests().len(), 1, "one try, {}", factory.id);
        let gone = json!({ "endpoint": "http://127.0.0.1:9" });
        let (connector, _provider) = connector_for(factory.id, gone, Answer::Silence).await;
        assert_eq!(retry_reason(connector.send(&message(factory)).await), "the endpoint cannot be reached");
        retry_reason(connector.probe(SENT_AT).await);
    }
}

/// Addresses are in the logs of every proxy on the way.
#[tokio::test]
async fn a_probe_asks_and_sends_nothing_and_no_address_holds_a_secret() {
    for (id, line) in [
        ("sendgrid-email-service", "GET /hook/v3/scopes"),
        ("mailgun-email", "GET /hook/v4/domains/mg.example.com"),
        ("postmark-mail", "GET /hook/server"),
        ("aws-ses-mail", "GET /hook/v2/email/account"),
        ("twilio-short-message-service", "GET /hook/2010-04-01/Accounts/AC0123.json"),
        ("vonage-sms", "GET /hook/account/get-balance"),
        ("http-email", "HEAD /hook"),
        ("http-sms", "HEAD /hook"),
    ] {
        let (connector, provider) = connector_for(id, json!({}), Answer::with_status("200 OK", "{}")).await;
        connector.probe(SENT_AT).await.unwrap();
        let received = super::only_request(&provider);
        assert_eq!((super::line(&received), received.body.as_str()), (line, ""), "{id}");
        let shows_credentials =
            ["authorization", "x-postmark-server-token"].map(|name| received.header(name));
        assert!(shows_credentials.iter().any(|value| !value.is_empty()), "{id}");
        let (connector, _provider) =
            connector_for(id, json!({}), Answer::with_status("401 Unauthorized", "{}")).await;
        assert_eq!(
            retry_reason(connector.probe(SENT_AT).await),
            "the endpoint refuses the authorization (401)"
        );
        assert!(!format!("{connector:?}").contains(SECRET), "{id}");
    }
}
