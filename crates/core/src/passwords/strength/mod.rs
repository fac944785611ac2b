//! Estimates how hard a password is to guess, with advice as codes, for the strength meter of a page. It
//! accepts and refuses nothing; the policy does. It reads only the first characters, and reduces lookalike
//! symbols to one, because its cost grows much faster than the text.

mod advice;

use std::sync::Arc;

use anyhow::anyhow;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;
use zxcvbn::zxcvbn;

use crate::passwords::policy::evaluator::UserContext;
pub use crate::passwords::strength::advice::Advice;
use crate::passwords::strength::advice::to_advice;
use crate::types::error::violation::Violation;
use crate::types::error::{Refusal, Result};
use crate::types::secret::Secret;

/// How many characters are read: more characters do not make the rest easier to guess.
const MAX_CHARS: usize = 40;
/// Concurrent estimates. One more is refused at once: a keystroke is not worth waiting for.
const MAX_CONCURRENT: usize = 2;
/// From this score on no improvement is suggested.
const GOOD_SCORE: u8 = 3;
/// The most pieces of advice: nobody reads more while typing.
const MAX_ADVICE: usize = 2;
/// Shorter personal words occur by chance in any password.
const MIN_OWN_WORD_LEN: usize = 3;

/// An estimate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrengthEstimate {
    /// From 0, guessed at once, to 4, out of reach.
    pub score: u8,
    /// At most two pieces of advice.
    pub advice: Vec<Advice>,
}

/// Limits concurrent estimates: they are processor work and must not block a thread that serves requests.
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
    /// Estimates on another thread; `Busy` when the limit is reached. The work keeps its permit even if the
    /// client hangs up, so that hanging up early buys no more work.
    pub(super) async fn estimate(&self, password: &Secret, own: Vec<String>) -> Result<StrengthEstimate> {
        let seat = Arc::clone(&self.slots).try_acquire_owned();
        let seat = seat.map_err(|_| Refusal::Busy { retry_after: 1 })?;
        let password = password.clone();
        let work = move || {
            let _taken = seat;
            estimate(password.expose(), &own)
        };
        Ok(spawn_blocking(work)
            .await
            .map_err(|_| anyhow!("the thread that estimates a password panicked"))?)
    }
}

impl StrengthEstimate {
    /// Caps the estimate by the policy's result: a password that will be refused as guessable is not called
    /// hard to guess.
    pub(super) fn cap_by_verdict(mut self, violations: &[Violation]) -> Self {
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

/// Words that an attacker knows: the user's data and the name of this site.
pub(super) fn own_words(about: &UserContext, brand: &str) -> Vec<String> {
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

/// Estimates the guesses for an attacker who knows these words.
fn estimate(password: &str, own: &[String]) -> StrengthEstimate {
    let mut seen = Zeroizing::new(String::with_capacity(password.len()));
    seen.extend(password.chars().take(MAX_CHARS).map(canonical_lookalike));
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let found = zxcvbn(&seen, &own);
    StrengthEstimate {
        score: found.score().into(),
        advice: found.feedback().map(|feedback| to_advice(feedback, &own, &seen)).unwrap_or_default(),
    }
}

/// Maps rare symbols that may stand for the same letter to one of them. Every combination of letters for such
/// symbols is tried, so a text with all of them would cost a second of processor time.
const fn canonical_lookalike(sign: char) -> char {
    match sign {
        '{' | '[' | '<' => '(',
        '|' => '!',
        '+' => '7',
        other => other,
    }
}

#[cfg(test)]
mod tests;
