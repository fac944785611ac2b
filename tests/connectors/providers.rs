//! The providers' own APIs, each as it is documented: what is sent to the last byte, and what their answers
//! mean. Nothing here talks to a provider. A server of the test's own keeps what it was sent and answers as
//! the provider's reference says.

mod factories;
mod http_email;
mod judgement;
mod mailgun;
mod postmark;
mod sendgrid;
mod ses;
mod twilio;
mod vonage;

use rekey_adapters::connectors::{Connector, Factory, factories as all};
use rekey_core::connectors::spec::ConnectorType;
use rekey_core::messages::message::OutgoingMessage;
use serde_json::{Value, json};

use super::{connector, mail, text_message};
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::{ReceivedRequest, Receiver};

/// Whatever is secret.
const SECRET: &str = "open sesame";

/// Every setting of a factory, with a value that works.
fn every_setting(id: &str) -> Value {
    let templates = json!([{ "usageType": "SignIn", "type": "text/plain", "content": "{{code}}" }]);
    let mut settings = match id {
        "simple-mail-transfer-protocol" => json!({
            "host": "mail.example.com", "port": 587, "auth": { "user": "rekey", "pass": SECRET },
            "secure": true, "tls": {}, "fromEmail": "a@example.com", "templates": [], "replyTo": "b@example.com", "timeoutMs": 1500,
        }),
        "sendgrid-email-service" => {
            json!({ "apiKey": SECRET, "fromEmail": "no-reply@auth.example.com", "fromName": "Rekey Büro" })
        }
        "mailgun-email" => json!({
            "domain": "mg.example.com", "apiKey": SECRET, "from": "Rekey Büro <no-reply@auth.example.com>",
            "deliveries": { "SignIn": { "subject": "Code" } },
        }),
        "postmark-mail" => json!({
            "serverToken": SECRET, "fromEmail": "Rekey Büro <no-reply@auth.example.com>", "messageStream": "codes",
        }),
        "aws-ses-mail" => json!({
            "accessKeyId": "AKIDEXAMPLE", "accessKeySecret": SECRET, "region": "eu-central-1",
            "emailAddress": "Rekey Büro <no-reply@auth.example.com>",
        }),
        "twilio-short-message-service" => {
            json!({ "accountSID": "AC0123", "authToken": SECRET, "fromMessagingServiceSID": "MG4567" })
        }
        "vonage-sms" => json!({ "apiKey": "a1b2c3", "apiSecret": SECRET, "brandName": "Rekey" }),
        "http-email" | "http-sms" => json!({ "authorization": format!("Bearer {SECRET}") }),
        "file" => json!({ "directory": "messages" }),
        _ => json!({}),
    };
    if speaks_http(id) {
        settings["endpoint"] = json!("https://provider.example.com");
        settings["timeoutMs"] = json!(5000);
    }
    if speaks_http(id) && !id.starts_with("http-") {
        settings["templates"] = templates;
    }
    settings
}

fn speaks_http(id: &str) -> bool {
    !["simple-mail-transfer-protocol", "file", "inbox"].contains(&id)
}

/// The factories that speak HTTP.
fn over_http() -> impl Iterator<Item = &'static Factory> {
    all().iter().filter(|factory| speaks_http(factory.id))
}

/// What the connectors of this factory carry; mail where the operator may choose.
fn kind(factory: &Factory) -> ConnectorType {
    factory.kind.unwrap_or(ConnectorType::Email)
}

fn build(factory: &Factory, settings: &Value) -> Result<Connector, String> {
    connector(factory.id, &format!("{:?}", kind(factory)), settings)
}

/// A connector to a provider that gives this answer, with these settings over the usual ones.
async fn connector_for(id: &str, over: Value, answer: Answer) -> (Connector, Receiver) {
    let provider = Receiver::answering(answer).await;
    let mut settings = every_setting(id);
    settings["endpoint"] = json!(provider.url);
    settings.as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
    let factory = all().iter().find(|factory| factory.id == id).unwrap();
    (build(factory, &settings).unwrap(), provider)
}

/// The one message that it carries.
fn message(factory: &Factory) -> OutgoingMessage {
    match kind(factory) {
        ConnectorType::Email => mail(),
        ConnectorType::Sms => text_message(),
    }
}

/// The only request so far.
fn only_request(provider: &Receiver) -> ReceivedRequest {
    let [received] = provider.requests().try_into().unwrap();
    received
}

/// The method and path of a request.
fn line(received: &ReceivedRequest) -> &str {
    received.head.lines().next().unwrap().strip_suffix(" HTTP/1.1").unwrap()
}

fn json_of(received: &ReceivedRequest) -> Value {
    assert_eq!(received.header("content-type"), "application/json");
    serde_json::from_str(&received.body).unwrap()
}

fn form_of(received: &ReceivedRequest) -> Vec<(String, String)> {
    assert_eq!(received.header("content-type"), "application/x-www-form-urlencoded");
    serde_urlencoded::from_str(&received.body).unwrap()
}

/// The fields of a form as they are written in a test.
fn fields<const N: usize>(fields: [(&str, &str); N]) -> Vec<(String, String)> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A mail whose words have their own sender and place for answers.
fn from_elsewhere() -> OutgoingMessage {
    let mut mail = mail();
    mail.send_from = Some("Acme, Inc. <codes@acme.example>".to_owned());
    mail.reply_to = Some("Help <help@acme.example>".to_owned());
    mail
}
