//! One expression: understood once, evaluated for each token, always within bounds. The language is that of minijinja's expressions, so
//! that operators meet one language wherever they write something. Its fuel bounds time and memory; what fuel does not see is taken out:
//! `*`, with which a list of a billion items costs nothing until it is turned into text, and every function that makes things up.

use std::sync::LazyLock;

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, Expression, UndefinedBehavior, Value};
use serde_json::{Map, Number, Value as Json};

/// Steps of one expression, or as many times 64 bytes: a third of a megabyte at the very most.
const FUEL: u64 = 5000;
/// How deep a list or an object of a result may be.
const DEEPEST: usize = 8;
/// The largest result, as JSON, in bytes.
pub(super) const LARGEST: usize = 2048;

/// Filters that make large things of small ones, or that are for pages.
const NOT_OFFERED: [&str; 13] = [
    "batch", "chain", "e", "escape", "format", "groupby", "indent", "lines", "pprint", "reverse", "safe",
    "slice", "zip",
];

/// Never changed once it is made: what an expression may use.
static LANGUAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut language = Environment::new();
    for name in NOT_OFFERED {
        language.remove_filter(name);
    }
    for name in ["range", "dict", "debug", "namespace"] {
        language.remove_global(name);
    }
    language.set_undefined_behavior(UndefinedBehavior::Strict);
    language.set_fuel(Some(FUEL));
    language
});

/// An expression that was understood.
pub(super) type Understood = Expression<'static, 'static>;

/// Reads an expression; otherwise what is wrong with it.
pub(super) fn understand(text: &str) -> Result<Understood, String> {
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

/// Why something did not work, without the text of the expression.
fn reason(error: &Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

fn too_large() -> String {
    format!("larger than {LARGEST} bytes")
}

/// Whether there is a `*` outside of quotes.
fn multiplies(text: &str) -> bool {
    let (mut quote, mut escaped) = (None, false);
    for c in text.chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None if c == '*' => return true,
            None if c == '"' || c == '\'' => quote = Some(c),
            None => {}
        }
    }
    false
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
