//! The types of message templates in this API, and ours for them.

use async_graphql::{Enum, InputObject, Result, SimpleObject};

use crate::http::graphql::payload::{invalid_input, response};
use rekey_core::messages::template_type::TemplateType;
use rekey_core::templates::template::{Template, TemplateChannel};

/// The type of a message.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum MailType {
    /// Not sent by this server.
    ExistingUserInvited,
    /// Not sent by this server.
    NewUserInvited,
    /// The code, the token and the link of a password reset.
    ResetPasswordRequest,
    /// A sign-in code.
    PasswordlessSignIn,
    /// Not sent by this server.
    ForcedSignOut,
    /// Not sent by this server.
    EmailOtp,
    /// Not sent by this server.
    BackupCodesExhausted,
    /// A sign-up code.
    EmailVerification,
    /// A code for a new address of an account.
    EmailChangeVerify,
    /// A notice: an address was changed.
    EmailChangeNotify,
    /// Not sent by this server.
    UnusualLogin,
}

/// Our types and those of this API: the kinds of message that this server sends.
const TEMPLATE_TYPES: [(MailType, TemplateType); 5] = [
    (MailType::ResetPasswordRequest, TemplateType::ForgotPassword),
    (MailType::PasswordlessSignIn, TemplateType::SignIn),
    (MailType::EmailVerification, TemplateType::Register),
    (MailType::EmailChangeVerify, TemplateType::BindNewIdentifier),
    (MailType::EmailChangeNotify, TemplateType::AddressChanged),
];

impl MailType {
    /// Our type of message; those that this server doesn't send have none.
    pub(super) fn template_type(self) -> Result<TemplateType> {
        let known = TEMPLATE_TYPES.iter().find(|(theirs, _)| *theirs == self).map(|(_, ours)| *ours);
        known.ok_or_else(|| invalid_input("type: this server sends no such message"))
    }
}

/// A message template.
#[derive(InputObject)]
pub struct MailTemplate {
    /// The id of the application whose messages it is for; null for all.
    pub project_slug: Option<String>,
    /// The type of message.
    #[graphql(name = "type")]
    pub kind: MailType,
    /// The variant; empty for the default.
    pub variant: Option<String>,
    /// The subject, one line.
    pub subject: String,
    /// HTML, with `{{ token }}`, `{{ requestId }}`, `{{ url }}` and the like.
    pub content: String,
    /// Ignored: the content is the whole body.
    #[graphql(name = "useLayout")]
    pub _use_layout: Option<bool>,
    /// The address for replies.
    pub reply_to: Option<String>,
}

/// Identifies a template.
#[derive(InputObject)]
pub struct MailTemplateIdentifier {
    /// The id of the application whose messages it is for; null for all.
    pub project_slug: Option<String>,
    /// The type of message.
    #[graphql(name = "type")]
    pub kind: MailType,
    /// The variant; empty for the default.
    pub variant: Option<String>,
}

/// A stored template.
#[derive(SimpleObject)]
pub struct MailTemplateData {
    /// The application whose messages it is for; null for all.
    pub project_slug: Option<String>,
    /// The type of message.
    #[graphql(name = "type")]
    pub kind: MailType,
    /// The variant; empty for the default.
    pub variant: Option<String>,
    /// The subject, one line.
    pub subject: String,
    /// The body.
    pub content: String,
    /// Always false.
    pub use_layout: bool,
    /// The address for replies.
    pub reply_to: Option<String>,
}

impl MailTemplateData {
    /// `None` for a template of another type than this API has.
    pub(super) fn from_template(template: Template) -> Option<Self> {
        let Template { key, details, .. } = template;
        let (text, html) = details.bodies(TemplateChannel::Email);
        Some(Self {
            kind: TEMPLATE_TYPES.iter().find(|(_, ours)| *ours == key.template_type)?.0,
            project_slug: Some(key.project).filter(|project| !project.is_empty()),
            content: html.or(text).unwrap_or_default().to_owned(),
            variant: Some(key.variant),
            subject: details.subject,
            use_layout: false,
            reply_to: details.reply_to,
        })
    }
}

/// Why a template was not saved.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum AddMailTemplateErrorCode {
    /// The template does not contain what the message is for, or uses an unknown variable.
    MissingVariable,
    /// There is no such application.
    ProjectNotFound,
    /// `replyTo` is not an email address.
    InvalidReplyEmailFormat,
}

response!(
    "What became of keeping words.", AddMailTemplateResponse, AddMailTemplateError, AddMailTemplateErrorCode {} {}
);

/// Why a template was not removed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum RemoveMailTemplateErrorCode {
    /// There is no such application.
    ProjectNotFound,
    /// There is no such template.
    TemplateNotFound,
}

response!(
    "What became of taking words away.",
    RemoveMailTemplateResponse, RemoveMailTemplateError, RemoveMailTemplateErrorCode {} {}
);
