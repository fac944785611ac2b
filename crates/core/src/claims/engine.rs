//! One claim expression: compiled once, evaluated for each token, always within bounds. What an expression
//! may use is defined in `LANGUAGE`.

use std::sync::LazyLock;

use minijinja::value::ValueKind;
use minijinja::{Environment, Expression, UndefinedBehavior, Value};
use serde_json::{Map, Number, Value as Json};

use crate::sandbox::{bounded_environment, describe_error, find_excess, has_multiplication};

/// The steps that one expression may take; each also pays for 64 bytes, so a third of a megabyte at most.
const FUEL: u64 = 5000;
/// The deepest nesting of a list or object in a result.
const MAX_DEPTH: usize = 8;
/// The largest result, as JSON, in bytes.
const MAX_RESULT_BYTES: usize = 2048;

/// What an expression may use. It never changes.
static LANGUAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut language = bounded_environment(FUEL);
    language.set_undefined_behavior(UndefinedBehavior::Strict);
    language
});

/// A compiled expression.
pub(super) type CompiledExpression = Expression<'static, 'static>;

/// Compiles an expression; the error says what is wrong with it.
pub(super) fn compile(text: &str) -> Result<CompiledExpression, String> {
    if let Some(problem) = find_excess(text) {
        return Err(problem);
    }
    if has_multiplication(text) {
        return Err("* is not offered".to_owned());
    }
    LANGUAGE.compile_expression_owned(text.to_owned()).map_err(|error| describe_error(&error))
}

/// Evaluates an expression in this context; `None` when the result is none or undefined.
pub(super) fn evaluate(expression: &CompiledExpression, context: &Value) -> Result<Option<Json>, String> {
    let value = expression.eval(context.clone()).map_err(|error| describe_error(&error))?;
    if value.is_undefined() || value.is_none() {
        return Ok(None);
    }
    let mut left = MAX_RESULT_BYTES;
    let json = to_json(&value, &mut left, MAX_DEPTH)?;
    if json.to_string().len() <= MAX_RESULT_BYTES { Ok(Some(json)) } else { Err(too_large_message()) }
}

fn too_large_message() -> String {
    format!("larger than {MAX_RESULT_BYTES} bytes")
}

/// Converts the result to JSON. Items are charged one by one, because a result may be a list that generates
/// its items lazily.
fn to_json(value: &Value, left: &mut usize, depth: usize) -> Result<Json, String> {
    spend_budget(left, 1)?;
    let deeper = || depth.checked_sub(1).ok_or_else(|| format!("deeper than {MAX_DEPTH} levels"));
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Ok(Json::Null),
        ValueKind::Bool => Ok(Json::Bool(value.is_true())),
        ValueKind::Number => number_to_json(value),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            spend_budget(left, text.len())?;
            Ok(Json::String(text.to_owned()))
        }
        ValueKind::Seq | ValueKind::Iterable => list_to_json(value, left, deeper()?),
        ValueKind::Map => object_to_json(value, left, deeper()?),
        other => Err(format!("{other} can't be in a token")),
    }
}

fn spend_budget(left: &mut usize, bytes: usize) -> Result<(), String> {
    *left = left.checked_sub(bytes).ok_or_else(too_large_message)?;
    Ok(())
}

fn list_to_json(value: &Value, left: &mut usize, depth: usize) -> Result<Json, String> {
    let items = value.try_iter().map_err(|error| describe_error(&error))?;
    items.map(|item| to_json(&item, left, depth)).collect()
}

fn object_to_json(value: &Value, left: &mut usize, depth: usize) -> Result<Json, String> {
    let mut fields = Map::new();
    for key in value.try_iter().map_err(|error| describe_error(&error))? {
        let name = key.as_str().ok_or("the name of a field is not text")?;
        spend_budget(left, name.len())?;
        let inner = value.get_item(&key).map_err(|error| describe_error(&error))?;
        fields.insert(name.to_owned(), to_json(&inner, left, depth)?);
    }
    Ok(Json::Object(fields))
}

fn number_to_json(value: &Value) -> Result<Json, String> {
    let whole = value.is_integer().then(|| i64::try_from(value.clone()).ok().map(Number::from));
    let number = match whole {
        Some(whole) => whole,
        None => f64::try_from(value.clone()).ok().and_then(Number::from_f64),
    };
    number.map(Json::Number).ok_or_else(|| "a number that JSON can't hold".to_owned())
}

#[cfg(test)]
mod tests;
