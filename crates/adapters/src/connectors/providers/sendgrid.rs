//! Email by SendGrid's v3 API. Its templates are not used. Link tracking is switched off, because a link that
//! holds a token must not pass through a server that counts clicks.

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::connectors::email::{AUTOMATIC_HEADERS, EmailDraft, Sender};
use crate::connectors::providers::{Provider, build_http, request};
use crate::connectors::registry::Factory;
use crate::connectors::settings::{self, ConnectorTemplates, Setting};
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType, Field};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

const DEFAULT_ENDPOINT: &str = "https://api.sendgrid.com";

/// The factory.
pub const FACTORY: Factory = Factory {
    id: "sendgrid-email-service",
    kind: Some(ConnectorType::Email),
    name: "SendGrid",
    fields: &[
        Field::required("apiKey").secret(),
        Field::required("fromEmail"),
        Field::optional("fromName"),
        Field::optional("endpoint"),
        Field::optional("timeoutMs"),
        Field::optional("templates"),
    ],
    build: build_http::<SendGrid>,
};

struct SendGrid {
    endpoint: Url,
    authorization: HeaderValue,
    sender: Sender,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    api_key: Secret,
    from_email: String,
    from_name: Option<String>,
    endpoint: Option<String>,
    timeout_ms: Option<u64>,
    #[serde(default, rename = "templates")]
    _templates: ConnectorTemplates,
}

impl Provider for SendGrid {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let set: Settings = settings::read(spec)?;
        let address = Setting { field: "fromEmail", value: set.from_email.as_str() };
        let from = settings::read_named_mailbox(
            spec,
            &address,
            Setting { field: "fromName", value: set.from_name },
        )?;
        let bearer = format!("Bearer {}", set.api_key.expose());
        let built = Self {
            endpoint: request::read_endpoint(spec, set.endpoint.as_deref().unwrap_or(DEFAULT_ENDPOINT))?,
            authorization: request::secret_header(spec, "apiKey", &bearer)?,
            sender: Sender::new(from, None),
        };
        Ok((built, set.timeout_ms))
    }

    fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    fn message_request(
        &self,
        client: &Client,
        dispatch: &OutgoingMessage,
    ) -> Result<RequestBuilder, SendError> {
        let request = client.post(request::join_path(&self.endpoint, &["v3", "mail", "send"]));
        let draft = self.sender.draft(dispatch)?;
        Ok(request.header(AUTHORIZATION, self.authorization.clone()).json(&request_body(&draft)))
    }

    fn probe_request(&self, client: &Client, _now: Timestamp) -> Result<RequestBuilder, SendError> {
        let request = client.get(request::join_path(&self.endpoint, &["v3", "scopes"]));
        Ok(request.header(AUTHORIZATION, self.authorization.clone()))
    }
}

fn request_body(draft: &EmailDraft<'_>) -> Value {
    let mut content = vec![json!({ "type": "text/plain", "value": draft.text })];
    content.extend(draft.html.map(|html| json!({ "type": "text/html", "value": html })));
    let own = [("Message-ID", draft.message_id.as_str())];
    let headers: Map<String, Value> = AUTOMATIC_HEADERS
        .into_iter()
        .chain(own)
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let mut body = json!({
        "personalizations": [{ "to": [{ "email": draft.to.as_ref() as &str }] }],
        "from": address_json(&draft.from),
        "subject": draft.subject,
        "content": content,
        "headers": headers,
        "tracking_settings": {
            "click_tracking": { "enable": false, "enable_text": false },
            "open_tracking": { "enable": false },
            "subscription_tracking": { "enable": false },
        },
    });
    if let (Some(reply_to), Some(body)) = (&draft.reply_to, body.as_object_mut()) {
        body.insert("reply_to".to_owned(), address_json(reply_to));
    }
    body
}

fn address_json(mailbox: &lettre::message::Mailbox) -> Value {
    let address: &str = mailbox.email.as_ref();
    match &mailbox.name {
        Some(name) => json!({ "email": address, "name": name }),
        None => json!({ "email": address }),
    }
}
