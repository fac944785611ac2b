//! One expression: understood once, evaluated for each token, always within bounds. The language is the one that operators meet
//! wherever they write something; what it may use is said in `language`.

use std::sync::LazyLock;

use minijinja::value::ValueKind;
use minijinja::{Environment, Expression, UndefinedBehavior, Value};
use serde_json::{Map, Number, Value as Json};

use super::super::language::{bounded, multiplies, reason, too_much};

/// Steps of one expression, or as many times 64 bytes: a third of a megabyte at the very most.
const FUEL: u64 = 5000;
/// How deep a list or an object of a result may be.
const DEEPEST: usize = 8;
/// The largest result, as JSON, in bytes.
pub(super) const LARGEST: usize = 2048;

/// Never changed once it is made: what an expression may use.
static LANGUAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut language = bounded(FUEL);
    language.set_undefined_behavior(UndefinedBehavior::Strict);
    language
});

/// An expression that was understood.
pub(super) type Understood = Expression<'static, 'static>;

/// Reads an expression; otherwise what is wrong with it.
pub(super) fn understand(text: &str) -> Result<Understood, String> {
    if let Some(problem) = too_much(text) {
        return Err(problem);
    }
    if multiplies(text) {
        return Err("* is not offered".to_owned());
    }
    LANGUAGE.compile_expression_owned(text.to_owned()).map_err(|error| reason(&error))
}

/// What an expression says of this context: nothing, when it is none or undefined.
pub(super) fn say(expression: &Understood, context: &Value) -> Result<Option<Json>, String> {
    let value = expression.eval(context.clone()).map_err(|error| reason(&error))?;
    if value.is_undefined() || value.is_none() {
        return Ok(None);
    }
    let mut left = LARGEST;
    let json = plain(&value, &mut left, DEEPEST)?;
    match json.to_string().len() <= LARGEST {
        true => Ok(Some(json)),
        false => Err(too_large()),
    }
}

fn too_large() -> String {
    format!("larger than {LARGEST} bytes")
}

/// The result as JSON. It is taken item by item from what is left, because a result may be a list that makes its items up as it goes.
fn plain(value: &Value, left: &mut usize, depth: usize) -> Result<Json, String> {
    spend(left, 1)?;
    let deeper = || depth.checked_sub(1).ok_or_else(|| format!("deeper than {DEEPEST} levels"));
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Ok(Json::Null),
        ValueKind::Bool => Ok(Json::Bool(value.is_true())),
        ValueKind::Number => number(value),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            spend(left, text.len())?;
            Ok(Json::String(text.to_owned()))
        }
        ValueKind::Seq | ValueKind::Iterable => list(value, left, deeper()?),
        ValueKind::Map => object(value, left, deeper()?),
        other => Err(format!("{other} can't be in a token")),
    }
}

fn spend(left: &mut usize, bytes: usize) -> Result<(), String> {
    *left = left.checked_sub(bytes).ok_or_else(too_large)?;
    Ok(())
}

fn list(value: &Value, left: &mut usize, depth: usize) -> Result<Json, String> {
    let items = value.try_iter().map_err(|error| reason(&error))?;
    items.map(|item| plain(&item, left, depth)).collect()
}

fn object(value: &Value, left: &mut usize, depth: usize) -> Result<Json, String> {
    let mut fields = Map::new();
    for key in value.try_iter().map_err(|error| reason(&error))? {
        let name = key.as_str().ok_or("the name of a field is not text")?;
        spend(left, name.len())?;
        let inner = value.get_item(&key).map_err(|error| reason(&error))?;
        fields.insert(name.to_owned(), plain(&inner, left, depth)?);
    }
    Ok(Json::Object(fields))
}

fn number(value: &Value) -> Result<Json, String> {
    let whole = value.is_integer().then(|| i64::try_from(value.clone()).ok().map(Number::from));
    let number = match whole {
        Some(whole) => whole,
        None => f64::try_from(value.clone()).ok().and_then(Number::from_f64),
    };
    number.map(Json::Number).ok_or_else(|| "a number that JSON can't hold".to_owned())
}

#[cfg(test)]
mod tests;
