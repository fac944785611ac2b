//! The code of each refusal, by which clients and translations know it.

use crate::types::error::CaptchaFault;
use crate::types::error::refusal::Refusal;

impl Refusal {
    /// The stable public code, also the locale key below `refusal-` with dots as dashes.
    #[expect(clippy::too_many_lines, reason = "a line for each, so that none is forgotten")]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::IdentifierMalformed => "identifier.malformed",
            Self::IdentifierHidden => "identifier.hidden",
            Self::UsernameMixed => "username.mixed",
            Self::IdentifierUnreachable => "identifier.unreachable",
            Self::RecoveryDisabled => "recovery.off",
            Self::SignInDisabled => "sign-in.off",
            Self::SignUpDisabled => "sign-up.off",
            Self::InvalidCredentials => "credentials.wrong",
            Self::CodeWrong { .. } => "code.wrong",
            Self::CodeSuperseded { .. } => "code.earlier",
            Self::CodeMalformed => "code.malformed",
            Self::CodeExpired => "code.expired",
            Self::CodeExhausted => "code.exhausted",
            Self::RequestEnded => "request.ended",
            Self::RecoveryDelayed { .. } => "recovery.waits",
            Self::CodesBlocked => "codes.blocked",
            Self::PasswordBlocked => "password.blocked",
            Self::LinkExpired => "link.expired",
            Self::LinkUsed => "link.used",
            Self::LinkSuperseded => "link.earlier",
            Self::LinkUnknown => "link.unknown",
            Self::NumberWrong { .. } => "number.wrong",
            Self::GrantInvalid => "grant.gone",
            Self::PasswordWeak(_) => "password.rejected",
            Self::SamePassword => "password.same",
            Self::WrongCurrentPassword => "password.current",
            Self::Throttled { .. } => "throttled",
            Self::Busy { .. } => "busy",
            Self::BreachCheckUnavailable { .. } => "breaches.unavailable",
            Self::NotFound => "not-found",
            Self::EmailTaken => "email.taken",
            Self::PhoneTaken => "phone.taken",
            Self::UsernameTaken => "username.taken",
            Self::SettingsInvalid(_) => "settings.invalid",
            Self::Connector(_) => "connector.missing",
            Self::UserRequired => "person.needed",
            Self::Protocol(fault) => fault.error.code(),
            Self::Account(_) => "account.denied",
            Self::Captcha(CaptchaFault::Missing) => "captcha.required",
            Self::Captcha(_) => "captcha.failed",
            Self::Duplicate => "duplicate",
            Self::PasswordAndDigest => "user.password_and_digest",
            Self::PasswordAlgorithmMissing => "user.password_algorithm_required",
            Self::WebhookEventsMissing => "hook.events_missing",
        }
    }

    /// Whether it concerns the typed identifier, so that it is shown at that field.
    pub const fn is_about_identifier(&self) -> bool {
        matches!(
            self,
            Self::IdentifierMalformed
                | Self::IdentifierHidden
                | Self::UsernameMixed
                | Self::IdentifierUnreachable
                | Self::EmailTaken
                | Self::PhoneTaken
                | Self::UsernameTaken
        )
    }

    /// The codes for exceeding a limit. Of a flood of them only the first and their count are of interest.
    pub const OVER_LIMIT_CODES: [&'static str; 3] = ["throttled", "recovery.waits", "code.exhausted"];

    /// Seconds to wait, where waiting helps.
    pub const fn retry_after(&self) -> Option<i64> {
        match self {
            Self::RecoveryDelayed { retry_after }
            | Self::Throttled { retry_after }
            | Self::Busy { retry_after }
            | Self::BreachCheckUnavailable { retry_after } => Some(*retry_after),
            _ => None,
        }
    }
}
