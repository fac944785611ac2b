//! A reference implementation of the policy as the contract words it: an array of marks, every suffix checked
//! on its own, every row tried in four forms. It is meant to stay slow and simple, so that it can be trusted.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

use crate::passwords::policy::evaluator::UserContext;
use crate::settings::password_policy::PasswordPolicy;
use crate::types::error::violation::Violation;

const ROWS: &str = "0123456789 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm \
                    1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm 8ik 9ol";
const SYMBOLS: &str = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

pub fn violations(
    policy: &PasswordPolicy,
    password: &str,
    about: &UserContext,
    leaked: bool,
) -> Vec<Violation> {
    let text = Text { strict: policy.rejects.non_ascii };
    let password = text.spelled(password);
    let mut found = Vec::new();
    let length = text.to_units(&password).len() as u32;
    if length < policy.length.min {
        found.push(Violation::TooShort { min: policy.length.min });
    } else if length > policy.length.max {
        found.push(Violation::TooLong { max: policy.length.max });
    }
    found.extend(characters(policy, &password));
    if policy.rejects.pwned && leaked {
        found.push(Violation::Pwned);
    }
    found.extend(restricted(policy, &text, &password, about));
    found
}

fn characters(policy: &PasswordPolicy, password: &str) -> Option<Violation> {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let is_symbol = |letter| SYMBOLS.contains(letter);
    let is_other = |letter: char| !letter.is_ascii_alphanumeric() && !SYMBOLS.contains(letter);
    if policy.rejects.non_ascii && has(is_other) {
        return Some(Violation::UnsupportedCharacters);
    }
    let min = policy.character_types.min;
    let kinds: [fn(char) -> bool; 5] = [
        |letter| letter.is_ascii_lowercase(),
        |letter| letter.is_ascii_uppercase(),
        |letter| letter.is_ascii_digit(),
        is_symbol,
        is_other,
    ];
    let count = kinds.into_iter().filter(|kind| has(*kind)).count() as u32;
    (count < min).then_some(Violation::CharacterTypes { min })
}

/// How a text is normalized and split: UTF-16 as it is, or characters of the composed form.
struct Text {
    strict: bool,
}

impl Text {
    fn spelled(&self, text: &str) -> String {
        if self.strict { text.to_owned() } else { text.nfc().collect() }
    }

    fn to_units(&self, text: &str) -> Vec<u32> {
        if self.strict {
            text.encode_utf16().map(u32::from).collect()
        } else {
            text.chars().map(u32::from).collect()
        }
    }

    /// Case-folds one character at a time; a letter whose lowercase form is longer stays as it is.
    fn to_folded_units(&self, text: &str) -> Vec<u32> {
        let spelled = self.spelled(text);
        let folded = spelled.chars().map(|letter| match letter {
            'ς' => 'σ'.to_string(),
            'İ' => letter.to_string(),
            other => other.to_lowercase().collect(),
        });
        self.to_units(&folded.collect::<String>())
    }
}

fn begins(rest: &[u32], phrase: &[u32]) -> usize {
    if rest.starts_with(phrase) { phrase.len() } else { 0 }
}

fn restricted(policy: &PasswordPolicy, text: &Text, password: &str, about: &UserContext) -> Vec<Violation> {
    let exact = text.to_units(password);
    let small = text.to_folded_units(password);
    assert_eq!(exact.len(), small.len());
    let rejects = &policy.rejects;
    let words: Vec<Vec<u32>> = rejects.words.iter().map(|word| text.to_folded_units(word)).collect();
    let personal = Personal::new(text, about);
    let mut marks = vec![0; exact.len()];
    let mut seen = Vec::new();
    for start in 0..exact.len() {
        let exact = &exact[start..];
        let small = &small[start..];
        let rows = rejects.repetition_and_sequence;
        for (kind, length) in [
            (Violation::Repetition, if rows { repetition(exact) } else { 0 }),
            (Violation::Sequence, if rows { sequence(exact) } else { 0 }),
            (Violation::Words, words.iter().map(|word| begins(small, word)).max().unwrap_or(0)),
            (Violation::UserInfo, if rejects.user_info { personal.begins(small) } else { 0 }),
        ] {
            marks[start..start + length].fill(1);
            if length > 0 && !seen.contains(&kind) {
                seen.push(kind);
            }
        }
    }
    let threshold = (exact.len() as i64 - 3).max(1);
    if marks.iter().sum::<i64>() > threshold { seen } else { Vec::new() }
}

fn repetition(rest: &[u32]) -> usize {
    let run = rest.iter().take_while(|letter| **letter == rest[0]).count();
    if run >= 3 { run } else { 0 }
}

fn sequence(rest: &[u32]) -> usize {
    let length = (2..=rest.len()).take_while(|length| is_in_a_row(&rest[..*length])).last().unwrap_or(0);
    if length >= 3 { length } else { 0 }
}

/// Every row, its reverse, and both in uppercase.
static SEQUENCE_FORMS: LazyLock<Vec<Vec<u32>>> = LazyLock::new(|| {
    let forms = ROWS.split(' ').flat_map(|row| {
        let back: String = row.chars().rev().collect();
        [row.to_owned(), back.clone(), row.to_uppercase(), back.to_uppercase()]
    });
    forms.map(|form| form.chars().map(u32::from).collect()).collect()
});

fn is_in_a_row(part: &[u32]) -> bool {
    SEQUENCE_FORMS.iter().any(|form| form.windows(part.len()).any(|piece| piece == part))
}

struct Personal {
    whole: Vec<u32>,
    joined: Vec<u32>,
    parts: Vec<Vec<u32>>,
    own: [Vec<u32>; 3],
}

impl Personal {
    fn new(text: &Text, about: &UserContext) -> Self {
        let name = about.name.unwrap_or_default();
        let joined: String = name.split_whitespace().collect();
        let local = about.email.unwrap_or_default().split('@').next().unwrap_or_default();
        let digits: String = about.phone.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        Self {
            whole: text.to_folded_units(name),
            joined: text.to_folded_units(&joined),
            parts: name.split(' ').map(|part| text.to_folded_units(part)).collect(),
            own: [about.username.unwrap_or_default(), local, &digits].map(|own| text.to_folded_units(own)),
        }
    }

    fn begins(&self, rest: &[u32]) -> usize {
        let parts = self.parts.iter().map(|part| begins(rest, part)).max().unwrap_or(0);
        let name = match begins(rest, &self.whole) {
            0 => begins(rest, &self.joined).max(parts),
            whole => whole,
        };
        self.own.iter().map(|own| begins(rest, own)).fold(name, usize::max)
    }
}
