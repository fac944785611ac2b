//! The keys of limits: what is counted, and for whom.

use crate::{Context, Core};

/// What is counted. The name is part of the row's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitKind {
    /// Requests for a code from one network or user.
    VerificationRequests,
    /// Messages to one address.
    Sends,
    /// Codes checked for one account.
    Guesses,
    /// Passwords checked for one account.
    SignIn,
    /// Wrong passwords from one network, for any account.
    SignInByNetwork,
    /// New passwords compared with the current one of an account.
    PasswordComparisons,
    /// Waits in place of a captcha.
    CaptchaWaits,
    /// Uses of one captcha pass.
    CaptchaProofs,
    /// Usernames that one user checked.
    UsernameChecks,
    /// Webhook events for an address that exceeded its limit.
    LimitEvents,
}

/// The subject of guesses at an address, by its key, that a signed-in user wants to prove and that is not the
/// account's yet.
pub(crate) fn new_address_subject(key: &str) -> String {
    format!("new:{key}")
}

/// The id of a row: the subject is stored as a keyed digest only.
pub(crate) fn row_id(core: &Core, purpose: LimitKind, subject: &str) -> String {
    let name = match purpose {
        LimitKind::VerificationRequests => "ip",
        LimitKind::Sends => "sends",
        LimitKind::Guesses => "guesses",
        LimitKind::SignIn => "sign_in",
        LimitKind::SignInByNetwork => "sign_in_ip",
        LimitKind::PasswordComparisons => "comparisons",
        LimitKind::CaptchaWaits => "captcha_waits",
        LimitKind::CaptchaProofs => "captcha_proofs",
        LimitKind::UsernameChecks => "names",
        LimitKind::LimitEvents => "limits_told",
    };
    format!("{name}:{}", core.keys.rate_limit_key(subject))
}

/// The id of a row counted by network: by the whole line, not by the one address that was used.
pub(crate) fn network_row_id(context: Context<'_>, purpose: LimitKind) -> String {
    row_id(context.core, purpose, &context.caller.network().to_string())
}
