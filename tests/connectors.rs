//! The connectors against real counterparts: an SMTP server with TLS and sign-in, an HTTP endpoint, a folder.

mod failover;
mod file;
mod http_sms;
mod outbound_proxy;
mod providers;
mod pwned_range;
mod settings;
mod smtp;
mod smtp_addresses;
pub(crate) mod smtp_server;

use rekey_adapters::connectors::inbox::Inbox;
use rekey_adapters::connectors::{Connector, FactoryContext, OutboundProxy, Reach};
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::messages::message::{OutgoingMessage, Rendered};
use rekey_core::types::identifier::address::Address;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;
use serde_json::{Value, json};
use std::sync::LazyLock;

const CODE: &str = "482913";
const LINK: &str =
    "https://auth.example.com/forgot-password/link/a=b?c=ümlaut-and-a-token-of-some-length-0123456789abcdef";

/// 2026-03-04 05:06:07 UTC.
const SENT_AT: Timestamp = Timestamp(1_772_600_767_000);

fn connector(id: &str, kind: &str, config: &Value) -> Result<Connector, String> {
    let spec = json!({ "id": "one", "connectorId": id, "type": kind, "config": config });
    let spec: ConnectorSpec = serde_json::from_value(spec).unwrap();
    Connector::build(&spec, &context(None))
}

/// What an operator's file may aim.
fn context(inbox: Option<&Inbox>) -> FactoryContext<'_> {
    static DIRECT: LazyLock<OutboundProxy> = LazyLock::new(OutboundProxy::default);
    FactoryContext { inbox, public_host: "auth.example.com", reach: Reach::Operator, proxy: &DIRECT }
}

fn dispatch(to: Address) -> OutgoingMessage {
    OutgoingMessage {
        id: "0198f3c2-outbox".to_owned(),
        to,
        kind: "ForgotPassword",
        code: Some(Secret::from(CODE)),
        link: Some(Secret::from(LINK)),
        locale: "de".to_owned(),
        rendered: Rendered {
            subject: "Ihr Code für Rekey".to_owned(),
            text: format!("Ihr Code: {CODE}\n.\nOder: {LINK}\n"),
            html: Some(format!("<p>Ihr Code: <b>{CODE}</b></p>\n<a href=\"{LINK}\">{LINK}</a>\n")),
        },
        is_customized: false,
        app: Some("Lumen".to_owned()),
        reply_to: None,
        send_from: None,
        sent_at: SENT_AT,
    }
}

fn mail() -> OutgoingMessage {
    dispatch(Address::Email("ada@example.com".to_owned()))
}

fn text_message() -> OutgoingMessage {
    let mut sms = dispatch(Address::Phone("12025550134".to_owned()));
    sms.rendered = Rendered { subject: String::new(), text: format!("Code {CODE}"), html: None };
    sms
}

/// The reason of a failure that is worth another try; it must not tell who or what.
fn retry_reason(result: Result<(), SendError>) -> String {
    match result {
        Err(SendError::Transient(reason)) => without_secrets(reason),
        other => panic!("expected Later, got {other:?}"),
    }
}

/// The reason of a failure for good.
fn rejection_reason(result: Result<(), SendError>) -> String {
    match result {
        Err(SendError::Permanent(reason)) => without_secrets(reason),
        other => panic!("expected Never, got {other:?}"),
    }
}

fn without_secrets(reason: String) -> String {
    for secret in [CODE, LINK, "ada@", "2025550134", "open sesame"] {
        assert!(!reason.contains(secret), "{reason}");
    }
    reason
}
