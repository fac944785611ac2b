//! What a document costs, with every spread counted where it stands.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value, Variables};
use async_graphql_value::Value as InputValue;

use crate::http::graphql::limits::LimitExceeded;
use crate::http::graphql::limits::weight::{MAX_LEVELS, MAX_LISTS, Weight, check_limit};

pub(super) struct Weigher<'a> {
    pub(super) fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    pub(super) variables: HashMap<&'a str, usize>,
    /// `None` while it is being computed: reaching it then means that the fragment contains itself.
    pub(super) weighed: HashMap<&'a str, Option<Weight>>,
}

impl<'a> Weigher<'a> {
    pub(super) fn weigh_operation(
        &mut self,
        operation: &'a OperationDefinition,
    ) -> Result<Weight, LimitExceeded> {
        let defined =
            operation.variable_definitions.iter().map(|definition| definition.node.directives.len());
        let defined = Weight { directives: defined.sum(), ..Weight::default() };
        Ok(defined
            .combine(self.weigh_directives(&operation.directives))
            .combine(self.weigh_selection_set(&operation.selection_set.node, 0)?))
    }

    fn weigh_selection_set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Weight, LimitExceeded> {
        let level = level.saturating_add(1);
        // Checked before the stack gets as deep as the document.
        check_limit(level, MAX_LEVELS, "sets and fragments within one another")?;
        let mut all = Weight::default();
        for selection in &set.items {
            let one = match &selection.node {
                Selection::Field(field) => self.weigh_field(&field.node, level)?,
                Selection::InlineFragment(fragment) => {
                    let own = self.weigh_directives(&fragment.node.directives);
                    own.combine(self.weigh_selection_set(&fragment.node.selection_set.node, level)?)
                }
                Selection::FragmentSpread(spread) => {
                    let own = self.weigh_directives(&spread.node.directives);
                    own.combine(self.weigh_fragment(&spread.node.fragment_name.node, level)?)
                }
            };
            all = all.combine(Weight { selections: one.selections.saturating_add(1), ..one });
        }
        Ok(Weight { levels: all.levels.saturating_add(1), ..all })
    }

    pub(super) fn weigh_fragment(&mut self, name: &'a str, level: usize) -> Result<Weight, LimitExceeded> {
        match self.weighed.get(name) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => return Err(LimitExceeded("The query has a fragment within itself".to_owned())),
            None => {}
        }
        let Some(fragment) = self.fragments.get(name) else { return Ok(Weight::default()) };
        self.weighed.insert(name, None);
        let own = self.weigh_directives(&fragment.node.directives);
        let weight = own.combine(self.weigh_selection_set(&fragment.node.selection_set.node, level)?);
        self.weighed.insert(name, Some(weight));
        Ok(weight)
    }

    fn weigh_field(&mut self, field: &'a Field, level: usize) -> Result<Weight, LimitExceeded> {
        let mut inner = self.weigh_selection_set(&field.selection_set.node, level)?;
        let name = field.name.node.as_str();
        if matches!(name, "__schema" | "__type") {
            check_limit(inner.lists, MAX_LISTS, "lists of the schema within one another")?;
        }
        inner.lists = inner.lists.saturating_add(usize::from(is_introspection_list(name)));
        inner.depth = inner.depth.saturating_add(1);
        inner.aliases = inner.aliases.saturating_add(usize::from(field.alias.is_some()));
        Ok(inner
            .combine(self.weigh_directives(&field.directives))
            .combine(self.weigh_arguments(&field.arguments)))
    }

    fn weigh_directives(&self, directives: &[Positioned<Directive>]) -> Weight {
        let weights = directives.iter().map(|directive| self.weigh_arguments(&directive.node.arguments));
        Weight { directives: directives.len(), ..weights.fold(Weight::default(), Weight::combine) }
    }

    fn weigh_arguments(&self, arguments: &[(Positioned<Name>, Positioned<InputValue>)]) -> Weight {
        let sizes = arguments.iter().map(|(_, value)| self.value_size(&value.node));
        Weight { values: sizes.fold(0, usize::saturating_add), ..Weight::default() }
    }

    /// The size of a value with its variables expanded.
    fn value_size(&self, value: &InputValue) -> usize {
        match value {
            InputValue::Variable(name) => self.variables.get(name.as_str()).copied().unwrap_or(SCALAR_BYTES),
            InputValue::String(text) => text.len().saturating_add(SCALAR_BYTES),
            InputValue::List(values) => {
                values.iter().map(|value| self.value_size(value)).fold(SCALAR_BYTES, usize::saturating_add)
            }
            InputValue::Object(fields) => {
                let of =
                    |(name, value): (&Name, &InputValue)| self.value_size(value).saturating_add(name.len());
                fields.iter().map(of).fold(SCALAR_BYTES, usize::saturating_add)
            }
            _ => SCALAR_BYTES,
        }
    }
}

/// Whether introspection answers this field with a list, so that nested lists multiply.
fn is_introspection_list(name: &str) -> bool {
    const LISTS: [&str; 8] =
        ["types", "directives", "fields", "args", "inputFields", "interfaces", "possibleTypes", "enumValues"];
    LISTS.contains(&name)
}

/// The size of each variable or its default, whichever is larger.
pub(super) fn variable_sizes<'a>(
    operations: impl Iterator<Item = &'a OperationDefinition>,
    given: &Variables,
) -> HashMap<&'a str, usize> {
    let mut sizes = HashMap::new();
    for definition in operations.flat_map(|operation| &operation.variable_definitions) {
        let name = &definition.node.name.node;
        let default = definition.node.default_value.as_ref();
        let default = default.map_or(0, |value| const_value_size(&value.node));
        let given = given.get(name).map_or(0, const_value_size);
        let known = sizes.entry(name.as_str()).or_insert(0_usize);
        *known = default.max(given).max(*known);
    }
    sizes
}

/// The size of a number, a bracket or a name.
const SCALAR_BYTES: usize = 8;

/// The size of a value, in bytes.
fn const_value_size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len().saturating_add(SCALAR_BYTES),
        Value::List(values) => values.iter().map(const_value_size).fold(SCALAR_BYTES, usize::saturating_add),
        Value::Object(fields) => {
            let of = |(name, value): (&Name, &Value)| const_value_size(value).saturating_add(name.len());
            fields.iter().map(of).fold(SCALAR_BYTES, usize::saturating_add)
        }
        _ => SCALAR_BYTES,
    }
}
