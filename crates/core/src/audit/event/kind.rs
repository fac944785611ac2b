//! The kinds of audit events, and the names under which they are stored.

/// The kinds with their names.
macro_rules! event_kinds {
    ($($(#[$doc:meta])+ $kind:ident = $name:literal,)+) => {
        /// The stable event names in the audit log, by which operators filter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum EventKind {
            $($(#[$doc])+ $kind,)+
        }

        impl EventKind {
            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }
    };
}

event_kinds! {
    /// A password reset was requested.
    PasswordResetInit = "password_reset_init",
    /// A code or link was checked.
    PasswordResetVerify = "password_reset_verify",
    /// A password was reset, or the reset was refused.
    PasswordReset = "password_reset",
    /// A sign-in code was requested.
    SignInInit = "sign_in_init",
    /// A sign-in code was checked.
    SignInVerify = "sign_in_verify",
    /// A sign-in, successful or failed; by a code when it is about a request.
    SignIn = "sign_in",
    /// Signing in with an identifier is locked after too many failures.
    IdentifierLockout = "identifier_lockout",
    /// A sign-up code was requested.
    SignUpInit = "sign_up_init",
    /// A sign-up code was checked.
    SignUpVerify = "sign_up_verify",
    /// A user created their account, or was refused.
    SignUp = "sign_up",
    /// A user signed in with a password that violates the current policy: `notified` or `required`.
    PasswordCompliance = "password_compliance",
    /// A user ended a session.
    SessionEnd = "session_end",
    /// A signed-in user changed or set the password.
    PasswordChange = "password_change",
    /// The owner used "this wasn't me".
    PasswordDispute = "password_repudiate",
    /// An administrator or the command line set a password.
    PasswordSetByAdmin = "password_set_by_admin",
    /// A new password could not be checked for breaches.
    BreachCheck = "breach_check",
    /// A message was given up after its last attempt.
    MessageFailed = "message_failed",
    /// An API client changed the settings.
    SettingsChange = "settings_change",
    /// A user was redirected to an app with a code.
    AppSignIn = "app_sign_in",
    /// An app exchanged a code for tokens.
    CodeExchange = "code_exchange",
    /// An app exchanged a refresh token for new tokens.
    TokenRefresh = "token_refresh",
    /// A machine received an opaque token of its own, which is stored here.
    MachineToken = "machine_token",
    /// A user gave or declined consent for a third-party application.
    Consent = "consent",
    /// An app revoked its tokens, or they ended because one was misused.
    GrantEnd = "grant_end",
    /// New signing keys.
    KeyRotation = "key_rotation",
    /// An API client changed an application or its secrets: `created`, `changed`, `deleted`, `secret_added`,
    /// `secret_changed`, `secret_deleted`.
    ApplicationChange = "application_change",
    /// An API client issued a one-time token.
    OneTimeTokenIssue = "one_time_token_issue",
    /// An API client changed an account: `created`, `changed`, `suspended`, `restored`, `deleted`.
    UserChange = "user_change",
    /// A webhook was changed, or disabled because its deliveries keep failing: `created`, `changed`,
    /// `deleted`, `key_rotated`, `replayed`, `switched_off`.
    WebhookChange = "hook_change",
    /// A connector was created, changed, tested or deleted.
    ConnectorChange = "connector_change",
    /// An API key was created.
    ApiKeyCreate = "api_key_create",
    /// The bootstrap file changed an API key's roles or token.
    ApiKeyChange = "api_key_change",
    /// An API key was disabled.
    ApiKeyDisable = "api_key_disable",
    /// An API client changed a one-time token: `consumed`, `revoked`, `expired`, `deleted`.
    OneTimeTokenChange = "one_time_token_change",
    /// An API client redeemed a one-time token, or was refused.
    OneTimeTokenVerify = "one_time_token_verify",
    /// An API client changed message templates: `saved`, `changed`, `deleted`.
    TemplateChange = "template_change",
    /// An API client had a verification code sent.
    VerificationCodeSend = "verification_code_send",
    /// Such a verification code was checked.
    VerificationCodeVerify = "verification_code_verify",
    /// A user reauthenticated to an app, or verified an address: `sent`, `success`, or why not.
    Verification = "verification",
    /// A signed-in user changed or removed an address, or was refused.
    AddressChange = "address_change",
    /// A signed-in user changed the profile.
    ProfileChange = "profile_change",
    /// An API client read users in bulk, or a password digest: `listed`, `searched` or `shown`.
    UserRead = "user_read",
    /// An API client read the signing keys of webhooks.
    WebhookRead = "hook_read",
    /// An API client tested a webhook receiver.
    WebhookTest = "hook_test",
    /// An API client checked a password against the policy or an account, and it failed.
    PasswordCheck = "password_check",
    /// The audit log was exported from the command line.
    AuditExport = "audit_export",
}
