//! The id of a request, in its log lines, on its error page and in its `X-Request-Id`. It is always generated
//! here and never taken from the client, who could otherwise write into our logs.

use actix_web::{HttpMessage as _, HttpRequest};

use rekey_core::types::ids;
use rekey_core::types::secret::Rng;
use rekey_core::types::time::Timestamp;

/// The id.
#[derive(Clone, Debug)]
pub struct HttpRequestId(pub String);

impl HttpRequestId {
    /// Generates an id.
    pub fn generate(now: Timestamp, chance: &dyn Rng) -> Self {
        Self(ids::generate(now, chance, 14))
    }

    /// The id of this request; none before the outermost middleware assigned one.
    pub fn find(request: &HttpRequest) -> Option<String> {
        request.extensions().get::<Self>().map(|id| id.0.clone())
    }

    /// The same for showing it; empty if there is none.
    pub fn read(request: &HttpRequest) -> String {
        Self::find(request).unwrap_or_default()
    }
}
