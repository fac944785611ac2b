//! The functions of a source with what they take, and its bindings.

use syn::Visibility;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, FnArg, ImplItemFn, ItemFn, ItemImpl, Local, Pat, Signature, TraitItemFn, Type};

use super::parse;

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
