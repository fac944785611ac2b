//! The paths that a source uses, whether they stand in code, in attributes or in macros, and the names that a
//! path of it may begin with.

use proc_macro2::TokenStream;
use syn::visit::{self, Visit};
use syn::{ItemMod, ItemUse, UseTree, VisRestricted};

use super::parse;
use super::tokens::{flatten, paths_in};

/// The paths of a source, `use` groups spread out: `use a::{b, c::d}` gives `a::b` and `a::c::d`. Each comes
/// with the number of inline modules it stands in, which `super` has to leave first.
pub fn paths(source: &str) -> Vec<(usize, Vec<String>)> {
    read_paths(source).found
}

/// What a path of a file may begin with besides `crate`, `super`, `self` and another crate.
pub struct LocalNames {
    /// The names that `use` brings in, each with the path it stands for and the inline modules around it.
    pub imports: Vec<(String, (usize, Vec<String>))>,
    /// The modules that the file declares and that have files of their own.
    pub modules: Vec<String>,
}

/// The paths of a source, as `paths` gives them, and its local names.
pub fn paths_and_names(source: &str) -> (Vec<(usize, Vec<String>)>, LocalNames) {
    let reader = read_paths(source);
    (reader.found, LocalNames { imports: reader.imports, modules: reader.modules })
}

fn read_paths(source: &str) -> PathReader {
    let mut reader = PathReader::default();
    reader.visit_file(&parse(source));
    reader
}

#[derive(Default)]
struct PathReader {
    found: Vec<(usize, Vec<String>)>,
    imports: Vec<(String, (usize, Vec<String>))>,
    modules: Vec<String>,
    depth: usize,
}

impl PathReader {
    /// Keeps the name that this path has in the file; `a::b::{self}` is `b`.
    fn import(&mut self, name: &str, path: &[String]) {
        let path = path.strip_suffix(&["self".to_owned()]).unwrap_or(path);
        let name = if name == "self" { path.last().map_or("", String::as_str) } else { name };
        self.imports.push((name.to_owned(), (self.depth, path.to_vec())));
    }

    fn spread(&mut self, tree: &UseTree, mut path: Vec<String>) {
        match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                return self.spread(&step.tree, path);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.spread(tree, path.clone()));
            }
            UseTree::Name(name) => {
                path.push(name.ident.to_string());
                self.import(&name.ident.to_string(), &path);
            }
            // Another name for it is no part of it.
            UseTree::Rename(renamed) => {
                path.push(renamed.ident.to_string());
                self.import(&renamed.rename.to_string(), &path);
            }
            UseTree::Glob(_) => path.push("*".to_owned()),
        }
        self.found.push((self.depth, path));
    }
}

impl<'ast> Visit<'ast> for PathReader {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let levels = usize::from(item.content.is_some());
        if levels == 0 {
            self.modules.push(item.ident.to_string());
        }
        self.depth += levels;
        visit::visit_item_mod(self, item);
        self.depth -= levels;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.spread(&item.tree, Vec::new());
    }

    // Who may see an item is no use of where they are.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let path = path.segments.iter().map(|segment| segment.ident.to_string());
            self.found.push((self.depth, path.collect()));
        }
        visit::visit_path(self, path);
    }

    fn visit_token_stream(&mut self, tokens: &'ast TokenStream) {
        let mut words = Vec::new();
        flatten(tokens.clone(), &mut words);
        self.found.extend(paths_in(&words).into_iter().map(|path| (self.depth, path)));
    }
}

#[test]
fn local_names_are_read() {
    let source =
        "mod a; mod b { use super::c; } use d::{self, e as f, g::{self}}; pub(in crate::h) fn i() {}";
    let (found, names) = paths_and_names(source);
    assert_eq!(names.modules, ["a"]);
    let read: Vec<String> = names
        .imports
        .into_iter()
        .map(|(name, (deep, path))| format!("{name} {deep} {}", path.join("::")))
        .collect();
    assert_eq!(read, ["c 1 super::c", "d 0 d", "f 0 d::e", "g 0 d::g"]);
    assert!(found.iter().all(|(_, path)| path[0] != "crate"), "{found:?}");
}

#[test]
fn groups_are_spread_out() {
    let source = "use z as y; use a::{b, c::{self, d as e}, f::*}; mod g { fn h() { super::i(j); } } \
                  fn o() { k::<l>(m::n); p!(q::r, { use s::{t, u}; }) } #[v(w::x)] struct Y;";
    let found: Vec<String> =
        paths(source).into_iter().map(|(deep, path)| format!("{deep} {}", path.join("::"))).collect();
    assert_eq!(
        found,
        [
            "0 z",
            "0 a::b",
            "0 a::c::self",
            "0 a::c::d",
            "0 a::f::*",
            "1 super::i",
            "0 m::n",
            "0 q::r",
            "0 s::t",
            "0 s::u",
            "0 w::x"
        ]
    );
}
