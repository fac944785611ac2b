//! What one query may cost, judged before the library sees it: its text before the parser, which recurses and reads some texts again and again;
//! its document before validation, which walks a fragment wherever it is spread. What an operation does is not limited here: a hundred
//! resets in one query are a hundred resets for the throttle.

/// The text.
mod text;
/// The document.
mod weight;

use async_graphql::{Request, ServerError, Variables};

pub(super) use self::text::check_text;
pub(super) use self::weight::check_document;

/// The deepest nesting of fields; the usual introspection needs 13.
pub(super) const MAX_DEPTH: usize = 15;
/// The most fields and fragments, spread out.
pub(super) const MAX_SELECTIONS: usize = 1000;
/// The most fields with a name of the query's own, as one and the same operation needs to be asked often.
const MAX_ALIASES: usize = 100;

/// What is more than a query may have; the text is for developers.
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
    /// It is no GraphQL.
    Syntax(Box<ServerError>),
}

/// Reads the query of a request, once its text and its document are known to be within bounds.
pub(super) fn parse_within_limits(request: &mut Request) -> Result<(), InvalidQuery> {
    check_text(&request.query).map_err(InvalidQuery::LimitExceeded)?;
    let variables: Variables = std::mem::take(&mut request.variables);
    let document = request.parsed_query().map_err(|error| InvalidQuery::Syntax(Box::new(error)))?;
    let judged = check_document(document, &variables);
    request.variables = variables;
    judged.map_err(InvalidQuery::LimitExceeded)
}
