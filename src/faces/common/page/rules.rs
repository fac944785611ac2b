//! The password policy as a page shows it: a list that the script ticks off while somebody types, and the hint for the
//! generators of password managers. No judging here: what is ticked is a courtesy, the domain decides.

use crate::model::policy::PasswordPolicy;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The locale key.
    pub key: &'static str,
    /// The number in it.
    pub bound: Option<u32>,
    /// What the script may check: `min`, `max`, `types`, `ascii`; empty when only the server can know.
    pub check: &'static str,
}

/// Up to here a longest length is worth mentioning; nobody types more by hand.
const LONG: u32 = 64;

/// The classes of characters in the order in which a generator is asked for them.
const CLASSES: [&str; 4] = ["lower", "upper", "digit", "special"];

/// The list for this policy, in the order in which refusals come.
pub fn of(policy: &PasswordPolicy) -> Vec<Rule> {
    let rejects = &policy.rejects;
    let rule = |key, bound, check| Rule { key, bound, check };
    let types = policy.character_types.min;
    [
        Some(rule("rule-min", Some(policy.length.min), "min")),
        (policy.length.max < LONG).then(|| rule("rule-max", Some(policy.length.max), "max")),
        (types > 1).then(|| rule("rule-types", Some(types), "types")),
        rejects.non_ascii.then(|| rule("rule-ascii", None, "ascii")),
        rejects.repetition_and_sequence.then(|| rule("rule-patterns", None, "patterns")),
        (rejects.user_info || !rejects.words.is_empty()).then(|| rule("rule-personal", None, "")),
        rejects.pwned.then(|| rule("rule-pwned", None, "")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The `passwordrules` attribute. It allows less than the policy does, never more: a generated password that the
/// server then refuses would be the worst of first impressions.
pub fn passwordrules(policy: &PasswordPolicy) -> String {
    let length = policy.length;
    let wanted = usize::try_from(policy.character_types.min).unwrap_or(CLASSES.len());
    let required: String = match wanted {
        0 | 1 => String::new(),
        _ => CLASSES.iter().take(wanted).map(|class| format!(" required: {class};")).collect(),
    };
    let repeats = if policy.rejects.repetition_and_sequence { " max-consecutive: 2;" } else { "" };
    format!(
        "minlength: {}; maxlength: {};{required} allowed: ascii-printable;{repeats}",
        length.min, length.max
    )
}

#[cfg(test)]
mod tests {
    use super::{of, passwordrules};
    use crate::model::policy::PasswordPolicy;

    #[test]
    fn the_default_policy_is_four_short_lines() {
        let keys: Vec<&str> = of(&PasswordPolicy::default()).iter().map(|rule| rule.key).collect();
        assert_eq!(keys, ["rule-min", "rule-patterns", "rule-personal", "rule-pwned"]);
    }

    #[test]
    fn a_generator_is_asked_for_every_class_the_policy_wants() {
        let mut policy = PasswordPolicy::default();
        policy.character_types.min = 3;
        assert_eq!(
            passwordrules(&policy),
            "minlength: 8; maxlength: 256; required: lower; required: upper; required: digit; \
             allowed: ascii-printable; max-consecutive: 2;"
        );
    }
}
