//! Weak settings: allowed, but an operator should know about them. Each has its path and its risk, for
//! `check` and the log at startup; no page shows them.

use serde_json::Value;

use crate::settings::password_policy::{MIN_UNACKNOWLEDGED_LENGTH, PasswordPolicy};
use crate::settings::{SessionRevocation, Settings};

/// A setting that weakens every account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakness {
    /// Its path below `settings`.
    pub path: String,
    /// The risk.
    pub risk: &'static str,
}

/// The risk of a limit that is off.
const RISKS: [(&str, &str); 7] = [
    ("sendBackoff", "an attacker can send one message after another to any address, without a wait"),
    ("sendsPerAddress", "an attacker can flood any inbox and use up the quota of the mail account"),
    ("requestsPerIp", "one network can request messages to every account"),
    ("guessesPerRequest", "a code can be guessed without limit while it is valid"),
    ("authorizationsPerIp", "anybody can fill the database with sign-ins of apps that are never finished"),
    ("guessesPerAccount", "an account's codes can be guessed without limit, by new requests"),
    ("signInFailures", "an account's password can be guessed without limit"),
];
/// The risk of a limit without a text of its own.
const LIMIT_OFF: &str = "this limit is off: what it bounds can be done without limit";

impl Settings {
    /// All weak settings, in the order of the settings.
    pub fn weaknesses(&self) -> Vec<Weakness> {
        let policy = &self.sign_in_experience.password_policy;
        let chosen = [
            Choice {
                is_weak: policy.is_short(),
                path: "signInExperience.passwordPolicy.length.min",
                risk: "passwords of fewer than 8 characters are easily guessed",
            },
            Choice {
                is_weak: !policy.rejects.pwned,
                path: "signInExperience.passwordPolicy.rejects.pwned",
                risk: "passwords that are known from breaches are accepted",
            },
            Choice {
                is_weak: self.after_password_change.revoke == SessionRevocation::None,
                path: "afterPasswordChange.revoke",
                risk: "a stolen session stays valid after the password was changed",
            },
            Choice {
                is_weak: self.recovery.reveal_user_exists,
                path: "recovery.revealUserExists",
                risk: "anyone with the login key can find out who has an account",
            },
        ];
        let mut found: Vec<_> =
            chosen.into_iter().chain(self.operational_weaknesses()).filter_map(Choice::weakness).collect();
        found.extend(disabled_limits(&serde_json::to_value(self.throttle).unwrap_or_default()));
        found
    }
}

impl Settings {
    /// Settings that can weaken the whole installation, and whether they do.
    fn operational_weaknesses(&self) -> [Choice; 4] {
        const REACHES: &str = "callers who may create webhooks, connectors or applications can have requests sent to this host and its network";
        [
            Choice {
                is_weak: self.webhooks.allow_private_addresses,
                path: "webhooks.allowPrivateAddresses",
                risk: REACHES,
            },
            Choice {
                is_weak: self.outbound.allow_private_addresses,
                path: "outbound.allowPrivateAddresses",
                risk: REACHES,
            },
            Choice {
                is_weak: self.signing_keys.rotate_every_days == 0,
                path: "signingKeys.rotateEveryDays",
                risk: "a leaked signing key stays valid until it is rotated by hand",
            },
            Choice {
                is_weak: (1..30).contains(&self.audit.keep_days),
                path: "audit.keepDays",
                risk: "entries about an attack are deleted before most attacks are noticed",
            },
        ]
    }
}

/// A setting that can weaken every account, and whether it does.
struct Choice {
    /// Whether the chosen value is weak.
    is_weak: bool,
    /// Its path below `settings`.
    path: &'static str,
    /// The risk if it is.
    risk: &'static str,
}

impl Choice {
    /// The weakness, if it is one.
    fn weakness(self) -> Option<Weakness> {
        self.is_weak.then(|| Weakness { path: self.path.to_owned(), risk: self.risk })
    }
}

/// Every limit that is off, including ones added later: a limit of 0, or a first wait of 0.
fn disabled_limits(throttle: &Value) -> Vec<Weakness> {
    let is_zero = |value: &Value| value.as_u64() == Some(0);
    let is_off = |value: &Value| {
        is_zero(value) || value.get("limit").is_some_and(is_zero) || value.get("base").is_some_and(is_zero)
    };
    let known =
        |name: &str| RISKS.iter().find(|(known, _)| *known == name).map_or(LIMIT_OFF, |(_, risk)| *risk);
    let limits = throttle.as_object().into_iter().flatten();
    let off = limits.filter(|(_, value)| is_off(value));
    off.map(|(name, _)| Weakness { path: format!("throttle.{name}"), risk: known(name) }).collect()
}

/// The acknowledgement missing from a new policy that allows passwords shorter than recommended; none when
/// the old one did too, or it is given.
pub(crate) fn unacknowledged_weakness(before: &PasswordPolicy, after: &PasswordPolicy) -> Option<String> {
    let is_new = after.length.min != before.length.min;
    (after.is_short() && !after.acknowledge_weak && is_new).then(|| {
        format!(
            "passwordPolicy.length.min: expected {MIN_UNACKNOWLEDGED_LENGTH} or more, or \"acknowledgeWeak\": true beside \"length\", because shorter passwords are guessed"
        )
    })
}

#[cfg(test)]
mod tests;
