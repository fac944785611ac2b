//! Rust source as a syntax tree: the paths that it uses, its functions, its bindings. What stands in macros and attributes is
//! no tree and is read token by token. Comments and texts are left out, so that a sentence about a module does not use it.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, FnArg, ImplItemFn, ItemFn, ItemImpl, ItemMod, ItemUse, Local, Pat, Signature};
use syn::{TraitItemFn, Type, UseTree, VisRestricted, Visibility};

fn parse(source: &str) -> syn::File {
    syn::parse_file(source).unwrap_or_else(|error| panic!("{error}: {source}"))
}

/// The names and single signs of a source, in order.
pub fn words(source: &str) -> Vec<String> {
    let mut words = Vec::new();
    flatten(source.parse().unwrap_or_else(|error| panic!("{error}: {source}")), &mut words);
    words
}

/// The paths of a source, `use` groups spread out: `use a::{b, c::d}` gives `a::b` and `a::c::d`. Each comes with the number
/// of inline modules it stands in, which `super` has to leave first.
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

/// The tokens without texts, numbers and lifetimes, which name nothing.
fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
    let mut is_lifetime = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => flatten_group(&group, words),
            TokenTree::Ident(_) if is_lifetime => {}
            TokenTree::Ident(name) => words.push(name.to_string()),
            TokenTree::Punct(sign) if sign.as_char() == '\'' => {
                is_lifetime = true;
                continue;
            }
            TokenTree::Punct(sign) => words.push(sign.as_char().to_string()),
            TokenTree::Literal(_) => {}
        }
        is_lifetime = false;
    }
}

fn flatten_group(group: &Group, words: &mut Vec<String>) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    };
    words.push(open.to_owned());
    flatten(group.stream(), words);
    words.push(close.to_owned());
}

/// The paths among the words of a macro.
fn paths_in(words: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let is_path = is_name(&words[at]) && (follows(words, at + 1, "::") || is_used(words, at));
        at = if is_path { branch(words, at, &[], &mut found) } else { at + 1 };
    }
    found
}

/// Reads one path from `at`, a group at its end included, and returns where it stops.
fn branch(words: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    loop {
        match words.get(at).map(String::as_str) {
            Some("{") => return spread_group(words, at + 1, &path, found),
            Some(word) if is_name(word) || word == "*" => path.push(word.to_owned()),
            _ => break,
        }
        at += 1;
        if !follows(words, at, "::") {
            break;
        }
        at += 2;
    }
    found.push(path);
    if words.get(at).is_some_and(|word| word == "as") { at + 2 } else { at }
}

fn spread_group(words: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    while let Some(word) = words.get(at) {
        match word.as_str() {
            "}" => return at + 1,
            word if is_name(word) || word == "*" => at = branch(words, at, before, found),
            _ => at += 1,
        }
    }
    at
}

fn is_name(word: &str) -> bool {
    word.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}

/// Whether a name without a path is one that `use` brings in.
fn is_used(words: &[String], at: usize) -> bool {
    at > 0 && words[at - 1] == "use"
}

fn follows(words: &[String], at: usize, signs: &str) -> bool {
    let mut signs = signs.chars().enumerate();
    signs.all(|(place, sign)| words.get(at + place).is_some_and(|word| *word == sign.to_string()))
}

/// A function of a source, whether it is free, a method or declared in a trait.
pub struct Function {
    pub name: String,
    pub line: usize,
    pub is_public: bool,
    pub is_async: bool,
    /// Whether its parameters are given by a trait or by the arguments of a GraphQL field.
    pub is_imposed: bool,
    /// How many parameters it has, `self` included.
    pub parameters: usize,
    /// Whether a parameter is a tuple, or a reference to one.
    pub has_tuple: bool,
}

/// The functions of a source; closures are none.
pub fn functions(source: &str) -> Vec<Function> {
    let mut reader = FunctionReader::default();
    reader.visit_file(&parse(source));
    reader.found
}

#[derive(Default)]
struct FunctionReader {
    found: Vec<Function>,
    is_imposed: bool,
}

impl FunctionReader {
    fn add(&mut self, signature: &Signature, visibility: &Visibility) {
        self.found.push(Function {
            name: signature.ident.to_string(),
            line: signature.ident.span().start().line,
            is_public: matches!(visibility, Visibility::Public(_)),
            is_async: signature.asyncness.is_some(),
            is_imposed: self.is_imposed,
            parameters: signature.inputs.len(),
            has_tuple: signature.inputs.iter().any(is_tuple),
        });
    }
}

impl<'ast> Visit<'ast> for FunctionReader {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.add(&item.sig, &item.vis);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.add(&item.sig, &item.vis);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        self.add(&item.sig, &Visibility::Inherited);
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let outer = std::mem::replace(&mut self.is_imposed, item.trait_.is_some() || is_graphql(&item.attrs));
        visit::visit_item_impl(self, item);
        self.is_imposed = outer;
    }
}

fn is_graphql(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("Object"))
}

fn is_tuple(parameter: &FnArg) -> bool {
    let FnArg::Typed(parameter) = parameter else { return false };
    let mut kind = &*parameter.ty;
    loop {
        match kind {
            Type::Reference(reference) => kind = &reference.elem,
            Type::Paren(inner) => kind = &inner.elem,
            Type::Tuple(tuple) => return !tuple.elems.is_empty(),
            _ => return false,
        }
    }
}

/// The lines with several bindings at once: `let (a, b) = (x, y);`.
pub fn joined_bindings(source: &str) -> Vec<usize> {
    let mut reader = BindingReader::default();
    reader.visit_file(&parse(source));
    reader.lines
}

#[derive(Default)]
struct BindingReader {
    lines: Vec<usize>,
}

impl<'ast> Visit<'ast> for BindingReader {
    fn visit_local(&mut self, local: &'ast Local) {
        let value = local.init.as_ref().filter(|value| value.diverge.is_none());
        let is_joined = matches!(local.pat, Pat::Tuple(_))
            && value.is_some_and(|value| matches!(*value.expr, Expr::Tuple(_)));
        if is_joined {
            self.lines.push(local.let_token.span.start().line);
        }
        visit::visit_local(self, local);
    }
}

#[test]
fn comments_texts_and_letters_are_no_words() {
    let source = "a // crate::b\n/* crate::c */ \"crate::\\\"d\" 'e' '\\'' '\\u{1f}' <'f> r\"crate::\\\" r#\"g\"h\"# i /**/ b\"j\" 1 k";
    assert_eq!(words(source), ["a", "<", ">", "i", "k"]);
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
