//! Hands messages to an HTTP endpoint of the operator, which passes them on to whatever provider they have. Not a provider's own
//! protocol. The surprise: the message is there twice, as bare code and link and as finished words.

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde::{Deserialize, Serialize};

use crate::connectors::factories::Factory;
use crate::connectors::{settings, written};
use crate::domain::ports::CarryError;
use crate::model::connector::{ConnectorSpec, ConnectorType, Field};
use crate::model::message::{Address, Dispatch};
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

use super::answer::Answer;
use super::{Provider, request, way};

const FIELDS: [Field; 3] =
    [Field::required("endpoint"), Field::optional("authorization").secret(), Field::optional("timeoutMs")];

/// The factory for mail.
pub const EMAIL: Factory = Factory {
    id: "http-email",
    kind: Some(ConnectorType::Email),
    name: "HTTP endpoint for mail",
    fields: &FIELDS,
    build: way::<Posted>,
};

/// The factory for text messages.
pub const SMS: Factory = Factory {
    id: "http-sms",
    kind: Some(ConnectorType::Sms),
    name: "HTTP endpoint for text messages",
    fields: &FIELDS,
    build: way::<Posted>,
};

struct Posted {
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

impl Provider for Posted {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let Settings { endpoint, authorization, timeout_ms } = settings::read(spec)?;
        let endpoint = request::endpoint(spec, &endpoint)?;
        let value = |secret: Secret| request::credential(spec, "authorization", secret.expose());
        Ok((Self { endpoint, authorization: authorization.map(value).transpose()? }, timeout_ms))
    }

    fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    fn message(&self, client: &Client, dispatch: &Dispatch) -> Result<RequestBuilder, CarryError> {
        Ok(self.signed(client.post(self.endpoint.clone())).json(&Body::of(dispatch)))
    }

    fn question(&self, client: &Client, _now: Timestamp) -> Result<RequestBuilder, CarryError> {
        Ok(self.signed(client.head(self.endpoint.clone())))
    }

    /// Any answer means that the endpoint is there, but not one that refuses our credentials.
    fn judge_question(&self, answer: &Answer) -> Result<(), CarryError> {
        match answer.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => answer.verdict(),
            _ => Ok(()),
        }
    }
}

impl Posted {
    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value.clone()),
            None => request,
        }
    }
}

impl<'a> Body<'a> {
    fn of(dispatch: &'a Dispatch) -> Self {
        let Dispatch { to, kind, code, link, locale, app, rendered, .. } = dispatch;
        let application = app.as_deref().map(|name| Application { name });
        let by_mail = matches!(to, Address::Email(_));
        Self {
            to: written(to),
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
