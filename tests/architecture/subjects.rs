//! No circles among the subjects of the core: each folder of `crates/core/src` can be read, tested and
//! changed with what it stands on, and nothing below it knows it. The state `Core` is named by all and
//! belongs to none.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::subject;
use super::{File, files};

/// Subject by subject those that it uses, each with the first place that shows it.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

/// Who uses whom. Modules of the core that are files (`Core`, the metrics) are no subjects.
fn graph(files: &[&File]) -> Graph {
    let subjects: BTreeSet<&str> = files.iter().filter_map(|file| subject(&file.path)).collect();
    let mut graph = Graph::new();
    for file in files {
        let Some(own) = subject(&file.path) else { continue };
        let used = graph.entry(own.to_owned()).or_default();
        for place in &file.uses().inside {
            let Some([_, other]) = place.first_chunk::<2>().filter(|[root, _]| root == "core") else {
                continue;
            };
            if other != own && subjects.contains(other.as_str()) {
                let evidence = || format!("{}: {}", file.path, place.join("::"));
                used.entry(other.clone()).or_insert_with(evidence);
            }
        }
    }
    graph
}

/// A circle, each subject followed by one that it uses and the last by the first; none if there is none.
fn circle(graph: &Graph) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    graph.keys().find_map(|subject| descend(graph, subject, &mut Vec::new(), &mut done))
}

fn descend(
    graph: &Graph,
    subject: &str,
    path: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(start) = path.iter().position(|above| above == subject) {
        return Some(path[start..].to_vec());
    }
    if done.contains(subject) {
        return None;
    }
    path.push(subject.to_owned());
    let mut used = graph.get(subject).into_iter().flat_map(BTreeMap::keys);
    let found = used.find_map(|other| descend(graph, other, path, done));
    path.pop();
    done.insert(subject.to_owned());
    found
}

/// The circle with the place that shows each step.
fn describe(graph: &Graph, circle: &[String]) -> String {
    let next = circle.iter().cycle().skip(1);
    let steps = circle.iter().zip(next);
    let lines = steps.map(|(own, other)| format!("{own} uses {other} ({})", graph[own][other]));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_subjects_use_each_other() {
    let graph = graph(&files("crates/core/src"));
    assert!(graph.len() > 25 && graph["recovery"].contains_key("verification"), "{:?}", graph.keys());
    if let Some(circle) = circle(&graph) {
        panic!("a circle among the subjects of the core:\n{}", describe(&graph, &circle));
    }
}

/// The circle in a core of these files.
fn found(sources: &[(&str, &str)]) -> Option<String> {
    let files: Vec<File> =
        sources.iter().map(|(name, text)| File::new(&format!("crates/core/src/{name}"), text)).collect();
    let graph = graph(&files.iter().collect::<Vec<_>>());
    circle(&graph).map(|circle| describe(&graph, &circle))
}

#[test]
fn a_circle_is_noticed() {
    let two = [("a/mod.rs", "use crate::b::X;"), ("b/x.rs", "fn f() { crate::a::f() }")];
    assert_eq!(
        found(&two).unwrap(),
        "a uses b (crates/core/src/a/mod.rs: core::b::X)\nb uses a (crates/core/src/b/x.rs: core::a::f)"
    );
    let three = [
        ("a/mod.rs", "use super::{b, types::X};"),
        ("b/x/y.rs", "use crate::c as other; fn f() { m!(other::g()) }"),
        ("c/mod.rs", "mod x;"),
        ("c/x.rs", "mod tests { use super::super::super::a::X; }"),
        ("types/mod.rs", ""),
    ];
    let text = found(&three).unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    let below = [
        ("d/mod.rs", "use crate::a;"),
        ("a/mod.rs", "use crate::b;"),
        ("b/mod.rs", "use crate::c;"),
        ("c/mod.rs", "use crate::b;"),
    ];
    assert_eq!(found(&below).unwrap().lines().count(), 2);
}

#[test]
fn what_is_no_circle_is_accepted() {
    let sources = [
        ("lib.rs", "use crate::a::X; use crate::b::Y;"),
        ("metrics.rs", "use crate::a::Kind;"),
        ("a/mod.rs", "use crate::{Core, metrics::Metrics}; use crate::b;"),
        ("a/x.rs", "use crate::c; use crate::a::y;"),
        ("b/mod.rs", "use crate::c; // crate::a\nconst X: &str = \"crate::a\";"),
        ("c/mod.rs", "pub(crate) fn f() {}"),
    ];
    assert_eq!(found(&sources), None);
}
