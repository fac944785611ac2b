//! Every password that follows the attribute must be accepted. The attribute is parsed as a password manager
//! does, and generated passwords are checked by the policy itself.

use crate::http::html::page::policy_checklist::passwordrules_attribute;
use rekey_core::passwords::breaches::Filter;
use rekey_core::passwords::policy::evaluator::{PolicyEvaluator, UserContext};
use rekey_core::settings::password_policy::PasswordPolicy;
use rekey_core::types::secret::{SeededRng, gen_range};

/// How many policies and users, and how many passwords for each.
const PAIRS: usize = 500;
const PASSWORDS: usize = 200;

const NAMES: [&str; 10] = [
    "Ada Lovelace",
    "J. R. R. Tolkien",
    "X Æ A Xii",
    "Bo Li",
    "A B C D E F",
    "Jean-Luc O'Neill",
    "Q",
    "Ng",
    "María José de la Cruz",
    "李 小龍",
];
const USERNAMES: [&str; 6] = ["ada", "a1", "x", "k_9", "qwerty", "10.5"];
const EMAILS: [&str; 6] = [
    "a@example.org",
    "ada.l-b_c@example.org",
    "7@example.org",
    "x.y@z.example",
    "ng@example.org",
    "abc123@example.org",
];
const WORDS: [&str; 8] = ["rekey", "a", "kettle", "7", "Zz", "qu", "4u", "copper kettle"];

/// The attribute as a password manager understands it: classes that each occur at least once, and no other
/// characters.
struct Rules {
    min: usize,
    max: usize,
    required: Vec<Vec<char>>,
    consecutive: usize,
}

/// Parses `key: value; …` with the classes of the HTML proposal and `[…]`, in which a hyphen comes first and
/// a bracket last.
fn read(attribute: &str) -> Rules {
    let mut rules = Rules { min: 0, max: usize::MAX, required: Vec::new(), consecutive: usize::MAX };
    for rule in attribute.split(';').map(str::trim).filter(|rule| !rule.is_empty()) {
        let (key, value) = rule.split_once(':').unwrap();
        let value = value.trim();
        match key {
            "minlength" => rules.min = value.parse().unwrap(),
            "maxlength" => rules.max = value.parse().unwrap(),
            "required" => {
                rules.required.push(value.split(',').flat_map(|class| letters(class.trim())).collect())
            }
            "max-consecutive" => rules.consecutive = value.parse().unwrap(),
            other => panic!("no such rule: {other}"),
        }
    }
    rules
}

fn letters(class: &str) -> Vec<char> {
    match class {
        "lower" => ('a'..='z').collect(),
        "upper" => ('A'..='Z').collect(),
        "digit" => ('0'..='9').collect(),
        class => class.strip_prefix('[').unwrap().strip_suffix(']').unwrap().chars().collect(),
    }
}

fn pick<T: Copy>(rng: &SeededRng, from: &[T]) -> T {
    from[gen_range(rng, u32::try_from(from.len()).unwrap()) as usize]
}

/// A random password that follows the rules: every required class once, in random places, the rest from all
/// classes.
fn generated(rules: &Rules, rng: &SeededRng) -> String {
    let all = rules.required.concat();
    let most = rules.max.min(rules.min + 4);
    let length = rules.min + gen_range(rng, u32::try_from(most - rules.min + 1).unwrap()) as usize;
    loop {
        let mut made: Vec<char> = rules.required.iter().map(|class| pick(rng, class)).collect();
        made.extend((made.len()..length).map(|_| pick(rng, &all)));
        for place in (1..made.len()).rev() {
            made.swap(place, gen_range(rng, u32::try_from(place + 1).unwrap()) as usize);
        }
        let too_many = made.windows(rules.consecutive + 1).any(|run| run.iter().all(|sign| *sign == run[0]));
        if !too_many {
            return made.into_iter().collect();
        }
    }
}

fn policy(rng: &SeededRng) -> PasswordPolicy {
    let is = || gen_range(rng, 2) == 1;
    let mut policy = PasswordPolicy::default();
    let shortest_max = pick(rng, &[6, 8, 12, 20, 64, 256, 4096]);
    policy.length.max = shortest_max;
    policy.length.min = 1 + gen_range(rng, shortest_max.min(24));
    policy.character_types.min = 1 + gen_range(rng, 4);
    policy.rejects.non_ascii = is();
    policy.rejects.repetition_and_sequence = gen_range(rng, 4) > 0;
    policy.rejects.user_info = gen_range(rng, 4) > 0;
    policy.rejects.words = WORDS.iter().filter(|_| is()).map(|word| (*word).to_owned()).collect();
    policy
}

#[test]
fn no_generated_password_is_refused() {
    let rng = SeededRng::new(7);
    let filter = Filter::built_in();
    for _ in 0..PAIRS {
        let policy = policy(&rng);
        let about = UserContext {
            name: Some(pick(&rng, &NAMES)),
            username: Some(pick(&rng, &USERNAMES)),
            email: Some(pick(&rng, &EMAILS)),
            phone: Some("12025550134"),
        };
        let rules = read(&passwordrules_attribute(&policy));
        let judge = PolicyEvaluator::new(policy.clone());
        for _ in 0..PASSWORDS {
            let password = generated(&rules, &rng);
            let refused = judge.violations(&password, &about, filter.contains_password(&password));
            assert_eq!(refused, [], "{password} of {about:?} under {policy:?}");
        }
    }
}

#[test]
fn the_hint_is_generous_where_the_policy_lets_it() {
    let required = "required: lower; required: upper; required: digit; required: [-]; required: [_]; required: [.]; max-consecutive: 2;";
    let mut policy = PasswordPolicy::default();
    assert_eq!(passwordrules_attribute(&policy), format!("minlength: 20; maxlength: 256; {required}"));
    policy.length.min = 30;
    assert_eq!(passwordrules_attribute(&policy), format!("minlength: 30; maxlength: 256; {required}"));
    (policy.length.min, policy.length.max) = (6, 12);
    assert_eq!(passwordrules_attribute(&policy), format!("minlength: 12; maxlength: 12; {required}"));
    (policy.length.min, policy.length.max) = (1, 4);
    let rules = read(&passwordrules_attribute(&policy));
    assert_eq!((rules.min, rules.max, rules.required.len()), (4, 4, 4), "never more than there is room for");
}
