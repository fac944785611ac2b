//! What a document weighs with its fragments spread out, each weighed once. A name in it is a few bytes, what it stands for need not be: ten
//! spreads in each of nine fragments are 787 bytes and a thousand million fields.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value, Variables};
use async_graphql_value::Value as InputValue;

use super::{DEEPEST, Excess, MOST_ALIASES, WIDEST};

/// The most operations of one document, of which one is executed.
const MOST_OPERATIONS: usize = 10;
/// The most fragments.
const MOST_FRAGMENTS: usize = 100;
/// The most variables of one operation, each of which is looked for in the list.
const MOST_VARIABLES: usize = 100;
/// The most directives, spread out.
const MOST_DIRECTIVES: usize = 200;
/// The most sets and spreads within one another.
const MOST_LEVELS: usize = 60;
/// The most lists of the schema within one another: types, their fields, the fields' arguments.
const MOST_LISTS: usize = 3;
/// The most that all values are together, each wherever it stands, in bytes; a number or a bracket counts for eight.
const MOST_VALUES: usize = 1024 * 1024;

/// Refuses a document that is expensive to validate or to execute.
pub(in crate::faces::graphql) fn bounded_document(
    document: &ExecutableDocument,
    variables: &Variables,
) -> Result<(), Excess> {
    let operations = || document.operations.iter().map(|(_, operation)| &operation.node);
    most(operations().count(), MOST_OPERATIONS, "operations")?;
    most(document.fragments.len(), MOST_FRAGMENTS, "fragments")?;
    for operation in operations() {
        most(operation.variable_definitions.len(), MOST_VARIABLES, "variables")?;
    }
    let mut scales = Scales {
        fragments: &document.fragments,
        variables: variable_sizes(operations(), variables),
        weighed: HashMap::new(),
    };
    for name in document.fragments.keys() {
        scales.fragment(name, 0)?.bounded()?;
    }
    let mut all = Weight::default();
    for operation in operations() {
        all = all.and(scales.operation(operation)?);
    }
    all.bounded()
}

fn most(count: usize, most: usize, what: &str) -> Result<(), Excess> {
    if count > most { Err(Excess::more_than(most, what)) } else { Ok(()) }
}

/// How large each variable is, or its default, whichever is larger.
fn variable_sizes<'a>(
    operations: impl Iterator<Item = &'a OperationDefinition>,
    given: &Variables,
) -> HashMap<&'a str, usize> {
    let mut sizes = HashMap::new();
    for definition in operations.flat_map(|operation| &operation.variable_definitions) {
        let name = &definition.node.name.node;
        let default = definition.node.default_value.as_ref();
        let default = default.map_or(0, |value| size(&value.node));
        let given = given.get(name).map_or(0, size);
        let known = sizes.entry(name.as_str()).or_insert(0_usize);
        *known = default.max(given).max(*known);
    }
    sizes
}

/// A number, a bracket or a name counts for this.
const ONE: usize = 8;

/// How large a value is, in bytes.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len().saturating_add(ONE),
        Value::List(values) => values.iter().map(size).fold(ONE, usize::saturating_add),
        Value::Object(fields) => {
            let of = |(name, value): (&Name, &Value)| size(value).saturating_add(name.len());
            fields.iter().map(of).fold(ONE, usize::saturating_add)
        }
        Value::Null | Value::Number(_) | Value::Boolean(_) | Value::Binary(_) | Value::Enum(_) => ONE,
    }
}

/// What a part of a document amounts to with its fragments spread out.
#[derive(Clone, Copy, Default)]
struct Weight {
    selections: usize,
    aliases: usize,
    directives: usize,
    values: usize,
    /// Fields within fields.
    depth: usize,
    /// Sets and spreads within one another.
    levels: usize,
    /// Lists of the schema within one another.
    lists: usize,
}

impl Weight {
    /// Both, side by side.
    fn and(self, other: Self) -> Self {
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

    fn bounded(&self) -> Result<(), Excess> {
        most(self.selections, WIDEST, "fields, its fragments spread out")?;
        most(self.depth, DEEPEST, "fields within one another")?;
        most(self.aliases, MOST_ALIASES, "fields under names of its own")?;
        most(self.directives, MOST_DIRECTIVES, "directives")?;
        most(self.levels, MOST_LEVELS, "sets and fragments within one another")?;
        most(self.values, MOST_VALUES, "bytes of values, its variables put in")
    }
}

struct Scales<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    variables: HashMap<&'a str, usize>,
    /// None while it is being weighed: what meets it then is within itself.
    weighed: HashMap<&'a str, Option<Weight>>,
}

impl<'a> Scales<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Weight, Excess> {
        let defined =
            operation.variable_definitions.iter().map(|definition| definition.node.directives.len());
        let defined = Weight { directives: defined.sum(), ..Weight::default() };
        Ok(defined
            .and(self.directives(&operation.directives))
            .and(self.set(&operation.selection_set.node, 0)?))
    }

    fn set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Weight, Excess> {
        let level = level.saturating_add(1);
        // Before the stack is as deep as the document says.
        most(level, MOST_LEVELS, "sets and fragments within one another")?;
        let mut all = Weight::default();
        for selection in &set.items {
            let one = match &selection.node {
                Selection::Field(field) => self.field(&field.node, level)?,
                Selection::InlineFragment(fragment) => {
                    let own = self.directives(&fragment.node.directives);
                    own.and(self.set(&fragment.node.selection_set.node, level)?)
                }
                Selection::FragmentSpread(spread) => {
                    let own = self.directives(&spread.node.directives);
                    own.and(self.fragment(&spread.node.fragment_name.node, level)?)
                }
            };
            all = all.and(Weight { selections: one.selections.saturating_add(1), ..one });
        }
        Ok(Weight { levels: all.levels.saturating_add(1), ..all })
    }

    fn fragment(&mut self, name: &'a str, level: usize) -> Result<Weight, Excess> {
        match self.weighed.get(name) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => return Err(Excess("The query has a fragment within itself".to_owned())),
            None => {}
        }
        let Some(fragment) = self.fragments.get(name) else { return Ok(Weight::default()) };
        self.weighed.insert(name, None);
        let own = self.directives(&fragment.node.directives);
        let weight = own.and(self.set(&fragment.node.selection_set.node, level)?);
        self.weighed.insert(name, Some(weight));
        Ok(weight)
    }

    fn field(&mut self, field: &'a Field, level: usize) -> Result<Weight, Excess> {
        let mut inner = self.set(&field.selection_set.node, level)?;
        let name = field.name.node.as_str();
        if matches!(name, "__schema" | "__type") {
            most(inner.lists, MOST_LISTS, "lists of the schema within one another")?;
        }
        inner.lists = inner.lists.saturating_add(usize::from(is_list_of_schema(name)));
        inner.depth = inner.depth.saturating_add(1);
        inner.aliases = inner.aliases.saturating_add(usize::from(field.alias.is_some()));
        Ok(inner.and(self.directives(&field.directives)).and(self.arguments(&field.arguments)))
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Weight {
        let weights = directives.iter().map(|directive| self.arguments(&directive.node.arguments));
        Weight { directives: directives.len(), ..weights.fold(Weight::default(), Weight::and) }
    }

    fn arguments(&self, arguments: &[(Positioned<Name>, Positioned<InputValue>)]) -> Weight {
        let sizes = arguments.iter().map(|(_, value)| self.size(&value.node));
        Weight { values: sizes.fold(0, usize::saturating_add), ..Weight::default() }
    }

    /// How large a value is with its variables put in, each wherever it stands.
    fn size(&self, value: &InputValue) -> usize {
        match value {
            InputValue::Variable(name) => self.variables.get(name.as_str()).copied().unwrap_or(ONE),
            InputValue::String(text) => text.len().saturating_add(ONE),
            InputValue::List(values) => {
                values.iter().map(|value| self.size(value)).fold(ONE, usize::saturating_add)
            }
            InputValue::Object(fields) => {
                let of = |(name, value): (&Name, &InputValue)| self.size(value).saturating_add(name.len());
                fields.iter().map(of).fold(ONE, usize::saturating_add)
            }
            _ => ONE,
        }
    }
}

/// Whether introspection answers this with a list, so that one within the other multiply.
fn is_list_of_schema(name: &str) -> bool {
    const LISTS: [&str; 8] =
        ["types", "directives", "fields", "args", "inputFields", "interfaces", "possibleTypes", "enumValues"];
    LISTS.contains(&name)
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use async_graphql::parser::parse_query;
    use serde_json::{Value, json};

    use super::bounded_document;

    fn is_bounded(query: &str, variables: Value) -> bool {
        bounded_document(&parse_query(query).unwrap(), &Variables::from_json(variables)).is_ok()
    }

    #[test]
    fn spreads_count_where_they_stand() {
        let spread =
            |times: usize| format!("{{{}}} fragment f on Q{{{}}}", "...f ".repeat(times), "a ".repeat(99));
        assert!(is_bounded(&spread(10), json!({})));
        assert!(!is_bounded(&spread(11), json!({})));
        assert!(is_bounded("{...nobody}", json!({})), "what is not there is the library's to say");
        assert!(!is_bounded("{...a} fragment a on Q{...a}", json!({})));
    }

    #[test]
    fn values_count_where_they_stand() {
        let used = |times: usize| format!("query($v:J){{a(b:[{}])}}", "$v ".repeat(times));
        let large = json!({ "v": "x".repeat(20_000) });
        assert!(is_bounded(&used(50), large.clone()));
        assert!(!is_bounded(&used(60), large));
        let text = "x".repeat(20_000);
        let spread = format!("{{{}}} fragment f on Q{{a(b:\"{text}\")}}", "...f ".repeat(60));
        assert!(!is_bounded(&spread, json!({})));
    }
}
