//! Email by Amazon SES, API v2. Its stored templates are not used. SES replaces any `Message-ID`, so none is
//! sent; and it answers 400 for an account that may not send.

use reqwest::{Client, Method, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::connectors::email::{AUTOMATIC_HEADERS, EmailDraft, Sender, to_ascii};
use crate::connectors::providers::response::ProviderResponse;
use crate::connectors::providers::sigv4::{Call, Signer};
use crate::connectors::providers::{Provider, build_http, request};
use crate::connectors::registry::Factory;
use crate::connectors::settings::{self, ConnectorTemplates};
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType, Field};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

/// The factory.
pub const FACTORY: Factory = Factory {
    id: "aws-ses-mail",
    kind: Some(ConnectorType::Email),
    name: "Amazon SES",
    fields: &[
        Field::required("accessKeyId"),
        Field::required("accessKeySecret").secret(),
        Field::required("region"),
        Field::required("emailAddress"),
        Field::optional("endpoint"),
        Field::optional("timeoutMs"),
        Field::optional("templates"),
    ],
    build: build_http::<Ses>,
};

/// Errors of the account, not of the message.
const ACCOUNT_ERRORS: [&str; 4] = [
    "AccountSuspendedException",
    "SendingPausedException",
    "MailFromDomainNotVerifiedException",
    "LimitExceededException",
];

struct Ses {
    endpoint: Url,
    signer: Signer,
    sender: Sender,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    access_key_id: String,
    access_key_secret: Secret,
    region: String,
    email_address: String,
    endpoint: Option<String>,
    timeout_ms: Option<u64>,
    #[serde(default, rename = "templates")]
    _templates: ConnectorTemplates,
}

impl Provider for Ses {
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String> {
        let set: Settings = settings::read(spec)?;
        // The region becomes part of the host: a dot or a slash would send the mail elsewhere.
        if set.region.is_empty()
            || !set.region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Err(settings::setting_error(spec, "region", "expected a region, as eu-central-1"));
        }
        let endpoint = set.endpoint.unwrap_or_else(|| format!("https://email.{}.amazonaws.com", set.region));
        let built = Self {
            endpoint: request::read_endpoint(spec, &endpoint)?,
            signer: Signer::new(&set.access_key_id, &set.access_key_secret, set.region),
            sender: Sender::new(settings::read_mailbox(spec, "emailAddress", &set.email_address)?, None),
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
        let body = request_body(&self.sender.draft(dispatch)?).to_string().into_bytes();
        let url = request::join_path(&self.endpoint, &["v2", "email", "outbound-emails"]);
        self.signer.sign_request(client, Call { method: Method::POST, url, body }, dispatch.sent_at)
    }

    fn probe_request(&self, client: &Client, now: Timestamp) -> Result<RequestBuilder, SendError> {
        let url = request::join_path(&self.endpoint, &["v2", "email", "account"]);
        self.signer.sign_request(client, Call { method: Method::GET, url, body: Vec::new() }, now)
    }

    fn check_response(&self, answer: &ProviderResponse) -> Result<(), SendError> {
        let error_type = answer.headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
        // The name may be followed by a colon and an address.
        let error_type = error_type.and_then(|error_type| error_type.split(':').next());
        match error_type.and_then(|error_type| ACCOUNT_ERRORS.into_iter().find(|ours| *ours == error_type)) {
            Some(ours) => Err(SendError::Transient(format!("the endpoint refuses our account ({ours})"))),
            None => answer.check_status(),
        }
    }
}

fn request_body(draft: &EmailDraft<'_>) -> Value {
    let text = |data: &str| json!({ "Data": data, "Charset": "UTF-8" });
    let mut content = Map::from_iter([("Text".to_owned(), text(draft.text))]);
    content.extend(draft.html.map(|html| ("Html".to_owned(), text(html))));
    json!({
        "FromEmailAddress": to_ascii(&draft.from),
        "Destination": { "ToAddresses": [draft.to.as_ref() as &str] },
        "ReplyToAddresses": draft.reply_to.iter().map(to_ascii).collect::<Value>(),
        "Content": { "Simple": {
            "Subject": text(&draft.subject),
            "Body": content,
            "Headers": AUTOMATIC_HEADERS.map(|(name, value)| json!({ "Name": name, "Value": value })),
        } },
    })
}
