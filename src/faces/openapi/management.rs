//! The routes for operators' machines.

use utoipa::OpenApi;

use crate::faces::management::{applications, hooks, jwt_customizer, sign_in_experience, user_sessions};

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
    user_sessions::list,
    user_sessions::destroy_all,
    user_sessions::destroy,
))]
pub(super) struct Management;
