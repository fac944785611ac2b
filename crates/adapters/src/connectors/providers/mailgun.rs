//! Email by Mailgun's messages API. Its stored templates are not used. A domain exists in one region only, so
//! a domain of the European region needs `endpoint`.

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::connectors::email::{AUTOMATIC_HEADERS, Sender};
use crate::connectors::providers::{Provider, build_http, request};
use crate::connectors::registry::Factory;
use crate::connectors::settings::{self, ConnectorTemplates};
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType, Field};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

const DEFAULT_ENDPOINT: &str = "https://api.mailgun.net";

/// The factory.
pub const FACTORY: Factory = Factory {
    id: "mailgun-email",
    kind: Some(ConnectorType::Email),
    name: "Mailgun",
    fields: &[
        Field::optional("endpoint"),
        Field::required("domain"),
        Field::required("apiKey").secret(),
        Field::required("from"),
        Field::optional("timeoutMs"),
        Field::optional("templates"),
        Field::optional("deliveries"),
    ],
    build: build_http::<Mailgun>,
};

struct Mailgun {
    endpoint: Url,
    domain: String,
    authorization: HeaderValue,
    sender: Sender,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    endpoint: Option<String>,
    domain: String,
    api_key: Secret,
    from: String,
    timeout_ms: Option<u64>,
    #[serde(default, rename = "templates")]
    _templates: ConnectorTemplates,
    /// The message templates under the name that they have elsewhere for this provider, by type.
    #[serde(default, rename = "deliveries")]
    _deliveries: Map<String, Value>,
}

impl Provider for Mailgun {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let set: Settings = settings::read(spec)?;
        let built = Self {
            endpoint: request::read_endpoint(spec, set.endpoint.as_deref().unwrap_or(DEFAULT_ENDPOINT))?,
            domain: set.domain,
            authorization: request::basic_auth(spec, "apiKey", "api", &set.api_key)?,
            sender: Sender::new(settings::read_mailbox(spec, "from", &set.from)?, None),
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
        let draft = self.sender.draft(dispatch)?;
        let from = draft.from.to_string();
        let reply_to = draft.reply_to.as_ref().map(ToString::to_string);
        let mut fields = vec![
            ("from", from.as_str()),
            ("to", draft.to.as_ref()),
            ("subject", &draft.subject),
            ("text", draft.text),
        ];
        fields.extend(draft.html.map(|html| ("html", html)));
        fields.extend(reply_to.as_deref().map(|reply_to| ("h:Reply-To", reply_to)));
        let own: Vec<(String, &str)> =
            AUTOMATIC_HEADERS.iter().map(|(name, value)| (format!("h:{name}"), *value)).collect();
        fields.extend(own.iter().map(|(name, value)| (name.as_str(), *value)));
        fields.extend([("h:Message-Id", draft.message_id.as_str()), ("o:tracking", "no")]);
        let request = client.post(request::join_path(&self.endpoint, &["v3", &self.domain, "messages"]));
        request::with_form(request.header(AUTHORIZATION, self.authorization.clone()), &fields)
    }

    fn probe_request(&self, client: &Client, _now: Timestamp) -> Result<RequestBuilder, SendError> {
        let request = client.get(request::join_path(&self.endpoint, &["v4", "domains", &self.domain]));
        Ok(request.header(AUTHORIZATION, self.authorization.clone()))
    }
}
