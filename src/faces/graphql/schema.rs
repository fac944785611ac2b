//! Everything that may be asked, put together from the parts, and its printed form (docs/graphql.graphql). It is built once and holds no
//! state: who calls comes with each request. The surprise: what Rekey has not got stands in it with the value that it then has.

use std::sync::LazyLock;

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions};

use super::limits::{DEEPEST, WIDEST};
use super::operators::keys::KeyMutation;
use super::operators::letters::{LetterMutation, LetterQuery};
use super::operators::log::LogQuery;
use super::operators::settings::{SettingsMutation, SettingsQuery};
use super::passwords::PasswordMutation;
use super::people::PeopleQuery;
use super::resets::{ResetMutation, ResetQuery};
use super::sessions::SessionMutation;
use super::sign_up::SignUpMutation;

/// What can be looked at.
#[derive(MergedObject, Default)]
pub struct Query(PeopleQuery, ResetQuery, LogQuery, LetterQuery, SettingsQuery);

/// What can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    ResetMutation,
    SessionMutation,
    SignUpMutation,
    PasswordMutation,
    LetterMutation,
    SettingsMutation,
    KeyMutation,
);

type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// All of it.
pub(super) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .limit_depth(DEEPEST)
        .limit_complexity(WIDEST)
        .disable_suggestions()
        .finish()
});

/// As text, the same on every build.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    SCHEMA.sdl_with_options(options).trim_end().to_owned()
}
