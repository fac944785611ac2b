//! Tells an app that a session ended: one form with one signed token (OpenID Connect Back-Channel Logout 2.5). A redirect is not followed, and
//! the answer's text not read.

use super::http::{Outbounds, Unsent};
use super::public_dns::Reach;
use crate::domain::ports::CarryError;
use crate::model::secret::Secret;

/// The way to apps.
pub struct BackChannel(Outbounds);

impl BackChannel {
    /// A way that holds its connections.
    pub fn build() -> anyhow::Result<Self> {
        Ok(Self(Outbounds::new()?))
    }

    /// Posts the token; an app that heard it answers 200 or 204.
    pub async fn post(&self, uri: &str, token: &Secret, reach: Reach) -> Result<(), CarryError> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("logout_token", token.expose())
            .finish();
        let outbound = self.0.to(reach);
        let request = outbound.client().post(uri);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = outbound.send(request).await.map_err(later)?;
        match answer.status().is_success() {
            true => Ok(()),
            false => Err(CarryError::Later(format!("the app answered {}", answer.status().as_u16()))),
        }
    }
}

fn later(unsent: Unsent) -> CarryError {
    let what = match unsent {
        Unsent::Private => "the app is at a private address",
        Unsent::Late | Unsent::Unreachable | Unsent::Broken => "the app can not be reached",
    };
    CarryError::Later(what.to_owned())
}
