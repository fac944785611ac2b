//! SMS by Vonage's SMS API (formerly Nexmo), not its Messages or Verify API. It always answers 200; the
//! result is a number in the body, one for each part of a long message.

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::Value;

use crate::connectors::providers::response::ProviderResponse;
use crate::connectors::providers::{Provider, build_http, request};
use crate::connectors::registry::Factory;
use crate::connectors::settings::{self, ConnectorTemplates};
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType, Field};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

const DEFAULT_ENDPOINT: &str = "https://rest.nexmo.com";

/// The factory.
pub const FACTORY: Factory = Factory {
    id: "vonage-sms",
    kind: Some(ConnectorType::Sms),
    name: "Vonage",
    fields: &[
        Field::required("apiKey"),
        Field::required("apiSecret").secret(),
        Field::required("brandName"),
        Field::optional("endpoint"),
        Field::optional("timeoutMs"),
        Field::optional("templates"),
    ],
    build: build_http::<Vonage>,
};

/// Rate limited, wrong credentials, internal error, no credit left.
const RETRYABLE_STATUSES: [u16; 4] = [1, 4, 5, 9];

/// Characters of the SMS alphabet besides letters, digits and ASCII punctuation (GSM 03.38, with its
/// extension).
const GSM_EXTRA_CHARS: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€";

struct Vonage {
    endpoint: Url,
    key: String,
    secret: Secret,
    authorization: HeaderValue,
    brand: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    api_key: String,
    api_secret: Secret,
    brand_name: String,
    endpoint: Option<String>,
    timeout_ms: Option<u64>,
    #[serde(default, rename = "templates")]
    _templates: ConnectorTemplates,
}

impl Provider for Vonage {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let set: Settings = settings::read(spec)?;
        let built = Self {
            endpoint: request::read_endpoint(spec, set.endpoint.as_deref().unwrap_or(DEFAULT_ENDPOINT))?,
            authorization: request::basic_auth(spec, "apiSecret", &set.api_key, &set.api_secret)?,
            key: set.api_key,
            secret: set.api_secret,
            brand: set.brand_name,
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
        let text = dispatch.rendered.text.as_str();
        let mut fields = vec![
            ("api_key", self.key.as_str()),
            ("api_secret", self.secret.expose()),
            ("from", &self.brand),
            ("to", request::phone_digits(dispatch)?),
            ("text", text),
        ];
        if !is_gsm(text) {
            fields.push(("type", "unicode"));
        }
        request::with_form(client.post(request::join_path(&self.endpoint, &["sms", "json"])), &fields)
    }

    fn probe_request(&self, client: &Client, _now: Timestamp) -> Result<RequestBuilder, SendError> {
        let request = client.get(request::join_path(&self.endpoint, &["account", "get-balance"]));
        Ok(request.header(AUTHORIZATION, self.authorization.clone()))
    }

    fn check_response(&self, answer: &ProviderResponse) -> Result<(), SendError> {
        answer.check_status()?;
        let parts = answer.body.get("messages").and_then(Value::as_array);
        let parts = parts.filter(|parts| !parts.is_empty()).ok_or_else(unexpected_response)?;
        let mut statuses = parts.iter().map(|part| part.get("status").and_then(Value::as_str));
        statuses.find(|status| *status != Some("0")).map_or(Ok(()), |status| Err(status_error(status)))
    }
}

/// Only a number is quoted: any other text could hold the address or the key that it is about.
fn status_error(status: Option<&str>) -> SendError {
    let Some(number) = status.and_then(|status| status.parse::<u16>().ok()) else {
        return unexpected_response();
    };
    let reason = format!("the endpoint refuses the message (status {number})");
    if RETRYABLE_STATUSES.contains(&number) {
        SendError::Transient(reason)
    } else {
        SendError::Permanent(reason)
    }
}

fn unexpected_response() -> SendError {
    SendError::Transient("the endpoint did not say what became of the message".to_owned())
}

fn is_gsm(text: &str) -> bool {
    let plain = |c: char| c == '\n' || c == '\r' || ((' '..='~').contains(&c) && c != '`');
    text.chars().all(|c| plain(c) || GSM_EXTRA_CHARS.contains(c))
}
