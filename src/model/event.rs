//! What happened: one list that feeds the audit log (and later the webhooks). A journey says once what
//! happened; details are short machine words, never a secret and never something a person typed.

use serde_json::Value;

use super::error::Refusal;
use super::identifier::Channel;
use super::ids::UserId;
use super::logto_log_key;

/// The names in the audit log; stable, operators filter by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Somebody asked to reset a password.
    PasswordResetInit,
    /// A code or link was checked.
    PasswordResetVerify,
    /// A password was reset, or that was refused.
    PasswordReset,
    /// Somebody asked for a code to sign in with.
    SignInInit,
    /// That code was checked.
    SignInVerify,
    /// Somebody signed in, or failed to. By a code when it is about a request.
    SignIn,
    /// Signing in with an identifier is locked after too many failures.
    IdentifierLockout,
    /// Somebody asked for a code to make an account with.
    SignUpInit,
    /// That code was checked.
    SignUpVerify,
    /// An account was made by its person, or that was refused.
    SignUp,
    /// Somebody signed in with a password that the policy would not take today: `notified` or `required`.
    PasswordCompliance,
    /// A session was ended by its person.
    SessionEnd,
    /// A signed-in person changed or set the password.
    PasswordChange,
    /// The owner said "this wasn't me".
    PasswordRepudiate,
    /// An administrator or the command line set a password.
    PasswordSetByAdmin,
    /// A new password could not be looked up among the leaked ones.
    BreachCheck,
    /// A message was given up.
    MessageFailed,
    /// An operator's machine changed the settings.
    SettingsChange,
    /// Somebody was sent back to an app with a code.
    AppSignIn,
    /// An app turned a code into tokens.
    CodeExchange,
    /// An app turned a refresh token into new tokens.
    TokenRefresh,
    /// A machine got a token of its own of which something is kept here.
    MachineToken,
    /// Somebody agreed, or not, that a third-party application learns who they are.
    Consent,
    /// An app gave its tokens back, or they ended because one was misused.
    GrantEnd,
    /// New keys to sign tokens with.
    KeyRotation,
    /// An operator's machine changed an application or its secrets: `created`, `changed`, `deleted`,
    /// `secret_added`, `secret_changed`,
    /// `secret_deleted`.
    ApplicationChange,
    /// An operator's machine made a one-time token.
    OneTimeTokenIssue,
    /// An operator's machine changed an account: `created`, `changed`, `suspended`, `restored`, `deleted`.
    UserChange,
    /// A hook was changed, or switched off because it takes nothing any more: `created`, `changed`,
    /// `deleted`, `key_rotated`, `replayed`,
    /// `switched_off`.
    WebhookChange,
    /// A connector was made, changed, tried out or taken away.
    ConnectorChange,
    /// An operator's machine made a key.
    ApiKeyCreate,
    /// The bootstrap file changed what a key is good for, or its token.
    ApiKeyChange,
    /// An operator's machine switched a key off.
    ApiKeyDisable,
    /// An operator's machine changed one: `consumed`, `revoked`, `expired`, `deleted`.
    OneTimeTokenChange,
    /// An operator's machine redeemed one, or was refused.
    OneTimeTokenVerify,
    /// An operator's machine changed the words of messages: `saved`, `changed`, `deleted`.
    TemplateChange,
    /// An operator's machine had a verification code sent.
    VerificationCodeSend,
    /// That code was checked.
    VerificationCodeVerify,
    /// Somebody proved to an app that they are still there, or that an address is theirs: `sent`, `success`,
    /// or why not.
    Verification,
    /// A signed-in person changed or gave up an address, or that was refused.
    AddressChange,
    /// A signed-in person changed what they say about themselves.
    ProfileChange,
    /// An operator's machine read people in bulk, or the digest of somebody's password: `listed`, `searched`
    /// or `shown`.
    UserRead,
    /// An operator's machine was shown the signing keys of hooks.
    WebhookRead,
    /// An operator's machine tried a receiver of webhooks.
    WebhookTest,
    /// An operator's machine asked whether a password is good enough, or somebody's, and it is not.
    PasswordCheck,
    /// The command line wrote the audit log out.
    AuditExport,
}

impl EventKind {
    /// The stable name.
    #[expect(clippy::too_many_lines, reason = "a line for each, so that none is forgotten")]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PasswordResetInit => "password_reset_init",
            Self::PasswordResetVerify => "password_reset_verify",
            Self::PasswordReset => "password_reset",
            Self::SignInInit => "sign_in_init",
            Self::SignInVerify => "sign_in_verify",
            Self::SignIn => "sign_in",
            Self::IdentifierLockout => "identifier_lockout",
            Self::SignUpInit => "sign_up_init",
            Self::SignUpVerify => "sign_up_verify",
            Self::SignUp => "sign_up",
            Self::PasswordCompliance => "password_compliance",
            Self::SessionEnd => "session_end",
            Self::PasswordChange => "password_change",
            Self::PasswordRepudiate => "password_repudiate",
            Self::BreachCheck => "breach_check",
            Self::MessageFailed => "message_failed",
            Self::AppSignIn => "app_sign_in",
            Self::CodeExchange => "code_exchange",
            Self::TokenRefresh => "token_refresh",
            Self::Consent => "consent",
            Self::GrantEnd => "grant_end",
            Self::Verification => "verification",
            Self::AddressChange => "address_change",
            Self::ProfileChange => "profile_change",
            Self::UserRead => "user_read",
            Self::WebhookRead => "hook_read",
            Self::WebhookTest => "hook_test",
            Self::PasswordCheck => "password_check",
            Self::AuditExport => "audit_export",
            Self::PasswordSetByAdmin => "password_set_by_admin",
            Self::SettingsChange => "settings_change",
            Self::MachineToken => "machine_token",
            Self::KeyRotation => "key_rotation",
            Self::ApplicationChange => "application_change",
            Self::OneTimeTokenIssue => "one_time_token_issue",
            Self::UserChange => "user_change",
            Self::WebhookChange => "hook_change",
            Self::ConnectorChange => "connector_change",
            Self::ApiKeyCreate => "api_key_create",
            Self::ApiKeyChange => "api_key_change",
            Self::ApiKeyDisable => "api_key_disable",
            Self::OneTimeTokenChange => "one_time_token_change",
            Self::OneTimeTokenVerify => "one_time_token_verify",
            Self::TemplateChange => "template_change",
            Self::VerificationCodeSend => "verification_code_send",
            Self::VerificationCodeVerify => "verification_code_verify",
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// `success`, the code of the refusal, or a word of the kind's own.
    pub result: &'static str,
    /// To whom, when known.
    pub user_id: Option<UserId>,
    /// The recovery request or session it belongs to.
    pub about: Option<String>,
    /// How the message travelled that it is about.
    pub channel: Option<Channel>,
    /// What was changed, read or tried, as JSON: ids, counts and names, never a secret and never a person's
    /// address.
    pub details: Option<Value>,
}

impl Event {
    /// It ended with this word of its kind.
    pub const fn with_result(kind: EventKind, result: &'static str, user_id: Option<UserId>) -> Self {
        Self { kind, result, user_id, about: None, channel: None, details: None }
    }

    /// It went well.
    pub const fn success(kind: EventKind, user_id: Option<UserId>) -> Self {
        Self::with_result(kind, "success", user_id)
    }

    /// It was refused, for this reason.
    pub const fn refused(kind: EventKind, reason: &'static str, user_id: Option<UserId>) -> Self {
        Self::with_result(kind, reason, user_id)
    }

    /// The same, about this request or session.
    pub fn with_subject(mut self, id: &str) -> Self {
        self.about = Some(id.to_owned());
        self
    }

    /// The same, about a message that travelled so.
    pub const fn with_channel(mut self, channel: Option<Channel>) -> Self {
        self.channel = channel;
        self
    }

    /// The same, with what was changed, read or tried.
    pub fn with_details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    /// Whether it was refused because somebody is over a limit.
    pub fn is_over_limit(&self) -> bool {
        Refusal::OVER_LIMIT_CODES.contains(&self.result)
    }

    /// What the Management API calls it.
    pub const fn key(&self) -> &'static str {
        logto_log_key::for_event(self.kind, self.channel)
    }
}
