//! What an operator may save as a webhook, and which of its headers are kept.

use std::collections::BTreeMap;

use serde_json::json;
use url::Url;

use crate::Core;
use crate::types::error::{Refusal, Result};
use crate::types::secret::masks::Restored;
use crate::webhooks::signature::RESERVED_HEADERS;
use crate::webhooks::webhook::{Webhook, WebhookEventKind};

/// The most headers, and the longest value.
const MAX_HEADERS: usize = 20;
const MAX_HEADER_BYTES: usize = 4096;

/// The error when headers are missing while the webhook moves to another server.
const HEADERS_AGAIN: &str =
    "config.headers: expected them again, because scheme, host or port of config.url changed";

/// The fields of a webhook; a missing one stays, or has its default for a new webhook.
#[derive(Clone, Debug, Default)]
pub struct WebhookInput {
    /// Its name, for operators.
    pub name: Option<String>,
    /// The events that it subscribes to.
    pub events: Option<Vec<WebhookEventKind>>,
    /// The URL of the receiver.
    pub url: Option<String>,
    /// Headers sent with each delivery.
    pub headers: Option<BTreeMap<String, String>>,
    /// Whether it is enabled.
    pub is_enabled: Option<bool>,
}

/// The webhook with these fields.
pub(super) fn apply_input(mut webhook: Webhook, given: WebhookInput) -> Webhook {
    let WebhookInput { name, events, url, headers, is_enabled } = given;
    webhook.name = name.unwrap_or(webhook.name);
    if let Some(events) = events {
        // Without duplicates: an event is delivered once, and a test sends at most one request for each
        // event.
        webhook.events = WebhookEventKind::ALL.into_iter().filter(|event| events.contains(event)).collect();
    }
    webhook.target.url = url.unwrap_or(webhook.target.url);
    webhook.target.headers = headers.unwrap_or(webhook.target.headers);
    webhook.is_enabled = is_enabled.unwrap_or(webhook.is_enabled);
    webhook
}

/// The change, with masks replaced by stored headers. Headers often hold a key of the server they were set
/// for: a server with another scheme, host or port does not get them unless they are sent again, whether they
/// are masked or missing.
pub(super) fn with_stored_headers(webhook: &Webhook, mut given: WebhookInput) -> Result<WebhookInput> {
    let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin().ascii_serialization());
    let leads_elsewhere = given.url.as_ref().is_some_and(|url| origin(url) != origin(&webhook.target.url));
    let problems = match given.headers.take() {
        Some(headers) => {
            let mut headers = json!(headers);
            let mut restored = Restored::default();
            restored.restore(&mut headers, Some(&json!(webhook.target.headers)), "config.headers");
            given.headers = serde_json::from_value(headers).map_err(anyhow::Error::from)?;
            restored.problems(|| leads_elsewhere)
        }
        None if leads_elsewhere && !webhook.target.headers.is_empty() => vec![HEADERS_AGAIN.to_owned()],
        None => Vec::new(),
    };
    if problems.is_empty() { Ok(given) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

/// Refuses an invalid webhook, with a line for each problem. A URL that stays as it is was allowed when it was
/// set, by the bootstrap file or by other settings.
pub(super) fn validate(core: &Core, before: Option<&Webhook>, webhook: &Webhook) -> Result<()> {
    let mut found = Vec::new();
    if webhook.events.is_empty() {
        return Err(Refusal::WebhookEventsMissing.into());
    }
    let is_kept = before.is_some_and(|before| before.target.url == webhook.target.url);
    let may_be_private = is_kept || core.snapshot().settings.allows_private_webhooks();
    found.extend(check_url(&webhook.target.url, may_be_private));
    found.extend(check_headers(&webhook.target.headers));
    if found.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(found).into()) }
}

/// Bodies contain personal data, so they must be encrypted on the network. An operator who allows private
/// addresses may use plain http.
pub(super) fn check_url(text: &str, private: bool) -> Option<String> {
    let url = Url::parse(text).ok().filter(Url::has_host);
    let fits = url.is_some_and(|url| url.scheme() == "https" || private && url.scheme() == "http");
    (!fits).then(|| "config.url: expected an https address".to_owned())
}

pub(super) fn check_headers(headers: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    if headers.len() > MAX_HEADERS {
        found.push(format!("config.headers: expected at most {MAX_HEADERS}"));
    }
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    for (name, value) in headers {
        let taken =
            RESERVED_HEADERS.iter().chain(&["host", "content-length", "transfer-encoding", "connection"]);
        let mine = taken.into_iter().any(|known| name.eq_ignore_ascii_case(known));
        if name.is_empty() || name.len() > 128 || !name.bytes().all(is_sign) || mine {
            found.push("config.headers: expected names of headers that are not ours".to_owned());
        }
        // A line break would let the value add headers.
        if value.len() > MAX_HEADER_BYTES
            || !value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
        {
            found.push(format!(
                "config.headers.{name}: expected at most {MAX_HEADER_BYTES} visible ASCII characters"
            ));
        }
    }
    found
}
