//! Tries the addresses of a name beside each other (RFC 8305): one that swallows packets, or accepts and then
//! says nothing, does not use up the time of the others.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

/// How long an address is waited for before the next one is tried as well. RFC 8305 recommends 250 ms for the
/// TCP handshake and allows up to two seconds; an attempt here also waits for TLS and the server's greeting.
const HEAD_START: Duration = Duration::from_millis(500);

/// The first attempt that succeeds, or the errors of all of them; the others are abandoned. A failure starts
/// the next attempt at once.
pub(super) async fn race<T, E, A>(
    addresses: &[SocketAddr],
    attempt: impl Fn(SocketAddr) -> A,
) -> Result<T, Vec<E>>
where
    T: Send + 'static,
    E: Send + 'static,
    A: Future<Output = Result<T, E>> + Send + 'static,
{
    let mut rest = alternate_families(addresses);
    let mut running = JoinSet::new();
    let mut errors = Vec::new();
    loop {
        if let Some(next) = rest.pop_front() {
            running.spawn(attempt(next));
        }
        tokio::select! {
            ended = running.join_next() => match ended {
                Some(Ok(Ok(won))) => return Ok(won),
                Some(Ok(Err(error))) => errors.push(error),
                Some(Err(_)) => {}
                None => return Err(errors),
            },
            () = sleep(HEAD_START), if !rest.is_empty() => {}
        }
    }
}

/// The resolver's order, with the families taking turns, so that a broken one costs a single head start.
fn alternate_families(addresses: &[SocketAddr]) -> VecDeque<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut one, mut other): (VecDeque<SocketAddr>, VecDeque<SocketAddr>) =
        addresses.iter().partition(|address| address.is_ipv6() == first_is_v6);
    let mut ordered = VecDeque::new();
    while !one.is_empty() || !other.is_empty() {
        ordered.extend(one.pop_front());
        ordered.extend(other.pop_front());
    }
    ordered
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::net::SocketAddr;
    use std::time::{Duration, Instant};

    use super::{alternate_families, race};

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|address| address.parse().unwrap()).collect()
    }

    /// Port 1 never answers, port 2 refuses, all others accept.
    async fn answer(at: SocketAddr) -> Result<u16, u16> {
        match at.port() {
            1 => pending().await,
            2 => Err(2),
            port => Ok(port),
        }
    }

    #[tokio::test]
    async fn three_silent_addresses_do_not_keep_the_fourth_waiting() {
        let began = Instant::now();
        let silent = addresses(&["[::1]:1", "127.0.0.1:1", "127.0.0.2:1", "127.0.0.3:25"]);
        assert_eq!(race(&silent, answer).await, Ok(25));
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn a_refusal_starts_the_next_at_once_and_all_of_them_are_reported() {
        let began = Instant::now();
        let refusing = addresses(&["127.0.0.1:2", "127.0.0.2:2"]);
        assert_eq!(race(&refusing, answer).await, Err(vec![2, 2]));
        assert_eq!(race(&addresses(&["127.0.0.1:2", "127.0.0.2:25"]), answer).await, Ok(25));
        assert!(began.elapsed() < Duration::from_millis(400), "{:?}", began.elapsed());
        assert_eq!(race(&[], answer).await, Err(vec![]));
    }

    #[test]
    fn families_take_turns_and_the_resolver_says_which_is_first() {
        let found = addresses(&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"]);
        let expected = addresses(&["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1", "[::3]:1"]);
        assert_eq!(alternate_families(&found), expected);
        let reversed: Vec<SocketAddr> = found.into_iter().rev().collect();
        assert_eq!(alternate_families(&reversed)[0], "2.2.2.2:1".parse().unwrap());
    }
}
