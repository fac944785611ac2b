//! Where a path leads: the module of a file, and the place in the tree that a path of it means, whether it was
//! written with `crate`, with `super`, or with a name that the file imports or declares.

use std::collections::HashMap;

use super::syntax::paths::{LocalNames, paths_and_names};

/// Where the crate `rekey_core` is.
pub const CORE: &str = "crates/core/src/";

/// Where the crates around the core are. Their modules are one tree, as if they were one crate: no name is in two of
/// them but `http` and `http::routes`, whose rules are the same in both.
const AROUND: [&str; 3] = ["crates/adapters/src/", "crates/server/src/", "src/"];

/// `src/http/pages/mod.rs` is `http::pages`. The crate `rekey_core` is the part `core`: `crates/core/src/users/user.rs`
/// is `core::users::user`.
pub fn module(path: &str) -> Vec<String> {
    let inner = path.strip_suffix(".rs").unwrap();
    let place = match inner.strip_prefix(CORE) {
        Some("lib") => "core".to_owned(),
        Some(inner) => format!("core/{inner}"),
        None => AROUND.iter().find_map(|place| inner.strip_prefix(place)).unwrap().to_owned(),
    };
    place.strip_suffix("/mod").unwrap_or(&place).split('/').map(str::to_owned).collect()
}

/// Whether a path is this part of the tree or lies in it.
pub fn within(path: &str, part: &str) -> bool {
    path == part || path.strip_prefix(part).is_some_and(|rest| rest.starts_with("::"))
}

/// The folder of `crates/core/src` that a file is in.
pub fn subject(path: &str) -> Option<&str> {
    let (subject, _) = path.strip_prefix(CORE)?.split_once('/')?;
    Some(subject)
}

/// Whether a file holds statements: `store.rs`, `…_store.rs`, or what is in a folder `store`.
pub fn is_store_file(path: &str) -> bool {
    path.starts_with(CORE) && module(path)[1..].iter().any(|part| is_store(part))
}

/// Whether a module has such a name; a function may end in `_in_store`.
pub fn is_store(name: &str) -> bool {
    name == "store" || name.ends_with("_store") && !name.ends_with("_in_store")
}

/// What the paths of a file mean.
#[derive(Default)]
pub struct Uses {
    /// Places of our crates, from the root of each.
    pub inside: Vec<Vec<String>>,
    /// Paths into other crates, and those that begin with a type of the file.
    pub outside: Vec<String>,
}

/// What the file of this path and text uses.
pub fn uses(path: &str, text: &str) -> Uses {
    let module = module(path);
    let (paths, names) = paths_and_names(text);
    let LocalNames { imports, modules } = names;
    let imports: HashMap<String, Vec<String>> = imports
        .into_iter()
        .filter_map(|(name, (inline, path))| Some((name, from_root(&module, inline, &path)?)))
        .collect();
    let mut found = Uses::default();
    for (inline, path) in paths {
        let local = imports.get(&path[0]).map(|place| [place, &path[1..]].concat());
        let child = || modules.contains(&path[0]).then(|| [&module[..], &path[..]].concat());
        match from_root(&module, inline, &path).or(local).or_else(child) {
            Some(place) => found.inside.push(place),
            None => found.outside.push(path.join("::")),
        }
    }
    found
}

/// The place that a path with `crate`, the name of a crate of ours or `super` means; none for another one.
fn from_root(module: &[String], inline: usize, path: &[String]) -> Option<Vec<String>> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let in_core = || [&["core".to_owned()], &path[1..]].concat();
    match path.first()?.as_str() {
        "rekey_core" => Some(in_core()),
        "crate" if module.first().is_some_and(|part| part == "core") => Some(in_core()),
        "crate" | "rekey" | "rekey_adapters" | "rekey_server" => Some(path[1..].to_vec()),
        "self" if inline == 0 => Some([module, &path[1..]].concat()),
        "super" if ups > inline => {
            let base = &module[..module.len().saturating_sub(ups - inline)];
            Some([base, &path[ups..]].concat())
        }
        _ => None,
    }
}

#[test]
fn places_are_found_whatever_they_are_written_with() {
    for (path, text) in [
        ("crates/core/src/apps/x.rs", "use crate::users::store;"),
        ("crates/core/src/apps/x.rs", "use super::super::users::store;"),
        ("crates/core/src/apps/mod.rs", "use super::users::store;"),
        ("crates/core/src/apps/x.rs", "mod tests { use super::super::super::users::store; }"),
        (
            "crates/core/src/apps/x.rs",
            "use crate::{users as people, audit}; fn f() { people::store::by_id(); }",
        ),
        (
            "crates/core/src/apps/x.rs",
            "use crate::users::{self, user}; fn f() { m!(users::store::by_id()); }",
        ),
        ("crates/core/src/users/mod.rs", "mod store; fn f() { store::by_id(); }"),
        ("crates/core/src/users/mod.rs", "fn f() { self::store::by_id(); }"),
    ] {
        let found = uses(path, text).inside;
        assert!(
            found.iter().any(|place| within(&place.join("::"), "core::users::store")),
            "{text}: {found:?}"
        );
    }
    let foreign = uses("crates/core/src/apps/x.rs", "use std::fs; fn f() { users::store::by_id(); }");
    assert!(foreign.inside.is_empty());
    assert_eq!(foreign.outside, ["std::fs", "users::store::by_id"]);
}
