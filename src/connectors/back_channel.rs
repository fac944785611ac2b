//! Tells an app that a session ended: one form with one signed token (OpenID Connect Back-Channel Logout 2.5). The address was
//! registered by the operator, so addresses of private networks are fine; a redirect is not followed, and the answer's text not read.

use reqwest::Client;

use super::http;
use crate::domain::ports::CarryError;
use crate::model::secret::Secret;

/// The way to apps.
pub struct BackChannel(Client);

impl BackChannel {
    /// A way that holds its connections.
    pub fn build() -> anyhow::Result<Self> {
        Ok(Self(http::client()?))
    }

    /// Posts the token; an app that heard it answers 200 or 204.
    pub async fn post(&self, uri: &str, token: &Secret) -> Result<(), CarryError> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("logout_token", token.expose())
            .finish();
        let request = self.0.post(uri).header("content-type", "application/x-www-form-urlencoded").body(body);
        // The error is not quoted: it would name the address, which may hold what the app keeps to itself.
        let answer =
            request.send().await.map_err(|_| CarryError::Later("the app can not be reached".to_owned()))?;
        match answer.status().is_success() {
            true => Ok(()),
            false => Err(CarryError::Later(format!("the app answered {}", answer.status().as_u16()))),
        }
    }
}
