//! What signed-in users may see and change about themselves, on the account page and through apps. The names
//! are Logto's, all of them; enabling one that this version does not support is refused, so that an operator
//! does not rely on it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::settings::validation::ValidationErrors;

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
    pub(crate) fn allows_password_change(&self) -> bool {
        self.enabled && self.fields.password == FieldAccess::Edit
    }

    /// All problems, as `path: what was expected`.
    pub fn validation_errors(&self) -> Vec<String> {
        let mut found = ValidationErrors::default();
        let fields = &self.fields;
        let missing = [
            ("social", fields.social),
            ("mfa", fields.mfa),
            ("passkey", fields.passkey),
            ("trustedDevice", fields.trusted_device),
        ];
        for (name, access) in missing {
            let path = format!("fields.{name}");
            found.add_unless(access == FieldAccess::Off, &path, "Off; not available in this version");
        }
        let no_list = "an empty list; not available in this version";
        found.add_unless(self.webauthn_related_origins.is_empty(), "webauthnRelatedOrigins", no_list);
        found.add_unless(self.custom_css.is_none(), "customCss", "null; not available in this version");
        found.add_unless(self.profile_fields.is_empty(), "profileFields", no_list);
        let is_web =
            |text: &String| url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
        let is_valid = self.delete_account_url.as_ref().is_none_or(is_web);
        found.add_unless(is_valid, "deleteAccountUrl", "an http or https address");
        found.0
    }
}
