//! The hashing threads: results, order, and behavior under overload.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tracing::span::Id;
use tracing::{Instrument as _, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::passwords::hash_formats;
use crate::passwords::hasher::{Hasher, HashingParams, OUTPUT_LEN, Verdict};
use crate::passwords::password::Password;
use crate::types::caller::Network;
use crate::types::error::{Error, Refusal};
use crate::types::secret::Secret;

const CHEAP: HashingParams =
    HashingParams { memory_kib: 64, iterations: 1, parallelism: 1, concurrency: 1, queue: 1 };
const MATCH: Verdict = Verdict { matches: true, needs_renewal: false, is_whole: true };
const NO_MATCH: Verdict = Verdict { matches: false, needs_renewal: false, is_whole: false };

fn cheap() -> Hasher {
    Hasher::start(CHEAP).unwrap()
}

async fn hash(hasher: &Hasher, password: &str) -> String {
    hasher.hash(Network::Unknown, &Password::parse(password).unwrap(), [7; 16]).await.unwrap()
}

async fn verify(hasher: &Hasher, typed: &str, stored: Option<&str>) -> Verdict {
    hasher.verify(Network::Unknown, &Secret::from(typed), stored).await.unwrap()
}

#[tokio::test]
async fn todays_digest_is_a_phc_string_that_others_can_read() {
    let params = HashingParams { memory_kib: 19_456, iterations: 2, ..CHEAP };
    let digest = hash(&Hasher::start(params).unwrap(), "correct horse").await;
    assert!(digest.starts_with("$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$"), "{digest}");
    assert_eq!(digest.rsplit('$').next().unwrap().len(), 43);
    // Made by argon2-cffi 25.1 (libargon2) with the salt 0, 1, … 15.
    let password = format!("päss\0word{}😀", "x".repeat(80));
    let salt = std::array::from_fn(|n| n as u8);
    let ours = cheap().hash(Network::Unknown, &Password::parse(&password).unwrap(), salt).await.unwrap();
    let theirs =
        "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AMx6ILxLYSbtNDFX3uLGmS+m74rqfg1m0/unA8XRqFY";
    assert_eq!(ours, theirs);
}

#[tokio::test]
async fn every_byte_counts_and_spellings_do_not() {
    let hasher = cheap();
    let long = "a".repeat(72);
    let digest = hash(&hasher, &format!("{long}b")).await;
    assert_eq!(verify(&hasher, &format!("{long}b"), Some(&digest)).await, MATCH);
    assert_eq!(verify(&hasher, &format!("{long}c"), Some(&digest)).await, NO_MATCH);
    assert_eq!(verify(&hasher, &long, Some(&digest)).await, NO_MATCH);
    let digest = hash(&hasher, "cafe\u{301} nul\0😀").await;
    assert_eq!(verify(&hasher, "caf\u{e9} nul\0😀", Some(&digest)).await, MATCH);
    assert_eq!(verify(&hasher, "caf\u{e9} nul", Some(&digest)).await, NO_MATCH);
    let longest = "é".repeat(2048);
    let digest = hash(&hasher, &longest).await;
    assert_eq!(verify(&hasher, &longest, Some(&digest)).await, MATCH);
    assert_eq!(verify(&hasher, &format!("{longest}!"), Some(&digest)).await, NO_MATCH);
}

#[tokio::test]
async fn nobody_costs_what_somebody_costs_and_never_matches() {
    let hasher = cheap();
    let digest = hash(&hasher, "correct horse").await;
    let nobody = hash_formats::parse(&hasher.decoy_digest).unwrap();
    let somebody = hash_formats::parse(&digest).unwrap();
    assert!(
        nobody.matches_params(&hasher.recipe, OUTPUT_LEN)
            && somebody.matches_params(&hasher.recipe, OUTPUT_LEN)
    );
    for typed in ["correct horse", "", "\0"] {
        assert_eq!(verify(&hasher, typed, None).await, NO_MATCH);
        assert_eq!(verify(&hasher, typed, Some("5f4dcc3b5aa765d61d8327deb882cf99")).await, NO_MATCH);
    }
}

#[tokio::test]
async fn other_schemes_and_parameters_match_but_are_outdated() {
    let hasher = cheap();
    let outdated = Verdict { needs_renewal: true, ..MATCH };
    let django = "pbkdf2_sha256$1000$seasalt2$h6CgDyFtePAVqdLVFDGAoNIZE3qPxvHNo9Ka132SAxk=";
    assert_eq!(verify(&hasher, "correct horse é😀", Some(django)).await, outdated);
    let dearer = Hasher::start(HashingParams { memory_kib: 128, ..CHEAP }).unwrap();
    let digest = hash(&dearer, "correct horse").await;
    assert_eq!(verify(&dearer, "correct horse", Some(&digest)).await, MATCH);
    assert_eq!(verify(&hasher, "correct horse", Some(&digest)).await, outdated);
    assert_eq!(verify(&hasher, "wrong", Some(&digest)).await, NO_MATCH);
}

#[tokio::test]
async fn a_digest_is_not_renewed_from_more_than_it_compared() {
    let (hasher, partly) = (cheap(), Verdict { is_whole: false, ..MATCH });
    let (head, outdated) = ("a".repeat(72), Verdict { needs_renewal: true, ..MATCH });
    // Of 72 times "a", and of 71.
    let long = "$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe";
    let short = "$2b$04$JJN7Fp7CXNJEefB9EHeB9.cZJABuT00PyKFMrPx.rh1VyheeWUa.S";
    for typed in [head.clone(), format!("{head}tail")] {
        assert_eq!(verify(&hasher, &typed, Some(long)).await, partly, "{typed}");
        assert_eq!(verify(&hasher, &typed, Some(short)).await, NO_MATCH, "{typed}");
    }
    assert_eq!(verify(&hasher, &head[1..], Some(short)).await, outdated);
    let wordpress = "$wp$2y$05$abcdefghijklmnopqrstuuSsPz8b8edSI.IlZwJl7SB9jwrH6OgPa";
    assert_eq!(verify(&hasher, "correct horse é😀", Some(wordpress)).await, outdated);
    assert_eq!(verify(&hasher, "correct horse é😀 ", Some(wordpress)).await, partly);
}

#[tokio::test]
async fn a_foreign_digest_of_the_decomposed_spelling_is_met_as_typed() {
    // pbkdf2_hmac('sha256', 'cafe' + U+0301, 'seasalt2', 1000)
    let digest = "pbkdf2_sha256$1000$seasalt2$EphD2O1Botcp2n9ZB6c/jZRgnML0f0qqWgSXFtLiTAk=";
    assert!(verify(&cheap(), "cafe\u{301}", Some(digest)).await.matches);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let hasher = cheap();
    let (open, gate) = mpsc::channel::<()>();
    let (started, has_started) = oneshot();
    let busy = spawn(&hasher, move || {
        let _ = started.send(());
        let _ = gate.recv();
    });
    has_started.await.unwrap();
    let waits = spawn(&hasher, || ());
    while hasher.waiting() < 1 {
        tokio::task::yield_now().await;
    }
    let refused = hasher.verify(Network::Unknown, &Secret::from("x"), None).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(Refusal::Busy { retry_after: 1 })));
    open.send(()).unwrap();
    assert!(busy.await.unwrap() && waits.await.unwrap());
    assert_eq!(verify(&hasher, "x", None).await, NO_MATCH);
}

#[tokio::test]
async fn a_panic_costs_one_job_and_not_the_thread() {
    let hasher = cheap();
    assert!(!spawn(&hasher, || panic!("on purpose")).await.unwrap());
    assert_eq!(verify(&hasher, "x", None).await, NO_MATCH);
}

#[tokio::test]
async fn threads_end_with_the_last_hasher() {
    let hasher = Hasher::start(HashingParams { queue: 4, ..CHEAP }).unwrap();
    let (left, leaves) = mpsc::channel();
    let work: crate::passwords::hasher::Work =
        Box::new(move |_| ON_EXIT.with(|cell| *cell.borrow_mut() = Some(ExitSignal(left))));
    let job = crate::passwords::hasher::Job { span: tracing::Span::none(), work };
    assert!(matches!(
        hasher.threads.0.push(Network::Unknown, job),
        crate::passwords::hasher::PushResult::Queued(None)
    ));
    let clone = hasher.clone();
    drop(hasher);
    assert_eq!(verify(&clone, "x", None).await, NO_MATCH);
    drop(clone);
    leaves.recv_timeout(Duration::from_secs(10)).unwrap();
}

#[test]
fn parameters_that_cannot_be_are_refused_at_the_start() {
    assert!(Hasher::start(HashingParams { concurrency: 0, ..CHEAP }).is_err());
    assert!(Hasher::start(HashingParams { memory_kib: 1, ..CHEAP }).is_err());
    assert!(Hasher::start(HashingParams { iterations: 21, ..CHEAP }).is_err());
}

thread_local! {
    static ON_EXIT: std::cell::RefCell<Option<ExitSignal>> = const { std::cell::RefCell::new(None) };
}

/// Signals when its thread ends.
struct ExitSignal(mpsc::Sender<()>);

impl Drop for ExitSignal {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

fn oneshot() -> (tokio::sync::oneshot::Sender<()>, tokio::sync::oneshot::Receiver<()>) {
    tokio::sync::oneshot::channel()
}

/// Runs the work on a hashing thread; true when it ran to its end.
fn spawn(hasher: &Hasher, work: impl FnOnce() + Send + 'static) -> tokio::task::JoinHandle<bool> {
    let hasher = hasher.clone();
    tokio::spawn(async move { hasher.run_on_thread(Network::Unknown, move |_| work()).await.is_ok() })
}

/// Notes the thread on which each span is entered.
struct ThreadsOfSpans(mpsc::Sender<(&'static str, String)>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ThreadsOfSpans {
    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        let name = context.metadata(id).map_or("", |span| span.name());
        let _ = self.0.send((name, thread::current().name().unwrap_or_default().to_owned()));
    }
}

#[tokio::test]
async fn a_password_is_hashed_in_the_span_of_its_request() {
    let (entered, threads) = mpsc::channel();
    let _log = tracing::subscriber::set_default(tracing_subscriber::registry().with(ThreadsOfSpans(entered)));
    let hasher = cheap();
    hash(&hasher, "correct horse").instrument(tracing::error_span!("asked")).await;
    assert!(threads.try_iter().any(|entry| entry == ("asked", "hashing-0".to_owned())));
}
