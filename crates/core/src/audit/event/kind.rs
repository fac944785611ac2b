//! The kinds of audit events, and the names under which they are stored.

/// The stable event names in the audit log, by which operators filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A password reset was requested.
    PasswordResetInit,
    /// A code or link was checked.
    PasswordResetVerify,
    /// A password was reset, or the reset was refused.
    PasswordReset,
    /// A sign-in code was requested.
    SignInInit,
    /// A sign-in code was checked.
    SignInVerify,
    /// A sign-in, successful or failed; by a code when it is about a request.
    SignIn,
    /// Signing in with an identifier is locked after too many failures.
    IdentifierLockout,
    /// A sign-up code was requested.
    SignUpInit,
    /// A sign-up code was checked.
    SignUpVerify,
    /// A user created their account, or was refused.
    SignUp,
    /// A user signed in with a password that violates the current policy: `notified` or `required`.
    PasswordCompliance,
    /// A user ended a session.
    SessionEnd,
    /// A signed-in user changed or set the password.
    PasswordChange,
    /// The owner used "this wasn't me".
    PasswordDispute,
    /// An administrator or the command line set a password.
    PasswordSetByAdmin,
    /// A new password could not be checked for breaches.
    BreachCheck,
    /// A message was given up after its last attempt.
    MessageFailed,
    /// An API client changed the settings.
    SettingsChange,
    /// A user was redirected to an app with a code.
    AppSignIn,
    /// An app exchanged a code for tokens.
    CodeExchange,
    /// An app exchanged a refresh token for new tokens.
    TokenRefresh,
    /// A machine received an opaque token of its own, which is stored here.
    MachineToken,
    /// A user gave or declined consent for a third-party application.
    Consent,
    /// An app revoked its tokens, or they ended because one was misused.
    GrantEnd,
    /// New signing keys.
    KeyRotation,
    /// An API client changed an application or its secrets: `created`, `changed`, `deleted`, `secret_added`,
    /// `secret_changed`, `secret_deleted`.
    ApplicationChange,
    /// An API client issued a one-time token.
    OneTimeTokenIssue,
    /// An API client changed an account: `created`, `changed`, `suspended`, `restored`, `deleted`.
    UserChange,
    /// A webhook was changed, or disabled because its deliveries keep failing: `created`, `changed`,
    /// `deleted`, `key_rotated`, `replayed`, `switched_off`.
    WebhookChange,
    /// A connector was created, changed, tested or deleted.
    ConnectorChange,
    /// An API key was created.
    ApiKeyCreate,
    /// The bootstrap file changed an API key's roles or token.
    ApiKeyChange,
    /// An API key was disabled.
    ApiKeyDisable,
    /// An API client changed a one-time token: `consumed`, `revoked`, `expired`, `deleted`.
    OneTimeTokenChange,
    /// An API client redeemed a one-time token, or was refused.
    OneTimeTokenVerify,
    /// An API client changed message templates: `saved`, `changed`, `deleted`.
    TemplateChange,
    /// An API client had a verification code sent.
    VerificationCodeSend,
    /// Such a verification code was checked.
    VerificationCodeVerify,
    /// A user reauthenticated to an app, or verified an address: `sent`, `success`, or why not.
    Verification,
    /// A signed-in user changed or removed an address, or was refused.
    AddressChange,
    /// A signed-in user changed the profile.
    ProfileChange,
    /// An API client read users in bulk, or a password digest: `listed`, `searched` or `shown`.
    UserRead,
    /// An API client read the signing keys of webhooks.
    WebhookRead,
    /// An API client tested a webhook receiver.
    WebhookTest,
    /// An API client checked a password against the policy or an account, and it failed.
    PasswordCheck,
    /// The audit log was exported from the command line.
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
            Self::PasswordDispute => "password_repudiate",
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
