//! What would make a password stronger, in the words of the estimator.

use zeroize::Zeroizing;
use zxcvbn::feedback::{Feedback, Suggestion, Warning};

use crate::passwords::strength::MAX_ADVICE;

/// Why a password is easy to guess, or how to improve it. The pages word the advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// It is on a list, and nothing added to it helps.
    Listed,
    /// Many people use it.
    Common,
    /// Many people use something like it.
    NearlyCommon,
    /// It is the user's own name or address, or the name of this site.
    Own,
    /// A single name.
    Name,
    /// A single dictionary word.
    SingleWord,
    /// Adjacent keys.
    Keyboard,
    /// Repetition.
    Repeats,
    /// A sequence such as abc or 6543.
    Row,
    /// A year or a date.
    Date,
    /// Capital letters that add little.
    Capitals,
    /// A reversed word.
    Backwards,
    /// Symbols in place of letters.
    Swaps,
    /// Use more words.
    MoreWords,
    /// It is good; it should not be used elsewhere.
    OnlyHere,
}

/// First what is wrong, then what to do.
pub(super) fn to_advice(feedback: &Feedback, own: &[&str], seen: &str) -> Vec<Advice> {
    let folded = Zeroizing::new(seen.to_lowercase());
    let is_own = own.iter().any(|word| folded.contains(&word.to_lowercase()));
    let wrong = is_own.then_some(Advice::Own).or_else(|| feedback.warning().map(warning_advice));
    let hints = feedback.suggestions().iter().copied().filter_map(suggestion_advice);
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

/// The suggestions worth showing; the policy may require the symbols that one of them calls unnecessary.
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
