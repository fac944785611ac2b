//! Words that operators give to a message: for what, in which language, and what they say. They are read by
//! people, so they are not secret; what is put into them when they are sent is.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// What a message is for, by the names of the APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "text")]
pub enum TemplateType {
    /// A code to sign in with.
    SignIn,
    /// A code to make an account with.
    Register,
    /// A code, and by mail a link, for a new password.
    ForgotPassword,
    /// Kept for others; nothing here sends it.
    OrganizationInvitation,
    /// A code for whatever an application wants; it also stands in for the other codes.
    Generic,
    /// A code of a signed-in person, before something sensitive.
    UserPermissionValidation,
    /// A code for a new address of an account.
    BindNewIdentifier,
    /// A code as the second factor.
    MfaVerification,
    /// A code to set the second factor up.
    BindMfa,
    /// A notice: the password was changed.
    PasswordChanged,
    /// A notice: an address of the account was changed, added or removed.
    AddressChanged,
    /// A notice: the name to sign in with was changed, set or removed.
    UsernameChanged,
    /// A notice: somebody signs up with an address that has an account.
    AccountExists,
    /// A notice: so many wrong codes or passwords in a row that they wait for another proof.
    AttemptsBlocked,
}

/// How it travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum TemplateChannel {
    /// By mail.
    #[default]
    Email,
    /// By SMS.
    Sms,
}

/// What `content` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContentType {
    /// Text.
    #[serde(rename = "text/plain")]
    Plain,
    /// HTML.
    #[serde(rename = "text/html")]
    Html,
}

/// What is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Details {
    /// One line; none for SMS.
    pub subject: String,
    /// The body as other products write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// What `content` is: HTML for mail and text for SMS when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<ContentType>,
    /// The body as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The body as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// Where answers go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Whom it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_from: Option<String>,
}

/// For what words are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TemplateKey {
    /// How they travel.
    pub channel: TemplateChannel,
    /// What they are for.
    pub template_type: TemplateType,
    /// Their language.
    pub language_tag: String,
    /// Which of several; empty for the usual one.
    pub variant: String,
    /// The application whose messages they are for; empty for all.
    pub project: String,
}

/// Words as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Their id.
    pub id: String,
    /// For what they are.
    pub key: TemplateKey,
    /// What they say.
    pub details: Details,
    /// When they were first kept.
    pub created_at: Timestamp,
}

impl TemplateType {
    /// The name of the APIs, and of the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "SignIn",
            Self::Register => "Register",
            Self::ForgotPassword => "ForgotPassword",
            Self::OrganizationInvitation => "OrganizationInvitation",
            Self::Generic => "Generic",
            Self::UserPermissionValidation => "UserPermissionValidation",
            Self::BindNewIdentifier => "BindNewIdentifier",
            Self::MfaVerification => "MfaVerification",
            Self::BindMfa => "BindMfa",
            Self::PasswordChanged => "PasswordChanged",
            Self::AddressChanged => "AddressChanged",
            Self::UsernameChanged => "UsernameChanged",
            Self::AccountExists => "AccountExists",
            Self::AttemptsBlocked => "AttemptsBlocked",
        }
    }

    /// Whether it brings a code.
    pub const fn has_code(self) -> bool {
        !matches!(
            self,
            Self::OrganizationInvitation
                | Self::PasswordChanged
                | Self::AddressChanged
                | Self::UsernameChanged
                | Self::AccountExists
                | Self::AttemptsBlocked
        )
    }
}

impl TemplateChannel {
    /// The name of the APIs, and of the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

impl Details {
    /// The text and the HTML, wherever they were written.
    pub fn bodies(&self, channel: TemplateChannel) -> (Option<&str>, Option<&str>) {
        let content = self.content.as_deref();
        let usual = if channel == TemplateChannel::Email { ContentType::Html } else { ContentType::Plain };
        match self.content_type.unwrap_or(usual) {
            ContentType::Plain => (self.text.as_deref().or(content), self.html.as_deref()),
            ContentType::Html => (self.text.as_deref(), self.html.as_deref().or(content)),
        }
    }
}
