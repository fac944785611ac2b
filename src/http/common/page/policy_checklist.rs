//! The password policy as a page shows it: a list that is ticked off while somebody types, and the hint for the generators of
//! password managers. No judging here: the domain decides. The surprise: the hint asks for three certain symbols, and
//! they are why no generated password can be refused.

use crate::model::policy::{PasswordPolicy, Violation};

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// What the script and the answers it gets call it.
    pub name: &'static str,
    /// The locale key.
    pub key: &'static str,
    /// The number in it.
    pub bound: Option<u32>,
}

/// Up to here a longest length is worth mentioning; nobody types more by hand.
const MAX_LEN_SHOWN: u32 = 64;
/// The length that generators are asked for, where the policy lets them.
const GENERATED_LEN: u32 = 20;
/// What a generated password has at least one of each. The three symbols stand in nobody's name and in no row, and a password
/// with three characters outside of every phrase stands, however short it is.
const REQUIRED_CLASSES: [&str; 6] = ["lower", "upper", "digit", "[-]", "[_]", "[.]"];

/// The list for this policy, in the order in which refusals come.
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

/// The name of the line that this breaks. Exhaustive on purpose: a new violation does not compile until it has one.
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

/// The `passwordrules` attribute. It allows less than the policy does, never more: a generated password that the server
/// then refuses would be the worst of first impressions.
pub fn passwordrules_attribute(policy: &PasswordPolicy) -> String {
    let (min, max) = (policy.length.min, policy.length.max);
    let room = usize::try_from(max).unwrap_or(REQUIRED_CLASSES.len());
    let required: String =
        REQUIRED_CLASSES.iter().take(room).map(|class| format!(" required: {class};")).collect();
    format!("minlength: {}; maxlength: {max};{required} max-consecutive: 2;", GENERATED_LEN.max(min).min(max))
}

#[cfg(test)]
mod tests;
