//! Sends messages to an HTTP endpoint of the operator, which passes them on to any provider; this is not a
//! provider's own protocol. Each request holds the message twice: as a bare code and link, and as rendered
//! text.

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde::{Deserialize, Serialize};

use crate::connectors::providers::response::ProviderResponse;
use crate::connectors::providers::{Provider, build_http, request};
use crate::connectors::registry::Factory;
use crate::connectors::{format_address, settings};
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType, Field};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::identifier::address::Address;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

const FIELDS: [Field; 3] =
    [Field::required("endpoint"), Field::optional("authorization").secret(), Field::optional("timeoutMs")];

/// The factory for email.
pub const EMAIL: Factory = Factory {
    id: "http-email",
    kind: Some(ConnectorType::Email),
    name: "HTTP endpoint for mail",
    fields: &FIELDS,
    build: build_http::<HttpEndpoint>,
};

/// The factory for text messages.
pub const SMS: Factory = Factory {
    id: "http-sms",
    kind: Some(ConnectorType::Sms),
    name: "HTTP endpoint for text messages",
    fields: &FIELDS,
    build: build_http::<HttpEndpoint>,
};

struct HttpEndpoint {
    endpoint: Url,
    authorization: Option<HeaderValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    endpoint: String,
    authorization: Option<Secret>,
    timeout_ms: Option<u64>,
}

#[derive(Serialize)]
struct Body<'a> {
    to: String,
    r#type: &'a str,
    payload: Payload<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<&'a str>,
}

#[derive(Serialize)]
struct Payload<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a Secret>,
    locale: &'a str,
    #[serde(rename = "uiLocales")]
    ui_locales: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<Application<'a>>,
}

#[derive(Serialize)]
struct Application<'a> {
    name: &'a str,
}

impl Provider for HttpEndpoint {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let Settings { endpoint, authorization, timeout_ms } = settings::read(spec)?;
        let endpoint = request::read_endpoint(spec, &endpoint)?;
        let value = |secret: Secret| request::secret_header(spec, "authorization", secret.expose());
        Ok((Self { endpoint, authorization: authorization.map(value).transpose()? }, timeout_ms))
    }

    fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    fn message_request(
        &self,
        client: &Client,
        dispatch: &OutgoingMessage,
    ) -> Result<RequestBuilder, SendError> {
        Ok(self.with_authorization(client.post(self.endpoint.clone())).json(&Body::from_message(dispatch)))
    }

    fn probe_request(&self, client: &Client, _now: Timestamp) -> Result<RequestBuilder, SendError> {
        Ok(self.with_authorization(client.head(self.endpoint.clone())))
    }

    /// Any response means that the endpoint exists, except one that rejects our credentials.
    fn check_probe_response(&self, answer: &ProviderResponse) -> Result<(), SendError> {
        match answer.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => answer.check_status(),
            _ => Ok(()),
        }
    }
}

impl HttpEndpoint {
    fn with_authorization(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value.clone()),
            None => request,
        }
    }
}

impl<'a> Body<'a> {
    fn from_message(dispatch: &'a OutgoingMessage) -> Self {
        let OutgoingMessage { to, kind, code, link, locale, app, rendered, .. } = dispatch;
        let application = app.as_deref().map(|name| Application { name });
        let by_mail = matches!(to, Address::Email(_));
        Self {
            to: format_address(to),
            r#type: kind,
            payload: Payload {
                code: code.as_ref(),
                link: link.as_ref(),
                locale,
                ui_locales: locale,
                application,
            },
            subject: by_mail.then_some(&rendered.subject),
            text: &rendered.text,
            html: rendered.html.as_deref(),
        }
    }
}
