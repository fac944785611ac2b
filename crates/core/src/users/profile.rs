//! Profile data that users enter: the standard claims of OpenID Connect (Core 5.1) by their API names.
//! Nothing here is verified, and no decision may depend on it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::types::error::parse_error::strict_json;

/// The longest value, in characters.
const MAX_LEN: usize = 256;

/// The claims; what is not said is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Profile {
    /// The surname.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// The middle name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// The casual name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// The name to be addressed by; not the one to sign in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// A page about the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The person's own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// In whatever words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// `YYYY-MM-DD`, or less of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// A name of the time zone database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    /// A language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Where post goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<PostalAddress>,
}

/// Where post goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PostalAddress {
    /// The whole, as on an envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street and house.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// The state or region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Profile {
    /// The text that the store keeps.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// The profile with these fields merged into it, the address field by field; null removes a field. The
    /// error says what is wrong.
    pub fn merge_patch(&self, fields: Map<String, Value>) -> Result<Self, String> {
        let mut whole = serde_json::to_value(self).unwrap_or_default();
        merge_json(&mut whole, Value::Object(fields));
        strict_json::read(whole)
    }

    /// The fields that are too long, by name.
    pub fn too_long_fields(&self) -> Vec<String> {
        let whole = serde_json::to_value(self).unwrap_or_default();
        let fields = whole.as_object().into_iter().flatten();
        let inner = whole.get("address").and_then(|address| address.as_object()).into_iter().flatten();
        let inner = inner.map(|(name, value)| (format!("address.{name}"), value));
        let all = fields.map(|(name, value)| (name.clone(), value)).chain(inner);
        let long = all.filter(|(_, value)| value.as_str().is_some_and(|text| text.chars().count() > MAX_LEN));
        long.map(|(name, _)| format!("{name}: expected at most {MAX_LEN} characters")).collect()
    }
}

fn merge_json(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                match value {
                    Value::Null => drop(into.remove(&name)),
                    value => merge_json(into.entry(name).or_insert(Value::Null), value),
                }
            }
        }
        (into, from) => *into = from,
    }
}

impl TryFrom<String> for Profile {
    type Error = serde_json::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&text)
    }
}
