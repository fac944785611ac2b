//! Passwords of random pieces: the policy agrees with the reference implementation and never panics.

use proptest::prelude::*;

use super::{judge, reference_impl};
use crate::passwords::policy::evaluator::{PolicyEvaluator, UserContext};
use crate::settings::password_policy::PasswordPolicy;
use crate::types::secret::{SeededRng, gen_range};

/// What passwords and names are made of, separated by `|`.
const PIECES: &str = "a|aa|aaa|A|b|abc|CBA|aBc|cde|123|321|9|0|qwe|poi|rty|1qaz|2WSX|John|doe|DOE|Ada| |  |j.d|acme|Corp|\
                      é|e\u{301}|ÉÉÉ|ñ|ß|İ|Σ|ς|σ|😀|😀😀😀|\u{200f}|\0|\t|!|x7|@";

/// A seeded stream of choices.
struct SeededChoices {
    rng: SeededRng,
    pieces: Vec<&'static str>,
}

impl SeededChoices {
    fn below(&self, bound: u32) -> u32 {
        gen_range(&self.rng, bound)
    }

    fn piece(&self) -> &'static str {
        self.pieces[self.below(u32::try_from(self.pieces.len()).unwrap()) as usize]
    }

    /// Up to `most` concatenated pieces.
    fn text(&self, most: u32) -> String {
        (0..self.below(most + 1)).map(|_| self.piece()).collect()
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

/// The number of passwords checked by both implementations.
const JUDGEMENTS: u32 = 200_000;
/// How many of them each policy and person get.
const EACH: u32 = 20;

#[test]
fn the_quick_way_agrees_with_the_literal_way() {
    let dice = SeededChoices { rng: SeededRng::new(3), pieces: PIECES.split('|').collect() };
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
