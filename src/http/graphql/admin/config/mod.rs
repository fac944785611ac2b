//! The active settings in the types of this API; [`super::settings`] changes them. A field without a setting
//! here is present with its fixed value.

mod output;

use async_graphql::{Enum, SimpleObject};

use crate::core::settings::Settings;
use crate::core::settings::captcha::CaptchaProvider as Kind;
use crate::core::types::identifier::IdentifierKind;
use crate::http::graphql::payload::Interval;

/// What a new password must be like.
#[derive(SimpleObject)]
pub struct ConfigPassword {
    /// The fewest characters.
    min_length: i32,
    /// None: the policy counts classes of characters, not those of one class.
    require_uppercase: i32,
    /// None: the policy counts classes of characters, not those of one class.
    require_lowercase: i32,
    /// None: the policy counts classes of characters, not those of one class.
    require_digit: i32,
    /// None: the policy counts classes of characters, not those of one class.
    require_special: i32,
    /// None.
    pattern: Option<String>,
    /// Whether common passwords are refused; one switch with `checkHibp`.
    check_blacklist: bool,
    /// Whether leaked passwords are refused; one switch with `checkBlacklist`.
    check_hibp: bool,
}

/// How people sign in.
#[derive(SimpleObject)]
pub struct ConfigLogin {
    /// The first wait between two messages to one address.
    base_backoff: Interval,
    /// The longest.
    max_backoff: Interval,
    /// How long a message counts.
    attempt_window: Interval,
    /// Whether a reset tells that nobody has an address.
    reveal_user_exists: bool,
    /// Never.
    reveal_login_method: bool,
    /// How long a session lasts.
    default_token_expiration: Interval,
    /// How long a session can last.
    max_token_expiration: Option<Interval>,
    /// None: there are no second factors.
    mfa_grace_duration: Interval,
    /// Not noticed here.
    anomaly_detection: ConfigAnomalyDetection,
}

/// Whether sign-ins from new places are noticed.
#[derive(SimpleObject)]
pub struct ConfigAnomalyDetection {
    /// They are not.
    enabled: bool,
    /// Without effect.
    history_size: i32,
    /// Without effect.
    email_threshold: i32,
    /// Without effect.
    step_up_threshold: i32,
}

/// How accounts are made.
#[derive(SimpleObject)]
pub struct ConfigSignup {
    /// Always: an address is proved before it is kept.
    require_email_verification: bool,
}

/// How addresses change.
#[derive(SimpleObject)]
pub struct ConfigEmailChange {
    /// Always: an address is proved before it is kept.
    require_verification: bool,
}

/// For whom something is on.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ConfigPolicy {
    /// Everybody.
    #[graphql(name = "always")]
    Always,
    /// Nobody.
    #[graphql(name = "never")]
    Never,
    /// Not kept for each person here.
    #[graphql(name = "optIn")]
    OptIn,
    /// Not kept for each person here.
    #[graphql(name = "optOut")]
    OptOut,
}

impl ConfigPolicy {
    /// Whether users can sign in by a code.
    pub(super) fn from_settings(settings: &Settings) -> Self {
        let mut methods = settings.sign_in_experience.sign_in.methods.iter();
        let is_on =
            methods.any(|method| method.identifier == IdentifierKind::Email && method.verification_code);
        if is_on { Self::Always } else { Self::Never }
    }
}

/// Signing in by a code.
#[derive(SimpleObject)]
pub struct ConfigPasswordless {
    /// Whether it is on for addresses.
    enabled: ConfigPolicy,
    /// None: the code is typed where it was asked for.
    url: Option<String>,
    /// How long a code works, whatever it is for.
    expiration: Interval,
}

/// So many in so long.
#[derive(SimpleObject)]
pub struct ConfigRateLimitWindow {
    /// How many; 0 for no limit.
    limit: i32,
    /// In how long.
    window: Interval,
}

/// How often anything may be asked for.
#[derive(SimpleObject)]
pub struct ConfigRateLimits {
    /// One limit with `passwordResetPerIp`. A key of the role `root` is not limited.
    sign_up_per_ip: ConfigRateLimitWindow,
    /// Not limited: failures are counted for each account and address.
    login_per_ip: ConfigRateLimitWindow,
    /// Messages asked for from one network address, for whatever purpose.
    password_reset_per_ip: ConfigRateLimitWindow,
    /// One limit with `passwordResetPerIp`.
    passwordless_init_per_ip: ConfigRateLimitWindow,
    /// One limit with `passwordResetPerIp`.
    email_verification_per_ip: ConfigRateLimitWindow,
    /// Messages to one address.
    email_otp_per_person: ConfigRateLimitWindow,
}

/// Who checks that nobody is a machine.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CaptchaProvider {
    /// Cloudflare's.
    #[graphql(name = "turnstile")]
    Turnstile,
    /// Intuition Machines'.
    #[graphql(name = "hcaptcha")]
    Hcaptcha,
    /// Google's that scores.
    #[graphql(name = "recaptchaV3")]
    RecaptchaV3,
    /// This server's own proof of work.
    #[graphql(name = "altcha")]
    Altcha,
}

/// What is protected.
#[derive(SimpleObject)]
pub struct ConfigCaptchaProtect {
    /// Making an account.
    sign_up: bool,
    /// Asking for a new password.
    password_reset: bool,
    /// Asking for a code to sign in with.
    passwordless_init: bool,
    /// Never: an address is verified by what it is asked for.
    email_verification: bool,
}

/// Who checks that nobody is a machine.
#[derive(SimpleObject)]
pub struct ConfigCaptcha {
    /// Who; none where nobody does.
    provider: Option<CaptchaProvider>,
    /// The least score; only `recaptchaV3` gives one.
    threshold: Option<f64>,
    /// What is protected.
    protect: ConfigCaptchaProtect,
}

const PROVIDERS: [(CaptchaProvider, Kind); 4] = [
    (CaptchaProvider::Turnstile, Kind::Turnstile),
    (CaptchaProvider::Hcaptcha, Kind::Hcaptcha),
    (CaptchaProvider::RecaptchaV3, Kind::RecaptchaV3),
    (CaptchaProvider::Altcha, Kind::Altcha),
];

impl CaptchaProvider {
    /// As the settings name it.
    pub(super) fn name(self) -> &'static str {
        PROVIDERS.iter().find(|(theirs, _)| *theirs == self).map_or("", |(_, ours)| ours.name())
    }
}

/// How the installation is set up.
#[derive(SimpleObject)]
pub struct Config {
    /// What a new password must be like.
    password: ConfigPassword,
    /// How people sign in.
    login: ConfigLogin,
    /// Who checks that nobody is a machine.
    captcha: ConfigCaptcha,
    /// How often anything may be asked for.
    rate_limits: ConfigRateLimits,
    /// How accounts are made.
    signup: ConfigSignup,
    /// How addresses change.
    email_change: ConfigEmailChange,
    /// Signing in by a code.
    passwordless: ConfigPasswordless,
}
