//! What a password would cost to guess, with advice as codes: the meter of a page that is being typed into. It accepts and
//! refuses nothing; the policy does. The surprise: it sees the first characters only, and of signs that look alike one,
//! because its cost grows much faster than the text does.

use std::sync::Arc;

use anyhow::anyhow;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;
use zxcvbn::feedback::{Feedback, Suggestion, Warning};
use zxcvbn::zxcvbn;

use super::policy::UserContext;
use crate::model::error::{Refusal, Result};
use crate::model::policy::Violation;
use crate::model::secret::Secret;

/// How many characters are looked at: what is hard to guess so far does not become easier.
const MAX_CHARS: usize = 40;
/// Guesses at a time. One more is refused at once: a keystroke is not worth waiting for.
const MAX_CONCURRENT: usize = 2;
/// From this score on nothing needs to be better.
const GOOD_SCORE: u8 = 3;
/// The most pieces of advice; more of them nobody reads while typing.
const MAX_ADVICE: usize = 2;
/// Shorter words of a person's own are an accident of any password.
const MIN_OWN_WORD_LEN: usize = 3;

/// An estimate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrengthEstimate {
    /// From 0, found at once, to 4, out of reach.
    pub score: u8,
    /// At most two things worth knowing.
    pub advice: Vec<Advice>,
}

/// What makes a password easy to guess, or less so. No words: those are the pages'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// It is on a list; nothing added to it helps.
    Listed,
    /// Many people use it.
    Common,
    /// Many people use something like it.
    NearlyCommon,
    /// It is the person's own name or address, or the name of this place.
    Own,
    /// A name by itself.
    Name,
    /// One word of a dictionary.
    SingleWord,
    /// Keys side by side.
    Keyboard,
    /// The same thing again and again.
    Repeats,
    /// A row such as abc or 6543.
    Row,
    /// A year or a date.
    Date,
    /// Capitals that add little.
    Capitals,
    /// A word backwards.
    Backwards,
    /// Signs in the place of letters.
    Swaps,
    /// More words are the way.
    MoreWords,
    /// It is good: what is left is not to use it elsewhere.
    OnlyHere,
}

/// The seats for guesses: the work is the processor's and must not hold up a thread that answers requests.
#[derive(Debug)]
pub struct StrengthEstimator {
    slots: Arc<Semaphore>,
}

impl Default for StrengthEstimator {
    fn default() -> Self {
        Self { slots: Arc::new(Semaphore::new(MAX_CONCURRENT)) }
    }
}

impl StrengthEstimator {
    /// Estimates on another thread; `Busy` when every seat is taken. The work keeps its seat when nobody waits for it
    /// any more, so that hanging up early buys no more work.
    pub(super) async fn estimate(&self, password: &Secret, own: Vec<String>) -> Result<StrengthEstimate> {
        let seat = Arc::clone(&self.slots).try_acquire_owned();
        let seat = seat.map_err(|_| Refusal::Busy { retry_after: 1 })?;
        let password = password.clone();
        let work = move || {
            let _taken = seat;
            estimate(password.expose(), &own)
        };
        Ok(spawn_blocking(work).await.map_err(|_| anyhow!("a guess broke off"))?)
    }
}

impl StrengthEstimate {
    /// The same, never better than the verdict: a password that will be refused as guessable is not called hard to guess.
    pub fn cap_by_verdict(mut self, violations: &[Violation]) -> Self {
        if violations.contains(&Violation::Pwned) {
            return Self { score: 0, advice: vec![Advice::Listed] };
        }
        let is_guessable = |found: &Violation| {
            matches!(
                found,
                Violation::Repetition | Violation::Sequence | Violation::Words | Violation::UserInfo
            )
        };
        if violations.iter().any(is_guessable) {
            self.score = self.score.min(1);
        }
        if violations.is_empty() && self.score >= GOOD_SCORE {
            self.advice = vec![Advice::OnlyHere];
        }
        self
    }
}

/// The words that are nobody's secret: the person's, and the name of this place.
pub fn own_words(about: &UserContext, brand: &str) -> Vec<String> {
    let parts = |text: &str| text.split(|sign: char| !sign.is_alphanumeric()).map(str::to_owned).collect();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let mut words: Vec<String> = [about.name, about.username, about.email, Some(brand)]
        .into_iter()
        .flatten()
        .flat_map(|text| [vec![text.to_owned()], parts(text)].concat())
        .chain(about.phone.map(digits))
        .collect();
    words.retain(|word| word.chars().count() >= MIN_OWN_WORD_LEN);
    words
}

/// Estimates what this password would cost somebody who knows these words.
pub fn estimate(password: &str, own: &[String]) -> StrengthEstimate {
    let mut seen = Zeroizing::new(String::with_capacity(password.len()));
    seen.extend(password.chars().take(MAX_CHARS).map(canonical_lookalike));
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let found = zxcvbn(&seen, &own);
    StrengthEstimate {
        score: found.score().into(),
        advice: found.feedback().map(|said| to_advice(said, &own, &seen)).unwrap_or_default(),
    }
}

/// One of the rarer signs that may stand for the same letter. Every choice of a letter for each such sign is tried, so a text
/// that has them all would cost a second of the processor.
const fn canonical_lookalike(sign: char) -> char {
    match sign {
        '{' | '[' | '<' => '(',
        '|' => '!',
        '+' => '7',
        other => other,
    }
}

/// What is wrong first, then what to do.
fn to_advice(said: &Feedback, own: &[&str], seen: &str) -> Vec<Advice> {
    let folded = Zeroizing::new(seen.to_lowercase());
    let is_own = own.iter().any(|word| folded.contains(&word.to_lowercase()));
    let wrong = is_own.then_some(Advice::Own).or_else(|| said.warning().map(warning_advice));
    let hints = said.suggestions().iter().copied().filter_map(suggestion_advice);
    let (todo, wrongs): (Vec<Advice>, Vec<Advice>) = hints.partition(|hint| *hint == Advice::MoreWords);
    let mut all: Vec<Advice> = wrong.or_else(|| wrongs.first().copied()).into_iter().collect();
    all.extend(todo.first());
    all.truncate(MAX_ADVICE);
    all
}

const fn warning_advice(warning: Warning) -> Advice {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
            Advice::Keyboard
        }
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            Advice::Repeats
        }
        Warning::ThisIsATop10Password | Warning::ThisIsATop100Password | Warning::ThisIsACommonPassword => {
            Advice::Common
        }
        Warning::ThisIsSimilarToACommonlyUsedPassword => Advice::NearlyCommon,
        Warning::SequencesLikeAbcAreEasyToGuess => Advice::Row,
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => Advice::Date,
        Warning::AWordByItselfIsEasyToGuess => Advice::SingleWord,
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => Advice::Name,
    }
}

/// What is worth saying of the suggestions; the policy may well need the symbols that one of them calls needless.
const fn suggestion_advice(suggestion: Suggestion) -> Option<Advice> {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases
        | Suggestion::AddAnotherWordOrTwo
        | Suggestion::UseALongerKeyboardPatternWithMoreTurns => Some(Advice::MoreWords),
        Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => None,
        Suggestion::CapitalizationDoesntHelpVeryMuch
        | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => Some(Advice::Capitals),
        Suggestion::ReversedWordsArentMuchHarderToGuess => Some(Advice::Backwards),
        Suggestion::PredictableSubstitutionsDontHelpVeryMuch => Some(Advice::Swaps),
        Suggestion::AvoidRepeatedWordsAndCharacters => Some(Advice::Repeats),
        Suggestion::AvoidSequences => Some(Advice::Row),
        Suggestion::AvoidRecentYears
        | Suggestion::AvoidYearsThatAreAssociatedWithYou
        | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => Some(Advice::Date),
    }
}

#[cfg(test)]
mod tests;
