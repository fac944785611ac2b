//! Computes the cost of a document with its fragments expanded, evaluating each fragment once. Names are
//! short but what they stand for need not be: ten spreads in each of nine fragments are 787 bytes and expand
//! to 10^9 fields.

mod weigher;

use std::collections::HashMap;

use async_graphql::Variables;
use async_graphql::parser::types::ExecutableDocument;

use crate::http::graphql::limits::weight::weigher::{Weigher, variable_sizes};
use crate::http::graphql::limits::{LimitExceeded, MAX_ALIASES, MAX_DEPTH, MAX_SELECTIONS};

/// The most operations in a document, of which one is executed.
const MAX_OPERATIONS: usize = 10;
/// The most fragments.
const MAX_FRAGMENTS: usize = 100;
/// The most variables of one operation, each of which is searched in the list.
const MAX_VARIABLES: usize = 100;
/// The most directives, with fragments expanded.
const MAX_DIRECTIVES: usize = 200;
/// The deepest nesting of selection sets and fragment spreads.
const MAX_LEVELS: usize = 60;
/// The deepest nesting of introspection lists: types, their fields, the fields' arguments.
const MAX_LISTS: usize = 3;
/// The largest total size of all values, with variables expanded, in bytes; a number or a bracket counts as
/// eight.
const MAX_VALUE_BYTES: usize = 1024 * 1024;

/// Refuses a document that is expensive to validate or to execute.
pub(super) fn check_document(
    document: &ExecutableDocument,
    variables: &Variables,
) -> Result<(), LimitExceeded> {
    let operations = || document.operations.iter().map(|(_, operation)| &operation.node);
    check_limit(operations().count(), MAX_OPERATIONS, "operations")?;
    check_limit(document.fragments.len(), MAX_FRAGMENTS, "fragments")?;
    for operation in operations() {
        check_limit(operation.variable_definitions.len(), MAX_VARIABLES, "variables")?;
    }
    let mut scales = Weigher {
        fragments: &document.fragments,
        variables: variable_sizes(operations(), variables),
        weighed: HashMap::new(),
    };
    for name in document.fragments.keys() {
        scales.weigh_fragment(name, 0)?.check()?;
    }
    let mut all = Weight::default();
    for operation in operations() {
        all = all.combine(scales.weigh_operation(operation)?);
    }
    all.check()
}

fn check_limit(count: usize, most: usize, what: &str) -> Result<(), LimitExceeded> {
    if count > most { Err(LimitExceeded::more_than(most, what)) } else { Ok(()) }
}

/// The cost of a part of a document with its fragments expanded.
#[derive(Clone, Copy, Default)]
struct Weight {
    selections: usize,
    aliases: usize,
    directives: usize,
    values: usize,
    /// The depth of nested fields.
    depth: usize,
    /// The depth of nested selection sets and spreads.
    levels: usize,
    /// The depth of nested introspection lists.
    lists: usize,
}

impl Weight {
    /// The cost of both together.
    fn combine(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            values: self.values.saturating_add(other.values),
            depth: self.depth.max(other.depth),
            levels: self.levels.max(other.levels),
            lists: self.lists.max(other.lists),
        }
    }

    fn check(&self) -> Result<(), LimitExceeded> {
        check_limit(self.selections, MAX_SELECTIONS, "fields, its fragments spread out")?;
        check_limit(self.depth, MAX_DEPTH, "fields within one another")?;
        check_limit(self.aliases, MAX_ALIASES, "fields under names of its own")?;
        check_limit(self.directives, MAX_DIRECTIVES, "directives")?;
        check_limit(self.levels, MAX_LEVELS, "sets and fragments within one another")?;
        check_limit(self.values, MAX_VALUE_BYTES, "bytes of values, its variables put in")
    }
}
