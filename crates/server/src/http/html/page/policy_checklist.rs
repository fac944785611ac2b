//! The password policy as a page shows it: a list that is ticked off while the user types, and the
//! `passwordrules` attribute for password managers. It does not check passwords; the core does. The
//! attribute requires three certain symbols, which ensure that no generated password is refused.

use rekey_core::settings::password_policy::PasswordPolicy;
use rekey_core::types::error::violation::Violation;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// Its name for the script and in the responses that the script gets.
    pub name: &'static str,
    /// The locale key.
    pub key: &'static str,
    /// The number in the message.
    pub bound: Option<u32>,
}

/// A longer maximum length is not shown; nobody types more by hand.
const MAX_LEN_SHOWN: u32 = 64;
/// The length that generators are asked for, if the policy allows it.
const GENERATED_LEN: u32 = 20;
/// Every generated password has at least one of each class. The three symbols occur in no name and no
/// keyboard row, and a password with three characters outside every phrase is accepted however short it is.
const REQUIRED_CLASSES: [&str; 6] = ["lower", "upper", "digit", "[-]", "[_]", "[.]"];

/// The list for this policy, in the order in which violations are reported.
pub fn list_rules(policy: &PasswordPolicy) -> Vec<PolicyRule> {
    let rejects = &policy.rejects;
    let rule = |name, key, bound| PolicyRule { name, key, bound };
    let types = policy.character_types.min;
    [
        Some(rule("min", "rule-min", Some(policy.length.min))),
        (policy.length.max < MAX_LEN_SHOWN).then(|| rule("max", "rule-max", Some(policy.length.max))),
        (types > 1).then(|| rule("types", "rule-types", Some(types))),
        rejects.non_ascii.then(|| rule("ascii", "rule-ascii", None)),
        rejects.repetition_and_sequence.then(|| rule("patterns", "rule-patterns", None)),
        (!rejects.words.is_empty()).then(|| rule("words", "rule-words", None)),
        rejects.user_info.then(|| rule("personal", "rule-personal", None)),
        rejects.pwned.then(|| rule("pwned", "rule-pwned", None)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The name of the violated rule. Exhaustive, so that a new violation does not compile until it has a name.
pub const fn rule_name(violation: Violation) -> &'static str {
    match violation {
        Violation::TooShort { .. } => "min",
        Violation::TooLong { .. } => "max",
        Violation::CharacterTypes { .. } => "types",
        Violation::UnsupportedCharacters => "ascii",
        Violation::Repetition | Violation::Sequence => "patterns",
        Violation::Words => "words",
        Violation::UserInfo => "personal",
        Violation::Pwned => "pwned",
    }
}

/// The `passwordrules` attribute. It allows less than the policy does, never more: a generated password must
/// not be refused by the server.
pub fn passwordrules_attribute(policy: &PasswordPolicy) -> String {
    let min = policy.length.min;
    let max = policy.length.max;
    let room = usize::try_from(max).unwrap_or(REQUIRED_CLASSES.len());
    let required: String =
        REQUIRED_CLASSES.iter().take(room).map(|class| format!(" required: {class};")).collect();
    format!("minlength: {}; maxlength: {max};{required} max-consecutive: 2;", GENERATED_LEN.max(min).min(max))
}

#[cfg(test)]
mod attribute_tests;

#[cfg(test)]
mod tests {
    use super::{list_rules, rule_name};
    use rekey_core::settings::password_policy::PasswordPolicy;
    use rekey_core::types::error::violation::Violation;

    #[test]
    fn the_default_policy_is_four_short_lines() {
        let names: Vec<&str> = list_rules(&PasswordPolicy::default()).iter().map(|rule| rule.name).collect();
        assert_eq!(names, ["min", "patterns", "personal", "pwned"]);
    }

    #[test]
    fn whatever_a_policy_refuses_has_a_line() {
        let mut strict = PasswordPolicy::default();
        (strict.length.max, strict.character_types.min, strict.rejects.non_ascii) = (40, 4, true);
        strict.rejects.words.push("kettle".to_owned());
        let rules = list_rules(&strict);
        for violation in Violation::EXAMPLES {
            assert!(rules.iter().any(|rule| rule.name == rule_name(violation)), "{violation:?}");
        }
    }
}
