//! Mail by SendGrid's v3 API. Its own templates are not used. The surprise: everything that would rewrite a link is switched
//! off, because a link with a token in it must not pass through a server that counts clicks.

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::connectors::factories::Factory;
use crate::connectors::mail::{AUTOMATIC, Letter, Sender};
use crate::connectors::settings::{self, Foreign, Setting};
use crate::domain::ports::CarryError;
use crate::model::connector::{ConnectorSpec, ConnectorType, Field};
use crate::model::message::Dispatch;
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

use super::{Provider, request, way};

const HOME: &str = "https://api.sendgrid.com";

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
    build: way::<SendGrid>,
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
    _templates: Foreign,
}

impl Provider for SendGrid {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let set: Settings = settings::read(spec)?;
        let address = Setting { field: "fromEmail", value: set.from_email.as_str() };
        let from = settings::named(spec, &address, Setting { field: "fromName", value: set.from_name })?;
        let bearer = format!("Bearer {}", set.api_key.expose());
        let built = Self {
            endpoint: request::endpoint(spec, set.endpoint.as_deref().unwrap_or(HOME))?,
            authorization: request::credential(spec, "apiKey", &bearer)?,
            sender: Sender::new(from, None),
        };
        Ok((built, set.timeout_ms))
    }

    fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    fn message(&self, client: &Client, dispatch: &Dispatch) -> Result<RequestBuilder, CarryError> {
        let request = client.post(request::below(&self.endpoint, &["v3", "mail", "send"]));
        let letter = self.sender.letter(dispatch)?;
        Ok(request.header(AUTHORIZATION, self.authorization.clone()).json(&body(&letter)))
    }

    fn question(&self, client: &Client, _now: Timestamp) -> Result<RequestBuilder, CarryError> {
        let request = client.get(request::below(&self.endpoint, &["v3", "scopes"]));
        Ok(request.header(AUTHORIZATION, self.authorization.clone()))
    }
}

fn body(letter: &Letter<'_>) -> Value {
    let mut content = vec![json!({ "type": "text/plain", "value": letter.text })];
    content.extend(letter.html.map(|html| json!({ "type": "text/html", "value": html })));
    let own = [("Message-ID", letter.message_id.as_str())];
    let headers: Map<String, Value> =
        AUTOMATIC.into_iter().chain(own).map(|(name, value)| (name.to_owned(), value.into())).collect();
    let mut body = json!({
        "personalizations": [{ "to": [{ "email": letter.to.as_ref() as &str }] }],
        "from": party(&letter.from),
        "subject": letter.subject,
        "content": content,
        "headers": headers,
        "tracking_settings": {
            "click_tracking": { "enable": false, "enable_text": false },
            "open_tracking": { "enable": false },
            "subscription_tracking": { "enable": false },
        },
    });
    if let (Some(reply_to), Some(body)) = (&letter.reply_to, body.as_object_mut()) {
        body.insert("reply_to".to_owned(), party(reply_to));
    }
    body
}

fn party(mailbox: &lettre::message::Mailbox) -> Value {
    let address: &str = mailbox.email.as_ref();
    match &mailbox.name {
        Some(name) => json!({ "email": address, "name": name }),
        None => json!({ "email": address }),
    }
}
