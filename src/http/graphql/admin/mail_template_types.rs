//! The types of message templates in this API; [`super::mail_templates`] stores them. This server sends five
//! of the kinds of message that are named here.

use async_graphql::{Enum, InputObject, SimpleObject};

use crate::http::graphql::payload::response;

/// What a message is for.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum MailType {
    /// Not sent by this server.
    ExistingUserInvited,
    /// Not sent by this server.
    NewUserInvited,
    /// The code, the token and the link for a new password.
    ResetPasswordRequest,
    /// A code to sign in with.
    PasswordlessSignIn,
    /// Not sent by this server.
    ForcedSignOut,
    /// Not sent by this server.
    EmailOtp,
    /// Not sent by this server.
    BackupCodesExhausted,
    /// A code to make an account with.
    EmailVerification,
    /// A code for a new address of an account.
    EmailChangeVerify,
    /// A notice: an address was changed.
    EmailChangeNotify,
    /// Not sent by this server.
    UnusualLogin,
}

/// Words for a message.
#[derive(InputObject)]
pub struct MailTemplate {
    /// The id of the application whose messages they are for; none for all.
    pub project_slug: Option<String>,
    /// For what.
    #[graphql(name = "type")]
    pub kind: MailType,
    /// Which of several; empty for the usual ones.
    pub variant: Option<String>,
    /// One line.
    pub subject: String,
    /// HTML, with `{{ token }}`, `{{ requestId }}`, `{{ url }}` and the like.
    pub content: String,
    /// There is no layout: the content is the whole body.
    #[graphql(name = "useLayout")]
    pub _use_layout: Option<bool>,
    /// Where answers go.
    pub reply_to: Option<String>,
}

/// Which words.
#[derive(InputObject)]
pub struct MailTemplateIdentifier {
    /// The id of the application whose messages they are for; none for all.
    pub project_slug: Option<String>,
    /// For what.
    #[graphql(name = "type")]
    pub kind: MailType,
    /// Which of several; empty for the usual ones.
    pub variant: Option<String>,
}

/// Words that are kept.
#[derive(SimpleObject)]
pub struct MailTemplateData {
    /// The application whose messages they are for; none for all.
    pub project_slug: Option<String>,
    /// For what.
    #[graphql(name = "type")]
    pub kind: MailType,
    /// Which of several; empty for the usual ones.
    pub variant: Option<String>,
    /// One line.
    pub subject: String,
    /// The body.
    pub content: String,
    /// No.
    pub use_layout: bool,
    /// Where answers go.
    pub reply_to: Option<String>,
}

/// Why words were not kept.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum AddMailTemplateErrorCode {
    /// They do not show what the message is sent for, or ask for something that it has not.
    MissingVariable,
    /// There is no such application.
    ProjectNotFound,
    /// `replyTo` is no address.
    InvalidReplyEmailFormat,
}

response!(
    "What became of keeping words.",
    AddMailTemplateResponse, AddMailTemplateError, AddMailTemplateErrorCode {} {}
);

/// Why a template was not removed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum RemoveMailTemplateErrorCode {
    /// There is no such application.
    ProjectNotFound,
    /// There are no such words.
    TemplateNotFound,
}

response!(
    "What became of taking words away.",
    RemoveMailTemplateResponse, RemoveMailTemplateError, RemoveMailTemplateErrorCode {} {}
);
