//! Recovery, sign-in and administration over GraphQL, at `/graphql` and `/tenant`, for clients of the
//! Contember Tenant API. The caller is authenticated by a bearer token before anything is read, and no cookie
//! is used. A refusal is a payload with `ok: false` and status 200; only an invalid query has another status.
//! The schema is merged here from its parts; fields for what Rekey does not have are present in it with their
//! fixed values.

/// Administration.
mod admin;
/// Authentication.
mod authentication;
/// Execution on separate threads.
mod execute;
/// Limits on the cost of a query.
mod limits;
/// Password reset.
mod password_reset;
/// Changing one's own password, and setting a user's.
mod passwords;
/// Types that all payloads share.
mod payload;
/// Users.
mod people;
/// Sign-in and sign-out.
mod sessions;
/// Sign-up.
mod sign_up;
/// Requests and responses.
mod transport;
/// Violations of the password policy.
mod weak_password;

use std::sync::LazyLock;

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions};

use crate::http::graphql::admin::api_keys::ApiKeyMutation;
use crate::http::graphql::admin::log::LogQuery;
use crate::http::graphql::admin::mail_templates::{MailTemplateMutation, MailTemplateQuery};
use crate::http::graphql::admin::settings::{SettingsMutation, SettingsQuery};
use crate::http::graphql::limits::{MAX_DEPTH, MAX_SELECTIONS};
use crate::http::graphql::password_reset::{ResetMutation, ResetQuery};
use crate::http::graphql::passwords::PasswordMutation;
use crate::http::graphql::people::PeopleQuery;
use crate::http::graphql::sessions::SessionMutation;
use crate::http::graphql::sign_up::SignUpMutation;

pub use crate::http::graphql::transport::{execute_request, method_not_allowed};

/// The queries.
#[derive(MergedObject, Default)]
pub struct Query(PeopleQuery, ResetQuery, LogQuery, MailTemplateQuery, SettingsQuery);

/// The mutations.
#[derive(MergedObject, Default)]
pub struct Mutation(
    ResetMutation,
    SessionMutation,
    SignUpMutation,
    PasswordMutation,
    MailTemplateMutation,
    SettingsMutation,
    ApiKeyMutation,
);

type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The schema. It is built once and holds no state: the caller comes with each request.
static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .limit_depth(MAX_DEPTH)
        .limit_complexity(MAX_SELECTIONS)
        .disable_suggestions()
        .finish()
});

/// The schema as text (docs/graphql.graphql), identical on every build.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    SCHEMA.sdl_with_options(options).trim_end().to_owned()
}
