//! SMS by Twilio's messages API, through a messaging service that picks the sender's number. Twilio's Verify
//! API is not used, because this server makes the code.

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;

use crate::connectors::providers::{Provider, build_http, request};
use crate::connectors::registry::Factory;
use crate::connectors::settings::{self, ConnectorTemplates};
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType, Field};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

const DEFAULT_ENDPOINT: &str = "https://api.twilio.com";

/// The factory.
pub const FACTORY: Factory = Factory {
    id: "twilio-short-message-service",
    kind: Some(ConnectorType::Sms),
    name: "Twilio",
    fields: &[
        Field::required("accountSID"),
        Field::required("authToken").secret(),
        Field::required("fromMessagingServiceSID"),
        Field::optional("endpoint"),
        Field::optional("timeoutMs"),
        Field::optional("templates"),
    ],
    build: build_http::<Twilio>,
};

struct Twilio {
    endpoint: Url,
    account: String,
    authorization: HeaderValue,
    service: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    #[serde(rename = "accountSID")]
    account: String,
    auth_token: Secret,
    #[serde(rename = "fromMessagingServiceSID")]
    service: String,
    endpoint: Option<String>,
    timeout_ms: Option<u64>,
    #[serde(default, rename = "templates")]
    _templates: ConnectorTemplates,
}

impl Provider for Twilio {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let set: Settings = settings::read(spec)?;
        let built = Self {
            endpoint: request::read_endpoint(spec, set.endpoint.as_deref().unwrap_or(DEFAULT_ENDPOINT))?,
            authorization: request::basic_auth(spec, "authToken", &set.account, &set.auth_token)?,
            account: set.account,
            service: set.service,
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
        let to = format!("+{}", request::phone_digits(dispatch)?);
        let fields =
            [("To", to.as_str()), ("MessagingServiceSid", &self.service), ("Body", &dispatch.rendered.text)];
        let path = ["2010-04-01", "Accounts", &self.account, "Messages.json"];
        let request = client.post(request::join_path(&self.endpoint, &path));
        request::with_form(request.header(AUTHORIZATION, self.authorization.clone()), &fields)
    }

    fn probe_request(&self, client: &Client, _now: Timestamp) -> Result<RequestBuilder, SendError> {
        let path = ["2010-04-01", "Accounts", &format!("{}.json", self.account)];
        let request = client.get(request::join_path(&self.endpoint, &path));
        Ok(request.header(AUTHORIZATION, self.authorization.clone()))
    }
}
