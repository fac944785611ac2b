//! The routes for operators' machines.

use utoipa::OpenApi;

use crate::faces::management::{
    applications, hooks, jwt_customizer, logs, one_time_tokens, sentinel, sign_in_experience, users,
};

/// Every handler of that face.
#[derive(OpenApi)]
#[openapi(paths(
    sign_in_experience::show,
    sign_in_experience::update,
    sign_in_experience::check_password,
    applications::list,
    applications::create,
    applications::show,
    applications::update,
    applications::destroy,
    applications::secrets::list,
    applications::secrets::create,
    applications::secrets::destroy,
    jwt_customizer::list,
    jwt_customizer::test,
    jwt_customizer::show,
    jwt_customizer::replace,
    jwt_customizer::update,
    jwt_customizer::destroy,
    one_time_tokens::create,
    hooks::list,
    hooks::create,
    hooks::show,
    hooks::update,
    hooks::destroy,
    hooks::rotate,
    hooks::trial::send,
    hooks::deliveries::logs,
    hooks::deliveries::list,
    hooks::deliveries::replay,
    hooks::deliveries::replay_all,
    users::list,
    users::create,
    users::show,
    users::update,
    users::destroy,
    users::suspend,
    users::data::show,
    users::data::update,
    users::data::update_profile,
    users::passwords::has,
    users::passwords::set,
    users::passwords::verify,
    users::passwords::expire,
    logs::list,
    logs::show,
    sentinel::unlock,
    users::sessions::list,
    users::sessions::destroy_all,
    users::sessions::destroy,
))]
pub(super) struct Management;
