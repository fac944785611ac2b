//! Text messages by Vonage's SMS API (once Nexmo). Not its Messages or Verify API. The surprise: it always answers 200, and what
//! became of the message is a number in the body, one for each part of a long text.

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::Value;

use crate::connectors::factories::Factory;
use crate::connectors::settings::{self, Foreign};
use crate::domain::ports::CarryError;
use crate::model::connector::{ConnectorSpec, ConnectorType, Field};
use crate::model::message::Dispatch;
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

use super::answer::Answer;
use super::{Provider, request, way};

const HOME: &str = "https://rest.nexmo.com";

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
    build: way::<Vonage>,
};

/// Too fast, wrong credentials, an error of theirs, no credit left.
const NOT_NOW: [u16; 4] = [1, 4, 5, 9];

/// What the alphabet of text messages has beyond letters, digits and the signs that are in ASCII (GSM 03.38, with its extension).
const BEYOND: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€";

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
    _templates: Foreign,
}

impl Provider for Vonage {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let set: Settings = settings::read(spec)?;
        let built = Self {
            endpoint: request::endpoint(spec, set.endpoint.as_deref().unwrap_or(HOME))?,
            authorization: request::basic(spec, "apiSecret", &set.api_key, &set.api_secret)?,
            key: set.api_key,
            secret: set.api_secret,
            brand: set.brand_name,
        };
        Ok((built, set.timeout_ms))
    }

    fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    fn message(&self, client: &Client, dispatch: &Dispatch) -> Result<RequestBuilder, CarryError> {
        let text = dispatch.rendered.text.as_str();
        let mut fields = vec![
            ("api_key", self.key.as_str()),
            ("api_secret", self.secret.expose()),
            ("from", &self.brand),
            ("to", request::digits(dispatch)?),
            ("text", text),
        ];
        if !fits_gsm(text) {
            fields.push(("type", "unicode"));
        }
        request::form(client.post(request::below(&self.endpoint, &["sms", "json"])), &fields)
    }

    fn question(&self, client: &Client, _now: Timestamp) -> Result<RequestBuilder, CarryError> {
        let request = client.get(request::below(&self.endpoint, &["account", "get-balance"]));
        Ok(request.header(AUTHORIZATION, self.authorization.clone()))
    }

    fn judge(&self, answer: &Answer) -> Result<(), CarryError> {
        answer.verdict()?;
        let parts = answer.body.get("messages").and_then(Value::as_array);
        let parts = parts.filter(|parts| !parts.is_empty()).ok_or_else(unclear)?;
        let mut said = parts.iter().map(|part| part.get("status").and_then(Value::as_str));
        said.find(|status| *status != Some("0")).map_or(Ok(()), |status| Err(refused(status)))
    }
}

/// Only a number is quoted: anything else could be the address or the key that it complains about.
fn refused(status: Option<&str>) -> CarryError {
    let Some(number) = status.and_then(|status| status.parse::<u16>().ok()) else { return unclear() };
    let said = format!("the endpoint refuses the message (status {number})");
    if NOT_NOW.contains(&number) { CarryError::Later(said) } else { CarryError::Never(said) }
}

fn unclear() -> CarryError {
    CarryError::Later("the endpoint did not say what became of the message".to_owned())
}

fn fits_gsm(text: &str) -> bool {
    let plain = |c: char| c == '\n' || c == '\r' || ((' '..='~').contains(&c) && c != '`');
    text.chars().all(|c| plain(c) || BEYOND.contains(c))
}
