//! The types of the bootstrap file. Every type refuses unknown keys.

use serde::Deserialize;
use serde_json::Value;

use crate::bootstrap::Bootstrap;
use crate::bootstrap::messages::{TemplateSpec, WebhookSpec};
use rekey_core::api_keys::api_key::Role;
use rekey_core::apps::client_app::ClientApp;
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::settings::Settings;
use rekey_core::templates::FileTemplate;
use rekey_core::types::error::parse_error;
use rekey_core::types::secret::Secret;
use rekey_core::webhooks::FileWebhook;

/// A user as the file describes one.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserSpec {
    /// The user id.
    pub id: String,
    /// The username to sign in with.
    #[serde(default)]
    pub username: Option<String>,
    /// The email address, taken as verified.
    #[serde(default)]
    pub primary_email: Option<String>,
    /// The phone number, taken as verified.
    #[serde(default)]
    pub primary_phone: Option<String>,
    /// The display name.
    #[serde(default)]
    pub name: Option<String>,
    /// The initial password, set only when the user is created.
    #[serde(default)]
    pub password: Option<Secret>,
    /// A password hash from another system, instead of a password.
    #[serde(default)]
    pub password_digest: Option<Secret>,
    /// The algorithm of that hash.
    #[serde(default)]
    pub password_algorithm: Option<String>,
    /// Whether the user is suspended.
    #[serde(default)]
    pub is_suspended: bool,
    /// The language of their messages.
    #[serde(default)]
    pub locale: Option<String>,
    /// Whether everything but the password is set again at every start, instead of only when the user is
    /// created.
    #[serde(default)]
    pub enforce: bool,
}

/// An application with its secret in plain text, which is digested when the file is applied.
#[derive(Clone, Debug)]
pub struct ApplicationSpec {
    /// The application.
    pub app: ClientApp,
    /// The secret of a confidential application.
    pub secret: Option<Secret>,
}

/// An API key as the file describes one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKeySpec {
    /// Its id.
    pub id: String,
    /// Its roles.
    pub roles: Vec<Role>,
    /// The token in plain text, which is digested when the file is applied.
    pub token: Secret,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[derive(Default)]
struct Document {
    settings: Option<Settings>,
    connectors: Vec<ConnectorSpec>,
    users: Vec<UserSpec>,
    applications: Vec<ClientApp>,
    api_keys: Vec<ApiKeySpec>,
    hooks: Vec<WebhookSpec>,
    mail_templates: Vec<TemplateSpec>,
}

/// Reads the resolved tree.
pub fn read(mut tree: Value) -> Result<Bootstrap, String> {
    let secrets = take_app_secrets(&mut tree)?;
    let given = tree.get("settings").filter(|given| given.is_object()).cloned();
    let document: Document =
        serde_path_to_error::deserialize(tree).map_err(|error| parse_error::describe(&error))?;
    let apps = document.applications.into_iter().zip(secrets);
    Ok(Bootstrap {
        is_present: true,
        settings: document.settings,
        raw_settings: given,
        connectors: document.connectors,
        users: document.users,
        applications: apps.map(|(app, secret)| ApplicationSpec { app, secret }).collect(),
        api_keys: document.api_keys,
        hooks: document.hooks.into_iter().map(FileWebhook::from).collect(),
        mail_templates: document.mail_templates.into_iter().map(FileTemplate::from).collect(),
    })
}

/// Removes the secrets from the tree, so that `ClientApp`, which is stored and shown, has no field for one.
fn take_app_secrets(tree: &mut Value) -> Result<Vec<Option<Secret>>, String> {
    let apps = tree.get_mut("applications").and_then(Value::as_array_mut).into_iter().flatten();
    let taken = apps.enumerate().map(|(at, app)| {
        match app.as_object_mut().and_then(|fields| fields.remove("secret")) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(Secret::new(text))),
            Some(_) => Err(format!("applications[{at}].secret: expected text")),
        }
    });
    taken.collect()
}
