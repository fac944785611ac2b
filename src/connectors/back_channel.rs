//! Notifies an application that a session ended, with one form that holds one signed token (OpenID Connect
//! Back-Channel Logout 2.5). Redirects are not followed, and the response body is not used.

use crate::connectors::http::{OutboundClients, OutboundError};
use crate::connectors::public_dns::Reach;
use rekey_core::connectors::port::SendError;
use rekey_core::types::secret::Secret;

/// The client for back-channel logout.
pub struct BackChannelClient(OutboundClients);

impl BackChannelClient {
    /// Builds the client, which keeps its connections open.
    pub fn build() -> anyhow::Result<Self> {
        Ok(Self(OutboundClients::new()?))
    }

    /// Posts the token; an application that accepted it answers 200 or 204.
    pub async fn post(&self, uri: &str, token: &Secret, reach: Reach) -> Result<(), SendError> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("logout_token", token.expose())
            .finish();
        let outbound = self.0.for_reach(reach);
        let request = outbound.client().post(uri);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = outbound.send(request).await.map_err(transient_error)?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(SendError::Transient(format!("the app answered {}", answer.status().as_u16())))
        }
    }
}

fn transient_error(unsent: OutboundError) -> SendError {
    let what = match unsent {
        OutboundError::Private => "the app is at a private address",
        OutboundError::Timeout | OutboundError::Unreachable | OutboundError::Broken => {
            "the app can not be reached"
        }
    };
    SendError::Transient(what.to_owned())
}
