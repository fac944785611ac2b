//! Tests the policy with its vectors, rule by rule, and against a slower reference implementation.

use proptest::prelude::*;
use serde_json::Value;

use crate::passwords::policy::evaluator::{PolicyEvaluator, UserContext};
use crate::settings::password_policy::PasswordPolicy;
use crate::types::error::violation::Violation;
use crate::types::secret::{SeededRng, gen_range};

mod reference_impl;

/// Checks a password that is on no list.
fn judge(policy: &PasswordPolicy, password: &str, about: &UserContext) -> Vec<Violation> {
    PolicyEvaluator::new(policy.clone()).violations(password, about, false)
}

const VECTORS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/password-policy.vectors.jsonl"));

fn policy(json: &str) -> PasswordPolicy {
    serde_json::from_str(json).unwrap()
}

/// The policy of a vector: without breach check, as when the vectors were made, and with the strict alphabet.
fn strict(overrides: &Value) -> PasswordPolicy {
    let mut policy: PasswordPolicy = serde_json::from_value(overrides.clone()).unwrap();
    policy.rejects.pwned = false;
    policy.rejects.non_ascii = true;
    policy
}

fn lenient() -> PasswordPolicy {
    policy(r#"{"rejects":{"pwned":false}}"#)
}

/// A violation in the notation of the vectors: `too_short{"min":8}`.
fn format_violation(violation: Violation) -> String {
    let code = violation.code().trim_start_matches("password_rejected.");
    match (violation, violation.bound()) {
        (Violation::TooLong { .. }, Some(bound)) => format!("{code}{{\"max\":{bound}}}"),
        (_, Some(bound)) => format!("{code}{{\"min\":{bound}}}"),
        (_, None) => code.to_owned(),
    }
}

#[test]
fn every_vector_is_judged_as_recorded() {
    let lines: Vec<Value> = VECTORS.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let vectors: Vec<&Value> = lines.iter().filter(|line| line.get("issues").is_some()).collect();
    assert_eq!(vectors.len(), 58);
    for vector in vectors {
        let password = vector["password"].as_str().unwrap().replace("<a x 257>", &"a".repeat(257));
        let known = |field: &str| vector["userInfo"][field].as_str();
        let about = UserContext {
            name: known("name"),
            username: known("username"),
            email: known("email"),
            phone: known("phoneNumber"),
        };
        let expected: Vec<&str> =
            vector["issues"].as_array().unwrap().iter().map(|issue| issue.as_str().unwrap()).collect();
        let found: Vec<String> =
            judge(&strict(&vector["policy"]), &password, &about).into_iter().map(format_violation).collect();
        assert_eq!(found, expected, "{vector}");
    }
}

#[test]
fn the_default_policy_is_the_recorded_one() {
    let recorded = policy(VECTORS.lines().last().unwrap());
    assert_eq!(recorded, PasswordPolicy::default());
}

#[test]
fn other_alphabets_are_welcome_and_count_by_code_point() {
    let nobody = UserContext::default();
    assert_eq!(judge(&lenient(), "pässwort mit ümlaut", &nobody), []);
    assert_eq!(judge(&lenient(), "ключ😀🐢🌵🍞", &nobody), []);
    assert_eq!(judge(&lenient(), "ключ😀🐢🌵", &nobody), [Violation::TooShort { min: 8 }]);
    assert_eq!(judge(&lenient(), "e\u{301}clairs", &nobody), [Violation::TooShort { min: 8 }]);
    assert_eq!(judge(&lenient(), "tab\tpassword", &nobody), []);
    assert_eq!(judge(&lenient(), "ééééééééé", &nobody), [Violation::Repetition]);
}

#[test]
fn other_letters_are_one_more_class() {
    let mut two = lenient();
    two.character_types.min = 2;
    assert_eq!(judge(&two, "пароли-нет", &UserContext::default()), []);
    assert_eq!(judge(&two, "паролинет", &UserContext::default()), [Violation::CharacterTypes { min: 2 }]);
}

#[test]
fn a_name_is_found_in_either_spelling_and_case() {
    let about = UserContext { name: Some("Zoe\u{301} Ångström"), ..UserContext::default() };
    assert_eq!(judge(&lenient(), "ZOÉångström1", &about), [Violation::UserInfo]);
    let phone = UserContext { phone: Some("+44 7755 900188"), ..UserContext::default() };
    assert_eq!(judge(&lenient(), "447755900188", &phone), [Violation::UserInfo]);
}

#[test]
fn what_hashing_would_refuse_is_too_long_whatever_the_policy() {
    let generous = policy(r#"{"length":{"max":100000}}"#);
    assert_eq!(judge(&generous, &"xy7!".repeat(1024), &UserContext::default()), []);
    let found = judge(&generous, &"xy7!".repeat(1025), &UserContext::default());
    assert_eq!(found, [Violation::TooLong { max: 4096 }]);
}

#[test]
fn a_leaked_password_is_refused_unless_switched_off() {
    let nobody = UserContext::default();
    assert_eq!(PolicyEvaluator::default().violations("Football2019!", &nobody, true), [Violation::Pwned]);
    assert_eq!(PolicyEvaluator::new(lenient()).violations("Football2019!", &nobody, true), []);
}

/// A seeded stream of choices.
struct SeededChoices(SeededRng);

impl SeededChoices {
    fn below(&self, bound: u32) -> u32 {
        gen_range(&self.0, bound)
    }

    fn one<'t>(&self, of: &[&'t str]) -> &'t str {
        of[self.below(u32::try_from(of.len()).unwrap()) as usize]
    }

    /// Up to `most` concatenated pieces.
    fn text(&self, most: u32) -> String {
        (0..self.below(most + 1)).map(|_| self.one(&PIECES)).collect()
    }

    fn policy(&self) -> PasswordPolicy {
        let mut policy = PasswordPolicy::default();
        policy.length.min = 1 + self.below(14);
        policy.length.max = policy.length.min + self.below(20);
        policy.character_types.min = 1 + self.below(4);
        let rejects = &mut policy.rejects;
        rejects.pwned = self.below(2) == 0;
        rejects.repetition_and_sequence = self.below(4) > 0;
        rejects.user_info = self.below(4) > 0;
        rejects.non_ascii = self.below(2) == 0;
        rejects.words = (0..self.below(4)).map(|_| self.text(3)).collect();
        policy
    }

    /// Name, username, address, number; each may be missing.
    fn person(&self) -> [Option<String>; 4] {
        let name = format!("{} {}", self.text(2), self.text(2));
        let number = format!("+1 {}-555", self.below(1000));
        [name, self.text(2), format!("{}@{}", self.text(2), self.text(1)), number]
            .map(|text| (self.below(3) > 0).then_some(text))
    }
}

const PIECES: [&str; 44] = [
    "a",
    "aa",
    "aaa",
    "A",
    "b",
    "abc",
    "CBA",
    "aBc",
    "cde",
    "123",
    "321",
    "9",
    "0",
    "qwe",
    "poi",
    "rty",
    "1qaz",
    "2WSX",
    "John",
    "doe",
    "DOE",
    "Ada",
    " ",
    "  ",
    "j.d",
    "acme",
    "Corp",
    "é",
    "e\u{301}",
    "ÉÉÉ",
    "ñ",
    "ß",
    "İ",
    "Σ",
    "ς",
    "σ",
    "😀",
    "😀😀😀",
    "\u{200f}",
    "\0",
    "\t",
    "!",
    "x7",
    "@",
];

/// The number of passwords checked by both implementations.
const JUDGEMENTS: u32 = 200_000;
/// How many of them each policy and person get.
const EACH: u32 = 20;

#[test]
fn the_quick_way_agrees_with_the_literal_way() {
    let dice = SeededChoices(SeededRng::new(3));
    let mut refused = 0;
    let mut welcome = 0;
    for _ in 0..JUDGEMENTS / EACH {
        let policy = dice.policy();
        let person = dice.person();
        let [name, username, email, phone] = person.each_ref().map(Option::as_deref);
        let about = UserContext { name, username, email, phone };
        let judge = PolicyEvaluator::new(policy.clone());
        for _ in 0..EACH {
            let password = dice.text(8);
            let leaked = dice.below(8) == 0;
            let quick = judge.violations(&password, &about, leaked);
            assert_eq!(
                quick,
                reference_impl::violations(&policy, &password, &about, leaked),
                "{password:?} {about:?} {policy:?}"
            );
            *(if quick.is_empty() { &mut welcome } else { &mut refused }) += 1;
        }
    }
    assert!(
        refused > JUDGEMENTS / 20 && welcome > JUDGEMENTS / 20,
        "both verdicts occur: {refused}, {welcome}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_it_stumble(password in any::<String>(), name in any::<String>(), strict in any::<bool>()) {
        let mut policy = PasswordPolicy::default();
        policy.rejects.non_ascii = strict;
        policy.rejects.words = vec![name.clone()];
        let about = UserContext { name: Some(&name), username: Some(&password), email: Some(&name), phone: Some(&name) };
        judge(&policy, &password, &about);
    }
}
