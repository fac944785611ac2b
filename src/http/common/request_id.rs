//! A name for one request: in its log lines, on its error page, in its `X-Request-Id`. Always made here, never taken from the
//! visitor, who could otherwise write into our logs.

use actix_web::{HttpMessage as _, HttpRequest};

use crate::model::ids;
use crate::model::secret::Rng;
use crate::model::time::Timestamp;

/// The name.
#[derive(Clone, Debug)]
pub struct HttpRequestId(pub String);

impl HttpRequestId {
    /// A new one.
    pub fn generate(now: Timestamp, chance: &dyn Rng) -> Self {
        Self(ids::fresh(now, chance, 14))
    }

    /// The name of this request; empty before the outermost middleware gave it one.
    pub fn read(request: &HttpRequest) -> String {
        request.extensions().get::<Self>().map(|id| id.0.clone()).unwrap_or_default()
    }
}
