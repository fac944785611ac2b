//! The complete schema, merged from its parts, and its printed form (docs/graphql.graphql). It is built once
//! and holds no state: the caller comes with each request. Fields for what Rekey does not have are present
//! with their fixed values.

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

/// The schema.
pub(super) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .limit_depth(MAX_DEPTH)
        .limit_complexity(MAX_SELECTIONS)
        .disable_suggestions()
        .finish()
});

/// The schema as text, identical on every build.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    SCHEMA.sdl_with_options(options).trim_end().to_owned()
}
