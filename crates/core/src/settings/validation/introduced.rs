//! The problems that a change itself brings in. What was wrong before and is left as it is must not block a change
//! of something else: a bound may be newer than the stored value, and a connector may be gone.

use serde_json::Value;

/// A state of the settings, or of a part of them.
pub(crate) struct Judged {
    /// The document.
    pub document: Value,
    /// Its problems, as `path: what was expected`.
    pub problems: Vec<String>,
}

/// The problems of `after`, without those that `before` has at a value that is the same.
pub(crate) fn introduced(before: &Judged, after: Judged) -> Vec<String> {
    let Judged { document, problems } = after;
    let is_old = |problem: &String| {
        let path = problem.split(": ").next().unwrap_or_default();
        before.problems.contains(problem) && value_at(&before.document, path) == value_at(&document, path)
    };
    problems.into_iter().filter(|problem| !is_old(problem)).collect()
}

/// The value at `a.b[2].c`.
fn value_at<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split(['.', '[']).filter(|step| !step.is_empty()).try_fold(document, |value, step| {
        match step.strip_suffix(']').and_then(|place| place.parse::<usize>().ok()) {
            Some(place) => value.get(place),
            None => value.get(step),
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Judged, introduced, value_at};

    fn judged(document: Value, problems: &[&str]) -> Judged {
        Judged { document, problems: problems.iter().map(|line| (*line).to_owned()).collect() }
    }

    #[test]
    fn values_are_found_by_their_path() {
        let document = json!({ "a": { "b": [1, { "c": 2 }] } });
        assert_eq!(value_at(&document, "a.b[1].c"), Some(&json!(2)));
        assert_eq!(value_at(&document, "a.b[2].c"), None);
        assert_eq!(value_at(&document, "a.x"), None);
    }

    #[test]
    fn only_what_a_change_touches_or_brings_in_is_a_problem() {
        let before = judged(json!({ "a": 5, "b": 1 }), &["a: too much"]);
        let after = |document: Value, problems: &[&str]| introduced(&before, judged(document, problems));
        assert!(after(json!({ "a": 5, "b": 2 }), &["a: too much"]).is_empty(), "left alone");
        assert_eq!(
            after(json!({ "a": 6, "b": 1 }), &["a: too much"]),
            ["a: too much"],
            "changed and still wrong"
        );
        assert_eq!(after(json!({ "a": 5, "b": 9 }), &["a: too much", "b: wrong"]), ["b: wrong"]);
    }
}
