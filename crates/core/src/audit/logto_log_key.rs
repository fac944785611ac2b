//! Maps audit events to the log keys of Logto's Management API. Sending and checking a code have one key per
//! channel; if the channel is unknown, the key names the step.

use crate::audit::event::EventKind;
use crate::types::identifier::Channel;

/// The key of an event in this API; our own name where it has none.
pub const fn for_event(kind: EventKind, channel: Option<Channel>) -> &'static str {
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
