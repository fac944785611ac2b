//! Email by Postmark's API. Its templates are not used. It answers 422 for many errors that are not the
//! message's fault, and only `ErrorCode` distinguishes an account problem from a recipient that cannot
//! receive mail.

use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::connectors::email::{AUTOMATIC_HEADERS, EmailDraft, Sender};
use crate::connectors::providers::response::ProviderResponse;
use crate::connectors::providers::{Provider, build_http, request};
use crate::connectors::registry::Factory;
use crate::connectors::settings::{self, ConnectorTemplates};
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType, Field};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

const DEFAULT_ENDPOINT: &str = "https://api.postmarkapp.com";

/// The factory.
pub const FACTORY: Factory = Factory {
    id: "postmark-mail",
    kind: Some(ConnectorType::Email),
    name: "Postmark",
    fields: &[
        Field::required("serverToken").secret(),
        Field::required("fromEmail"),
        Field::optional("messageStream"),
        Field::optional("endpoint"),
        Field::optional("timeoutMs"),
        Field::optional("templates"),
    ],
    build: build_http::<Postmark>,
};

/// The sender is unknown, not confirmed or of a wrong domain, or the account has no credit or is waiting for
/// approval.
const ACCOUNT_ERRORS: [u64; 5] = [400, 401, 405, 412, 413];

struct Postmark {
    endpoint: Url,
    token: HeaderValue,
    sender: Sender,
    stream: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    server_token: Secret,
    from_email: String,
    message_stream: Option<String>,
    endpoint: Option<String>,
    timeout_ms: Option<u64>,
    #[serde(default, rename = "templates")]
    _templates: ConnectorTemplates,
}

impl Provider for Postmark {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let set: Settings = settings::read(spec)?;
        let built = Self {
            endpoint: request::read_endpoint(spec, set.endpoint.as_deref().unwrap_or(DEFAULT_ENDPOINT))?,
            token: request::secret_header(spec, "serverToken", set.server_token.expose())?,
            sender: Sender::new(settings::read_mailbox(spec, "fromEmail", &set.from_email)?, None),
            stream: set.message_stream,
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
        let request = client.post(request::join_path(&self.endpoint, &["email"]));
        Ok(self.with_token(request).json(&self.request_body(&draft)))
    }

    fn probe_request(&self, client: &Client, _now: Timestamp) -> Result<RequestBuilder, SendError> {
        Ok(self.with_token(client.get(request::join_path(&self.endpoint, &["server"]))))
    }

    fn check_response(&self, answer: &ProviderResponse) -> Result<(), SendError> {
        let code = answer.body.get("ErrorCode").and_then(Value::as_u64);
        match code.filter(|code| answer.status.is_client_error() && ACCOUNT_ERRORS.contains(code)) {
            Some(code) => {
                Err(SendError::Transient(format!("the endpoint refuses our account (error {code})")))
            }
            None => answer.check_status(),
        }
    }
}

impl Postmark {
    fn with_token(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(ACCEPT, "application/json").header("x-postmark-server-token", self.token.clone())
    }

    fn request_body(&self, draft: &EmailDraft<'_>) -> Value {
        // Without the second header our `Message-ID` is replaced.
        let own = [("Message-ID", draft.message_id.as_str()), ("X-PM-KeepID", "true")];
        let headers = AUTOMATIC_HEADERS.into_iter().chain(own);
        let mut body = json!({
            "From": draft.from.to_string(),
            "To": draft.to.as_ref() as &str,
            "Subject": draft.subject,
            "TextBody": draft.text,
            "Headers": headers.map(|(name, value)| json!({ "Name": name, "Value": value })).collect::<Value>(),
            "TrackOpens": false,
            "TrackLinks": "None",
        });
        let more = [
            ("HtmlBody", draft.html.map(str::to_owned)),
            ("ReplyTo", draft.reply_to.as_ref().map(ToString::to_string)),
            ("MessageStream", self.stream.clone()),
        ];
        if let Some(body) = body.as_object_mut() {
            body.extend(more.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into()))));
        }
        body
    }
}
