//! A JSON object that apps store with a user. It is text in the store and is not interpreted here. A write
//! replaces the whole object.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The largest, as JSON, in bytes.
pub const MAX_BYTES: usize = 16 * 1024;

/// The object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = JsonObject)]
#[serde(transparent)]
pub struct Document(pub Map<String, Value>);

impl Document {
    /// The text that the store keeps.
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    /// Whether it is small enough to be stored.
    pub fn is_within_limit(&self) -> bool {
        self.to_json().len() <= MAX_BYTES
    }
}

impl TryFrom<String> for Document {
    type Error = serde_json::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&text)
    }
}
