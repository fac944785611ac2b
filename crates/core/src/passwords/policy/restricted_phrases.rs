//! Finds restricted phrases in a password: repeated characters, sequences, the operator's words, personal
//! data. Returns which kinds make up nearly all of it. Phrases are no violation while at least three
//! characters are outside any of them.

use crate::passwords::policy::characters::{Alphabet, CharCodes};
use crate::passwords::policy::evaluator::UserContext;
use crate::passwords::policy::sequences;
use crate::passwords::policy::word_list::WordList;
use crate::types::error::violation::Violation;

/// Shorter runs and sequences occur by chance in ordinary words.
const MIN_PHRASE_LEN: usize = 3;
/// With this many characters outside every phrase the password is accepted.
const MIN_FREE_CHARS: usize = 3;

/// The most parts of a name; each is searched at every character of the password.
const MAX_NAME_PARTS: usize = 64;

/// Personal data, folded once for each check.
pub(super) struct PersonalData {
    full_name: CharCodes,
    name_parts: Vec<CharCodes>,
    own: [CharCodes; 3],
}

impl PersonalData {
    pub(super) fn new(about: &UserContext, alphabet: Alphabet) -> Self {
        let name = about.name.unwrap_or_default();
        let joined: String = name.split_whitespace().collect();
        let before_at = about.email.and_then(|email| email.split('@').next()).unwrap_or_default();
        let digits: String = about.phone.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        let parts = std::iter::once(joined.as_str()).chain(name.split(' ').take(MAX_NAME_PARTS));
        Self {
            full_name: alphabet.folded(name),
            name_parts: parts.map(|part| alphabet.folded(part)).collect(),
            own: [about.username.unwrap_or_default(), before_at, &digits].map(|text| alphabet.folded(text)),
        }
    }

    /// The parts of the name only count where the whole name does not match.
    fn phrase_length(&self, folded: &[u32]) -> usize {
        let whole = !self.full_name.is_empty() && folded.starts_with(&self.full_name);
        let name = if whole { self.full_name.len() } else { longest_match(&self.name_parts, folded) };
        name.max(longest_match(&self.own, folded))
    }
}

/// The kinds of phrases, in order of appearance, if together they leave fewer than three characters free. The
/// text is passed as it is and folded.
pub(super) fn find(
    units: &[u32],
    folded: &[u32],
    finds_rows: bool,
    words: &WordList,
    personal: &PersonalData,
) -> Vec<Violation> {
    let mut cover = PhraseCoverage::default();
    let mut run = 0_usize;
    for start in 0..units.len() {
        let exact = rest_from(units, start);
        let folded = rest_from(folded, start);
        if finds_rows {
            run = if run > 1 { run.saturating_sub(1) } else { run_length(exact) };
            cover.mark(start, count_if_phrase(run), Violation::Repetition);
            cover.mark(start, count_if_phrase(sequences::sequence_length(exact)), Violation::Sequence);
        }
        cover.mark(start, words.longest_prefix(folded), Violation::Words);
        cover.mark(start, personal.phrase_length(folded), Violation::UserInfo);
    }
    if cover.marked > units.len().saturating_sub(MIN_FREE_CHARS).max(1) { cover.kinds } else { Vec::new() }
}

/// Counts the characters covered by phrases. Start positions only grow, so it only has to remember the end of
/// the farthest phrase.
#[derive(Default)]
struct PhraseCoverage {
    end: usize,
    marked: usize,
    kinds: Vec<Violation>,
}

impl PhraseCoverage {
    fn mark(&mut self, start: usize, length: usize, kind: Violation) {
        if length == 0 {
            return;
        }
        let end = start.saturating_add(length);
        self.marked = self.marked.saturating_add(end.saturating_sub(self.end.max(start)));
        self.end = self.end.max(end);
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }
}

fn rest_from(units: &[u32], start: usize) -> &[u32] {
    units.get(start..).unwrap_or_default()
}

const fn count_if_phrase(length: usize) -> usize {
    if length < MIN_PHRASE_LEN { 0 } else { length }
}

fn longest_match(phrases: &[CharCodes], text: &[u32]) -> usize {
    phrases.iter().filter(|phrase| text.starts_with(phrase)).map(|phrase| phrase.len()).max().unwrap_or(0)
}

fn run_length(text: &[u32]) -> usize {
    text.iter().take_while(|unit| Some(*unit) == text.first()).count()
}
