//! Limits on the cost of one query, checked before the library sees it: the text before the parser, which
//! recurses and reads some strings repeatedly; the document before validation, which walks a fragment
//! wherever it is spread. What an operation does is not limited here: a hundred resets in one query count as
//! a hundred resets for the throttle.

/// Limits on the text.
mod text;
/// Limits on the document.
mod weight;

use async_graphql::{Request, ServerError, Variables};

use crate::http::graphql::limits::text::check_text;
use crate::http::graphql::limits::weight::check_document;

/// The deepest nesting of fields; the usual introspection query needs 13.
pub(super) const MAX_DEPTH: usize = 15;
/// The most fields and fragments, with fragments expanded.
pub(super) const MAX_SELECTIONS: usize = 1000;
/// The most aliased fields; repeating one operation many times needs aliases.
const MAX_ALIASES: usize = 100;

/// The limit that a query exceeds; the text is for developers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LimitExceeded(pub String);

impl LimitExceeded {
    fn more_than(most: usize, what: &str) -> Self {
        Self(format!("The query has more than {most} {what}"))
    }
}

/// Why a query is not executed.
pub(super) enum InvalidQuery {
    /// It would cost too much.
    LimitExceeded(LimitExceeded),
    /// It is not valid GraphQL.
    Syntax(Box<ServerError>),
}

/// Parses the query of a request after checking that its text and document are within the limits.
pub(super) fn parse_within_limits(request: &mut Request) -> Result<(), InvalidQuery> {
    check_text(&request.query).map_err(InvalidQuery::LimitExceeded)?;
    let variables: Variables = std::mem::take(&mut request.variables);
    let document = request.parsed_query().map_err(|error| InvalidQuery::Syntax(Box::new(error)))?;
    let judged = check_document(document, &variables);
    request.variables = variables;
    judged.map_err(InvalidQuery::LimitExceeded)
}

#[cfg(test)]
mod tests;
