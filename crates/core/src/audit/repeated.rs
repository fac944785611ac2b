//! Refusals that a caller can repeat without end. The first of an hour is written, later ones are counted in
//! memory, and the count is added to the entry each time it doubles. A flood of n refusals costs one row and
//! about log n writes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::Context;
use crate::audit::event::Event;
use crate::audit::store::RepeatedRefusal;
use crate::audit::write;
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::types::time::Timestamp;

/// The window, in milliseconds: an hour.
const WINDOW_MS: i64 = 3_600_000;
/// The most entries counted in memory, a few megabytes. Beyond it each refusal is written directly: slower,
/// but never wrong.
const MAX_KEYS: usize = 20_000;

/// What was refused in this hour, by this instance.
#[derive(Default)]
pub(crate) struct RefusalCounter(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    hour: i64,
    by_key: HashMap<String, u64>,
}

/// The key under which refusals share one entry.
pub(super) fn refusal_key(caller: &Caller, event: &Event) -> String {
    let user = event.user_id.as_ref().map_or("", |id| id.as_str());
    let app = caller.app_id.as_deref().unwrap_or("");
    let key_id = caller.key.as_deref().unwrap_or("");
    let network = caller.network();
    format!("{}|{}|{user}|{app}|{key_id}|{network}", event.key(), event.result)
}

impl RefusalCounter {
    /// Counts a refusal; returns what has to be written for it and those before, if anything.
    pub(super) fn count(&self, key: String, now: Timestamp) -> Option<RepeatedRefusal> {
        let hour = now.0.div_euclid(WINDOW_MS);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.hour != hour {
            *counts = Counts { hour, by_key: HashMap::new() };
        }
        let row = format!("{key}|{hour}");
        if counts.by_key.len() >= MAX_KEYS && !counts.by_key.contains_key(&key) {
            return Some(RepeatedRefusal { key: row, occurrences: 1 });
        }
        let count = counts.by_key.entry(key).or_default();
        *count = count.saturating_add(1);
        let unwritten = i64::try_from(*count / 2).unwrap_or(i64::MAX).max(1);
        count.is_power_of_two().then_some(RepeatedRefusal { key: row, occurrences: unwritten })
    }
}

/// Records a refusal in its own transaction. None is begun for one that is only counted: a flood costs the
/// writer nothing.
pub(super) async fn record(context: Context<'_>, event: &Event) -> Result<()> {
    let Context { core, caller } = context;
    core.metrics.count_event(event);
    let Some(repeated) = core.refusals.count(refusal_key(caller, event), core.now()) else {
        return Ok(());
    };
    let mut tx = core.store.write().await?;
    write(&mut tx, context, event, Some(&repeated)).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::{MAX_KEYS, RefusalCounter};
    use crate::types::time::Timestamp;

    #[test]
    fn what_is_written_adds_up_at_each_doubling() {
        let refusals = RefusalCounter::default();
        let written: Vec<_> = (1..=16)
            .filter_map(|count| Some((count, refusals.count("a".into(), Timestamp(5))?.occurrences)))
            .collect();
        assert_eq!(written, [(1, 1), (2, 1), (4, 2), (8, 4), (16, 8)]);
        assert!(refusals.count("b".into(), Timestamp(5)).is_some());
    }

    #[test]
    fn another_hour_begins_anew() {
        let refusals = RefusalCounter::default();
        let first = refusals.count("a".into(), Timestamp(3_599_999)).unwrap();
        assert_eq!(refusals.count("a".into(), Timestamp(3_599_999)).unwrap().key, first.key);
        assert_ne!(refusals.count("a".into(), Timestamp(3_600_000)).unwrap().key, first.key);
    }

    #[test]
    fn memory_has_a_bound() {
        let refusals = RefusalCounter::default();
        for number in 0..MAX_KEYS + 5 {
            assert_eq!(refusals.count(number.to_string(), Timestamp(0)).unwrap().occurrences, 1);
        }
        assert_eq!(refusals.0.lock().unwrap().by_key.len(), MAX_KEYS);
        assert!(
            refusals.count(MAX_KEYS.to_string(), Timestamp(0)).is_some(),
            "one that found no place is written"
        );
    }
}
