//! What one query may cost before it is begun: how deep, how wide, how many operations under names of their own. What an operation does is
//! not limited here: a hundred resets in one query are a hundred resets for the throttle. The surprise: a fragment is counted where it
//! stands, and what it is spread to is the business of the complexity.

use async_graphql::Positioned;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

/// The deepest nesting; the usual introspection needs 13.
pub(super) const DEEPEST: usize = 15;
/// The most fields, fragments spread out.
pub(super) const WIDEST: usize = 1000;
/// The most fields with a name of the query's own, as one and the same operation needs to be asked often.
const MOST_ALIASES: usize = 100;

/// Whether a query renames no more than it may.
pub(super) fn fits(document: &ExecutableDocument) -> bool {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
    operations.chain(fragments).map(aliases).sum::<usize>() <= MOST_ALIASES
}

fn aliases(set: &Positioned<SelectionSet>) -> usize {
    let of = |selection: &Positioned<Selection>| match &selection.node {
        Selection::Field(field) => {
            usize::from(field.node.alias.is_some()) + aliases(&field.node.selection_set)
        }
        Selection::InlineFragment(fragment) => aliases(&fragment.node.selection_set),
        Selection::FragmentSpread(_) => 0,
    };
    set.node.items.iter().map(of).sum()
}
