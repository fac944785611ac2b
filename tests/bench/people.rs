//! People: as many as a run needs, each used once. Numbers that belong to nobody come from the same series as
//! those that belong to somebody, so that nothing but the account tells them apart.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, anyhow};

use crate::hashing;

/// Everybody's password before it is reset.
pub const PASSWORD: &str = "a lantern on the quiet harbour wall";

/// The phone number of this place in the series, all of one length.
pub fn phone(number: usize) -> String {
    // The factor has no divisor in common with the modulus, so no two are the same.
    format!("+49151{:08}", number.wrapping_mul(48_271_957) % 100_000_000)
}

/// The e-mail address of this place in the series, all of one length.
pub fn email(number: usize) -> String {
    format!("p{:08}@example.org", number.wrapping_mul(48_271_957) % 100_000_000)
}

/// The import file for the people at these places.
pub fn lines(numbers: impl Iterator<Item = usize>) -> anyhow::Result<String> {
    let (mut text, digest) = (String::new(), hashing::digest(PASSWORD)?);
    for number in numbers {
        let user = serde_json::json!({
            "id": format!("b{number:011}"),
            "primaryPhone": phone(number),
            "primaryEmail": email(number),
            "passwordDigest": digest,
        });
        writeln!(text, "{user}")?;
    }
    Ok(text)
}

/// Hands out numbers, each once.
pub struct Crowd {
    next: AtomicUsize,
    end: usize,
}

impl Crowd {
    /// The first so many.
    pub const fn of(end: usize) -> Self {
        Self { next: AtomicUsize::new(0), end }
    }

    /// One whom nobody had.
    pub fn next(&self) -> anyhow::Result<usize> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < self.end).then_some(number).context("there are no people left")
    }
}

/// Runs the same work on several threads and waits for all.
pub fn together<T: Send>(
    count: usize,
    work: impl Fn() -> anyhow::Result<T> + Sync,
) -> anyhow::Result<Vec<T>> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(&work)).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended.map(|outcome| outcome.map_err(|_| anyhow!("a client panicked"))?).collect()
    })
}
