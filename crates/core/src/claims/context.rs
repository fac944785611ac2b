//! The values that the expressions of claims can read.

use serde_json::{Map, Value, json};

use crate::apps::client_app::ClientApp;
use crate::settings::claims::TokenKind;
use crate::users::user::User;
use crate::users::user_info::UserInfo;

/// The values that expressions can read.
#[derive(Clone, Debug, Default)]
pub struct ClaimsContext {
    /// The user, for tokens about one.
    pub user: Option<Value>,
    /// The application that the token is for.
    pub application: Value,
    /// The grant.
    pub grant: Value,
    /// The claims that the token has anyway.
    pub token: Map<String, Value>,
}

impl ClaimsContext {
    /// The context of a token for this application, and of this user if it is about one.
    pub fn new(app: &ClientApp, user: Option<&User>, scope: &str) -> Self {
        Self {
            user: user.map(user_value),
            application: json!({ "id": app.id, "name": app.name, "type": app.kind.name(), "customData": app.custom_data }),
            grant: json!({ "scope": scope }),
            token: Map::new(),
        }
    }

    /// Adds the claims that the token has anyway.
    pub fn with_token(self, token: Map<String, Value>) -> Self {
        Self { token, ..self }
    }

    pub(super) fn to_template_value(&self, kind: TokenKind) -> minijinja::Value {
        minijinja::Value::from(minijinja::value::Serde(json!({
            "user": self.user, "application": self.application, "grant": self.grant, "token": self.token, "kind": kind.name(),
        })))
    }
}

/// The user data that expressions see: never a digest.
fn user_value(user: &User) -> Value {
    let mut person = json!(UserInfo::from(user));
    if let Value::Object(fields) = &mut person {
        fields.insert("locale".to_owned(), json!(user.locale));
        fields.insert("hasPassword".to_owned(), json!(user.password_digest.is_some()));
    }
    person
}
