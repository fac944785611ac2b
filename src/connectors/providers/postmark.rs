//! Mail by Postmark's API. Its own templates are not used. The surprise: it answers 422 for much that is no fault of the message,
//! and only its `ErrorCode` tells an account in trouble from a reader who can't be written to.

use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::connectors::factories::Factory;
use crate::connectors::mail::{AUTOMATIC, Letter, Sender};
use crate::connectors::settings::{self, Foreign};
use crate::domain::ports::CarryError;
use crate::model::connector::{ConnectorSpec, ConnectorType, Field};
use crate::model::message::Dispatch;
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

use super::answer::Answer;
use super::{Provider, request, way};

const HOME: &str = "https://api.postmarkapp.com";

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
    build: way::<Postmark>,
};

/// The sender is unknown, not confirmed or of a wrong domain; the account has no credit or waits to be approved.
const OURS: [u64; 5] = [400, 401, 405, 412, 413];

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
    _templates: Foreign,
}

impl Provider for Postmark {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let set: Settings = settings::read(spec)?;
        let built = Self {
            endpoint: request::endpoint(spec, set.endpoint.as_deref().unwrap_or(HOME))?,
            token: request::credential(spec, "serverToken", set.server_token.expose())?,
            sender: Sender::new(settings::mailbox(spec, "fromEmail", &set.from_email)?, None),
            stream: set.message_stream,
        };
        Ok((built, set.timeout_ms))
    }

    fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    fn message(&self, client: &Client, dispatch: &Dispatch) -> Result<RequestBuilder, CarryError> {
        let letter = self.sender.letter(dispatch)?;
        let request = client.post(request::below(&self.endpoint, &["email"]));
        Ok(self.signed(request).json(&self.body(&letter)))
    }

    fn question(&self, client: &Client, _now: Timestamp) -> Result<RequestBuilder, CarryError> {
        Ok(self.signed(client.get(request::below(&self.endpoint, &["server"]))))
    }

    fn judge(&self, answer: &Answer) -> Result<(), CarryError> {
        let code = answer.body.get("ErrorCode").and_then(Value::as_u64);
        match code.filter(|code| answer.status.is_client_error() && OURS.contains(code)) {
            Some(code) => Err(CarryError::Later(format!("the endpoint refuses our account (error {code})"))),
            None => answer.verdict(),
        }
    }
}

impl Postmark {
    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(ACCEPT, "application/json").header("x-postmark-server-token", self.token.clone())
    }

    fn body(&self, letter: &Letter<'_>) -> Value {
        // Without the second of these our `Message-ID` is replaced.
        let own = [("Message-ID", letter.message_id.as_str()), ("X-PM-KeepID", "true")];
        let headers = AUTOMATIC.into_iter().chain(own);
        let mut body = json!({
            "From": letter.from.to_string(),
            "To": letter.to.as_ref() as &str,
            "Subject": letter.subject,
            "TextBody": letter.text,
            "Headers": headers.map(|(name, value)| json!({ "Name": name, "Value": value })).collect::<Value>(),
            "TrackOpens": false,
            "TrackLinks": "None",
        });
        let more = [
            ("HtmlBody", letter.html.map(str::to_owned)),
            ("ReplyTo", letter.reply_to.as_ref().map(ToString::to_string)),
            ("MessageStream", self.stream.clone()),
        ];
        if let Some(body) = body.as_object_mut() {
            body.extend(more.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into()))));
        }
        body
    }
}
