//! Events for the audit log. A journey records each event once; details are short machine-readable words,
//! never a secret and never user input.

mod kind;

use serde_json::Value;

pub use crate::audit::event::kind::EventKind;
use crate::types::error::Refusal;
use crate::types::identifier::Channel;
use crate::types::ids::UserId;

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its kind.
    pub kind: EventKind,
    /// `success`, the code of the refusal, or a word specific to the kind.
    pub result: &'static str,
    /// The user, when known.
    pub user_id: Option<UserId>,
    /// The verification request or session it belongs to.
    pub about: Option<String>,
    /// The channel of the message that it is about.
    pub channel: Option<Channel>,
    /// What was changed, read or tested, as JSON: ids, counts and names, never a secret and never a user's
    /// address.
    pub details: Option<Value>,
}

impl Event {
    /// An event with this kind-specific result.
    pub(crate) const fn with_result(kind: EventKind, result: &'static str, user_id: Option<UserId>) -> Self {
        Self { kind, result, user_id, about: None, channel: None, details: None }
    }

    /// A success.
    pub const fn success(kind: EventKind, user_id: Option<UserId>) -> Self {
        Self::with_result(kind, "success", user_id)
    }

    /// A refusal for this reason.
    pub const fn refused(kind: EventKind, reason: &'static str, user_id: Option<UserId>) -> Self {
        Self::with_result(kind, reason, user_id)
    }

    /// Adds the request or session.
    pub fn with_subject(mut self, id: &str) -> Self {
        self.about = Some(id.to_owned());
        self
    }

    /// Adds the channel of the message.
    pub(crate) const fn with_channel(mut self, channel: Option<Channel>) -> Self {
        self.channel = channel;
        self
    }

    /// Adds the details.
    pub fn with_details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    /// Whether it is a refusal for exceeding a limit.
    pub(super) fn is_over_limit(&self) -> bool {
        Refusal::OVER_LIMIT_CODES.contains(&self.result)
    }

    /// Its log key in Logto's Management API.
    pub const fn key(&self) -> &'static str {
        log_key(self.kind, self.channel)
    }
}

/// The log key of an event in Logto's Management API; our own name where it has none. Sending and checking a
/// code have one key per channel; if the channel is unknown, the key names the step.
const fn log_key(kind: EventKind, channel: Option<Channel>) -> &'static str {
    match kind {
        EventKind::PasswordResetInit => match channel {
            Some(Channel::Email) => "Interaction.ForgotPassword.Verification.EmailVerificationCode.Create",
            Some(Channel::Phone) => "Interaction.ForgotPassword.Verification.PhoneVerificationCode.Create",
            None => "Interaction.ForgotPassword.Create",
        },
        EventKind::PasswordResetVerify => match channel {
            Some(Channel::Email) => "Interaction.ForgotPassword.Verification.EmailVerificationCode.Submit",
            Some(Channel::Phone) => "Interaction.ForgotPassword.Verification.PhoneVerificationCode.Submit",
            None => "Interaction.ForgotPassword.Identifier.Submit",
        },
        EventKind::SignInInit => match channel {
            Some(Channel::Email) => "Interaction.SignIn.Verification.EmailVerificationCode.Create",
            Some(Channel::Phone) => "Interaction.SignIn.Verification.PhoneVerificationCode.Create",
            None => "Interaction.SignIn.Create",
        },
        EventKind::SignInVerify => match channel {
            Some(Channel::Email) => "Interaction.SignIn.Verification.EmailVerificationCode.Submit",
            Some(Channel::Phone) => "Interaction.SignIn.Verification.PhoneVerificationCode.Submit",
            None => "Interaction.SignIn.Identifier.Submit",
        },
        EventKind::SignUpInit => match channel {
            Some(Channel::Email) => "Interaction.Register.Verification.EmailVerificationCode.Create",
            Some(Channel::Phone) => "Interaction.Register.Verification.PhoneVerificationCode.Create",
            None => "Interaction.Register.Create",
        },
        EventKind::SignUpVerify => match channel {
            Some(Channel::Email) => "Interaction.Register.Verification.EmailVerificationCode.Submit",
            Some(Channel::Phone) => "Interaction.Register.Verification.PhoneVerificationCode.Submit",
            None => "Interaction.Register.Identifier.Submit",
        },
        other => without_channel(other),
    }
}

/// The keys that do not depend on a channel.
const fn without_channel(kind: EventKind) -> &'static str {
    match kind {
        EventKind::PasswordReset => "Interaction.ForgotPassword.Submit",
        EventKind::SignIn => "Interaction.SignIn.Submit",
        EventKind::SignUp => "Interaction.Register.Submit",
        EventKind::AppSignIn => "Interaction.End",
        EventKind::CodeExchange => "ExchangeTokenBy.AuthorizationCode",
        EventKind::TokenRefresh => "ExchangeTokenBy.RefreshToken",
        EventKind::MachineToken => "ExchangeTokenBy.ClientCredentials",
        EventKind::GrantEnd => "RevokeToken",
        other => other.name(),
    }
}
