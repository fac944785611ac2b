//! Providers' own HTTP APIs. A provider says which request carries a message and which question proves its credentials; it
//! talks to nobody itself. `Http` does, with one time limit, one way to read an answer and one judgement for all of them.

mod answer;
pub(super) mod mailgun;
pub(super) mod posted;
pub(super) mod postmark;
mod request;
pub(super) mod sendgrid;
pub(super) mod ses;
mod signature;
pub(super) mod twilio;
pub(super) mod vonage;

use std::fmt;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Url};

use crate::domain::ports::{CarryError, PRIVATE};
use crate::model::connector::ConnectorSpec;
use crate::model::message::Dispatch;
use crate::model::time::Timestamp;

use self::answer::Answer;
use super::factories::Around;
use super::http::{self, Outbound};
use super::{Way, settings};

/// One provider's protocol.
pub(super) trait Provider: Send + Sync {
    /// Reads the settings, or says which is wrong; with how many milliseconds an answer may take, where the operator says so.
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String>
    where
        Self: Sized;

    /// Where its requests go.
    fn endpoint(&self) -> &Url;

    /// The request that carries a message.
    fn message(&self, client: &Client, dispatch: &Dispatch) -> Result<RequestBuilder, CarryError>;

    /// A question that sends nothing and proves the credentials where it can.
    fn question(&self, client: &Client, now: Timestamp) -> Result<RequestBuilder, CarryError>;

    /// What became of the message. Most providers say it with the status.
    fn judge(&self, answer: &Answer) -> Result<(), CarryError> {
        answer.verdict()
    }

    /// What the answer to the question means.
    fn judge_question(&self, answer: &Answer) -> Result<(), CarryError> {
        answer.verdict()
    }
}

/// A provider and the way to it.
pub(super) struct Http {
    outbound: Outbound,
    timeout: Duration,
    factory: String,
    provider: Box<dyn Provider>,
}

impl Http {
    /// Scheme, host and port of its endpoint.
    pub(super) fn destination(&self) -> String {
        self.provider.endpoint().origin().ascii_serialization()
    }

    pub(super) async fn carry(&self, dispatch: &Dispatch) -> Result<(), CarryError> {
        self.provider.judge(&self.ask(self.provider.message(self.outbound.client(), dispatch)?).await?)
    }

    pub(super) async fn probe(&self, now: Timestamp) -> Result<(), CarryError> {
        self.provider.judge_question(&self.ask(self.provider.question(self.outbound.client(), now)?).await?)
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Answer, CarryError> {
        Answer::to(&self.outbound, request.timeout(self.timeout)).await
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("factory", &self.factory).finish_non_exhaustive()
    }
}

/// The way through this provider.
fn way<P: Provider + 'static>(spec: &ConnectorSpec, around: &Around<'_>) -> Result<Way, String> {
    let (provider, timeout_ms) = P::build(spec)?;
    if !around.reach.admits(provider.endpoint().host_str().unwrap_or_default()) {
        return Err(settings::wrong(spec, "endpoint", PRIVATE));
    }
    let outbound = Outbound::new(around.reach)
        .map_err(|error| settings::wrong(spec, "", &format!("no HTTPS here: {error}")))?;
    let timeout = timeout_ms.map_or(http::TIMEOUT, Duration::from_millis);
    let factory = spec.connector_id.clone();
    Ok(Way::Http(Box::new(Http { outbound, timeout, factory, provider: Box::new(provider) })))
}
