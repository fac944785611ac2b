//! Estimates for known passwords, and bounds on their cost.

use std::time::{Duration, Instant};

use crate::passwords::policy::evaluator::UserContext;
use crate::passwords::strength::{
    Advice, MAX_CONCURRENT, StrengthEstimate, StrengthEstimator, estimate, own_words,
};
use crate::types::error::violation::Violation;
use crate::types::error::{Error, Refusal};
use crate::types::secret::Secret;

fn ada() -> Vec<String> {
    let about = UserContext {
        name: Some("Ada Lovelace"),
        username: Some("analyst"),
        email: Some("countess.ada@example.org"),
        phone: Some("12025550134"),
    };
    own_words(&about, "Copper Kettle")
}

#[test]
fn a_row_of_passwords_from_bad_to_good() {
    for (password, scores) in [
        ("", 0..=0),
        ("password", 0..=0),
        ("qwertyuiop", 0..=0),
        ("lovelace", 0..=0),
        ("AdaLovelace", 0..=1),
        ("copper kettle", 0..=0),
        ("12025550134", 0..=0),
        ("abcdefgh1", 0..=1),
        ("kR7-mWq2", 2..=3),
        ("brisk otter lantern 42", 4..=4),
        ("a walrus in the library", 4..=4),
        ("kR7-mWq2_xTb9.vHd4p", 4..=4),
    ] {
        let found = estimate(password, &ada()).score;
        assert!(scores.contains(&found), "{password}: {found}");
    }
}

#[test]
fn the_advice_says_what_is_wrong_and_then_what_to_do() {
    for (password, advice) in [
        ("password", vec![Advice::Common, Advice::MoreWords]),
        ("p4ssw0rd", vec![Advice::NearlyCommon, Advice::MoreWords]),
        ("Lovelace", vec![Advice::Own, Advice::MoreWords]),
        ("zzzzzzzzz", vec![Advice::Repeats, Advice::MoreWords]),
        ("defghijk", vec![Advice::Row, Advice::MoreWords]),
        ("zxcvbnm,", vec![Advice::Keyboard, Advice::MoreWords]),
        ("brisk otter lantern 42", vec![]),
    ] {
        assert_eq!(estimate(password, &ada()).advice, advice, "{password}");
    }
}

#[test]
fn two_letters_of_a_name_are_no_word_of_ones_own() {
    let about = UserContext { name: Some("J. R. Li"), ..UserContext::default() };
    assert_eq!(own_words(&about, "Rekey"), ["J. R. Li", "Rekey", "Rekey"]);
}

#[test]
fn nothing_that_is_refused_as_guessable_is_called_hard_to_guess() {
    let good = || StrengthEstimate { score: 4, advice: Vec::new() };
    assert_eq!(good().cap_by_verdict(&[]), StrengthEstimate { score: 4, advice: vec![Advice::OnlyHere] });
    assert_eq!(good().cap_by_verdict(&[Violation::TooLong { max: 20 }]), good());
    assert_eq!(good().cap_by_verdict(&[Violation::UserInfo]).score, 1);
    let listed = good().cap_by_verdict(&[Violation::TooShort { min: 30 }, Violation::Pwned]);
    assert_eq!(listed, StrengthEstimate { score: 0, advice: vec![Advice::Listed] });
}

/// The bound is generous, because other tests run in parallel. The first text would take seconds if all of
/// its symbols were tried in place of letters.
#[test]
fn no_text_takes_long() {
    let made = |piece: &str| piece.repeat(4096 / piece.len());
    for text in
        ["4@8({[<369!1|0$57+x%2z", "a", "password", "p4$$w0rd", "1990", "qwerty", "ada", "\u{301}", "漢"]
    {
        let began = Instant::now();
        estimate(&made(text), &ada());
        assert!(began.elapsed() < Duration::from_secs(1), "{text}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn without_a_free_seat_the_answer_is_to_come_back() {
    let guesser = StrengthEstimator::default();
    let all = guesser.slots.clone().try_acquire_many_owned(u32::try_from(MAX_CONCURRENT).unwrap()).unwrap();
    let refused = guesser.estimate(&Secret::from("password"), Vec::new()).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::Busy { .. }))));
    drop(all);
    assert_eq!(guesser.estimate(&Secret::from("password"), Vec::new()).await.unwrap().score, 0);
}
