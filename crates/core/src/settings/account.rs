//! What signed-in users may see and change about themselves, on the account page and through apps. The names
//! are Logto's, all of them; enabling one that this version does not support is refused, so that an operator
//! does not rely on it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What signed-in people may see and change about themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AccountCenter {
    /// Whether people have any of it.
    pub enabled: bool,
    /// Field by field.
    pub fields: AccountFields,
    /// Always empty in this version, which has no passkeys.
    pub webauthn_related_origins: Vec<String>,
    /// The operator's page where people ask for the end of their account.
    pub delete_account_url: Option<String>,
    /// Always null in this version.
    pub custom_css: Option<Value>,
    /// Always empty in this version.
    pub profile_fields: Vec<Value>,
}

/// Field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AccountFields {
    /// What the person is called.
    pub name: FieldAccess,
    /// The address of a picture.
    pub avatar: FieldAccess,
    /// What else they say about themselves.
    pub profile: FieldAccess,
    /// The e-mail address.
    pub email: FieldAccess,
    /// The phone number.
    pub phone: FieldAccess,
    /// The password.
    pub password: FieldAccess,
    /// The name to sign in with.
    pub username: FieldAccess,
    /// Not in this version.
    pub social: FieldAccess,
    /// What apps keep about them.
    pub custom_data: FieldAccess,
    /// Not in this version.
    pub mfa: FieldAccess,
    /// Not in this version.
    pub passkey: FieldAccess,
    /// Where they are signed in, and in which apps.
    pub session: FieldAccess,
    /// Not in this version.
    pub trusted_device: FieldAccess,
}

/// How far a person may go with a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum FieldAccess {
    /// See and change.
    Edit,
    /// See.
    ReadOnly,
    /// Neither.
    #[default]
    Off,
}

impl FieldAccess {
    /// Whether it may be seen.
    pub const fn is_readable(self) -> bool {
        matches!(self, Self::Edit | Self::ReadOnly)
    }
}

impl Default for AccountCenter {
    fn default() -> Self {
        Self {
            enabled: true,
            fields: AccountFields::default(),
            webauthn_related_origins: Vec::new(),
            delete_account_url: None,
            custom_css: None,
            profile_fields: Vec::new(),
        }
    }
}

/// Changing the password is what this product is for; everything else must be enabled by the operator.
impl Default for AccountFields {
    fn default() -> Self {
        Self {
            password: FieldAccess::Edit,
            name: FieldAccess::Off,
            avatar: FieldAccess::Off,
            profile: FieldAccess::Off,
            email: FieldAccess::Off,
            phone: FieldAccess::Off,
            username: FieldAccess::Off,
            social: FieldAccess::Off,
            custom_data: FieldAccess::Off,
            mfa: FieldAccess::Off,
            passkey: FieldAccess::Off,
            session: FieldAccess::Off,
            trusted_device: FieldAccess::Off,
        }
    }
}

impl AccountCenter {
    /// Whether users may change their own password.
    pub fn allows_password_change(&self) -> bool {
        self.enabled && self.fields.password == FieldAccess::Edit
    }

    /// All problems, as `path: what was expected`.
    pub fn validation_errors(&self) -> Vec<String> {
        let fields = &self.fields;
        let missing = [
            ("social", fields.social),
            ("mfa", fields.mfa),
            ("passkey", fields.passkey),
            ("trustedDevice", fields.trusted_device),
        ];
        let on = missing.iter().filter(|(_, access)| *access != FieldAccess::Off);
        let mut found: Vec<String> = on
            .map(|(name, _)| format!("fields.{name}: expected Off; not available in this version"))
            .collect();
        let mut must = |holds: bool, problem: &str| {
            if !holds {
                found.push(problem.to_owned());
            }
        };
        must(
            self.webauthn_related_origins.is_empty(),
            "webauthnRelatedOrigins: expected an empty list; not available in this version",
        );
        must(self.custom_css.is_none(), "customCss: expected null; not available in this version");
        must(
            self.profile_fields.is_empty(),
            "profileFields: expected an empty list; not available in this version",
        );
        let is_web =
            |text: &String| url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
        must(
            self.delete_account_url.as_ref().is_none_or(is_web),
            "deleteAccountUrl: expected an http or https address",
        );
        found
    }
}
