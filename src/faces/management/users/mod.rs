//! People, as operators' machines find, make, change and take them away. Administrators are exempt from the password policy and from nothing else.

/// What apps keep about them, and what they say about themselves.
pub mod data;
/// Their passwords.
pub mod passwords;
/// Where they are signed in.
pub mod sessions;
/// Their shape on the wire.
mod wire;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use self::wire::{NewUserIn, UserOut, UserPatchIn};
use super::machine::{Given, Machine};
use super::paging::{Asked, Counted, Cursor, Page};
use crate::domain::users::{self, directory, import};
use crate::faces::common::api::{Answer, ApiError};
use crate::model::error::{Error, Refusal, Result};
use crate::model::ids::UserId;
use crate::model::user::directory::{Part, Wanted};
use crate::model::user::{NewUser, User};

/// The parameters that look for somebody, and what each looks at.
const SEARCHES: [(&str, Part); 6] = [
    ("search", Part::Any),
    ("search.id", Part::Id),
    ("search.primaryEmail", Part::Email),
    ("search.primaryPhone", Part::Phone),
    ("search.username", Part::Username),
    ("search.name", Part::Name),
];

/// `GET /api/users`: a page of everybody in the order of making, or of those who are looked for.
#[utoipa::path(
    get, path = "/api/users", tag = "management", operation_id = "listUsers",
    params(
        ("search" = Option<String>, Query, description = "Those whose id, address, number, username or name is this, in whatever case; with `%` at its end, begins so."),
        ("search.id" = Option<String>, Query, description = "The same of the id alone, whole."),
        ("search.primaryEmail" = Option<String>, Query, description = "The same of the address alone."),
        ("search.primaryPhone" = Option<String>, Query, description = "The same of the number alone."),
        ("search.username" = Option<String>, Query, description = "The same of the username alone."),
        ("search.name" = Option<String>, Query, description = "The same of the name alone."),
        ("cursor" = Option<String>, Query, description = "In the place of `page`: the page after the person with this id; empty for the first. `Link` has the next. However far it has come, it costs the same."),
        Page,
    ),
    responses(
        (status = 200, description = "`Total-Number` counts up to 1000; `Total-Number-Is-Capped` says that there may be more.", body = [UserOut]),
        (status = 400, description = "`guard.invalid_pagination`, or `guard.invalid_input` for a search that is not offered."),
    ),
)]
pub async fn list(machine: Machine, request: HttpRequest) -> Answer {
    let asked = Asked::of(&request);
    match asked.cursor() {
        Ok(None) => {}
        Ok(Some(place)) => return machine.answer(after(&machine, &asked, place).await),
        Err(error) => return error.answer(&machine.call),
    }
    let (slice, wanted) = match asked.slice().and_then(|slice| Ok((slice, wanted(&asked)?))) {
        Ok(read) => read,
        Err(error) => return error.answer(&machine.call),
    };
    let rekey = &machine.call.app.rekey;
    let found = directory::page(rekey, machine.author(), wanted.as_ref(), slice.rows()).await;
    machine.answer(found.map(|(people, count)| {
        let people: Vec<UserOut> = people.into_iter().map(UserOut::from).collect();
        let total = usize::try_from(count).unwrap_or_default();
        let found = Counted { items: &people, total, is_capped: count >= directory::COUNTED };
        asked.page(&machine.call, slice, &found)
    }))
}

/// The page after somebody.
async fn after(machine: &Machine, asked: &Asked, cursor: Cursor<'_>) -> Result<Answer> {
    let Cursor { after, size } = cursor;
    let people = directory::after(&machine.call.app.rekey, machine.author(), after, size).await?;
    let is_full = i64::try_from(people.len()).is_ok_and(|count| count == size);
    let last = people.last().filter(|_| is_full).map(|last| last.id.0.clone());
    let people: Vec<UserOut> = people.into_iter().map(UserOut::from).collect();
    let next = last.as_deref().map(|after| Cursor { after, size });
    Ok(asked.page_before(&machine.call, &people, next))
}

/// Who is looked for. What other servers of this API search by and we do not is refused, not ignored: the answer would be about somebody else.
fn wanted(asked: &Asked) -> std::result::Result<Option<Wanted>, ApiError> {
    let mut known = asked.pairs().filter(|(name, _)| !matches!(*name, "page" | "page_size"));
    let Some((name, text)) = known.next() else { return Ok(None) };
    let refused = |what: &str| Err(ApiError::invalid(format!("{name}: {what}")));
    let Some((_, part)) = SEARCHES.iter().find(|(search, _)| *search == name) else {
        return refused("not offered; expected one search, its kind of field after a dot");
    };
    if known.next().is_some() {
        return refused("expected one search");
    }
    let (text, is_beginning) = text.strip_suffix('%').map_or((text, false), |text| (text, true));
    match text.is_empty() || text.contains('%') || text.chars().count() > 256 {
        true => refused("expected text, with % at its end for a beginning"),
        false => Ok(Some(Wanted::of(*part, text, is_beginning))),
    }
}

/// `POST /api/users`: makes an account with whatever is known.
#[utoipa::path(
    post, path = "/api/users", tag = "management", operation_id = "createUser", request_body = NewUserIn,
    responses(
        (status = 200, body = UserOut),
        (status = 400, description = "`guard.invalid_input`, `user.password_and_digest` or `user.password_algorithm_required`."),
        (status = 422, description = "Another person has it: `user.email_already_in_use`, `user.phone_already_in_use`, `user.username_already_in_use`. Or \
                                      the password is longer than any can be: `password.rejected`."),
    ),
)]
pub async fn create(given: Given<NewUserIn>) -> Answer {
    let Given { machine, body } = given;
    match created(&machine, body).await {
        Ok(user) => HttpResponse::Ok().json(UserOut::from(user)),
        Err(error) => machine.answer(Err(error)),
    }
}

async fn created(machine: &Machine, body: NewUserIn) -> Result<User> {
    let rekey = &machine.call.app.rekey;
    let (mut new, secrets): (NewUser, _) = body.split();
    let password = match (secrets.password, secrets.digest, secrets.algorithm) {
        (Some(_), Some(_), _) => return Err(Refusal::PasswordAndDigest.into()),
        (None, Some(_), None) => return Err(Refusal::PasswordAlgorithmMissing.into()),
        (None, Some(digest), Some(algorithm)) => {
            new.password_digest = Some(import::digest(rekey, algorithm.into(), &digest).await?);
            None
        }
        (password, None, _) => password,
    };
    users::create(rekey, machine.author(), new, password.as_ref()).await
}

/// `GET /api/users/{id}`: one of them.
#[utoipa::path(
    get, path = "/api/users/{id}", tag = "management", operation_id = "showUser",
    params(
        ("id", description = "The person."),
        ("includeSsoIdentities" = Option<bool>, Query, description = "Whether to say `ssoIdentities`, of which there are none here."),
        ("includePasswordHash" = Option<bool>, Query, description = "Whether to say `passwordDigest` and `passwordAlgorithm`."),
    ),
    responses(
        (status = 200, body = UserOut),
        (status = 400, description = "`guard.invalid_input`."),
        (status = 404, description = "Nobody has this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn show(machine: Machine, id: Path<String>, request: HttpRequest) -> Answer {
    let asked = Asked::of(&request);
    let (sso, hash) = match (asked.flag("includeSsoIdentities"), asked.flag("includePasswordHash")) {
        (Ok(sso), Ok(hash)) => (sso, hash),
        (Err(error), _) | (_, Err(error)) => return error.answer(&machine.call),
    };
    let (rekey, user) = (&machine.call.app.rekey, UserId(id.clone()));
    let found = match hash {
        true => directory::with_digest(rekey, machine.author(), &user).await,
        false => users::find(rekey, &user).await,
    };
    let found = found.and_then(|user| user.ok_or(Refusal::NotFound.into()));
    told(&machine, &id, found.map(|user| HttpResponse::Ok().json(UserOut::with(user, sso, hash))))
}

/// `PATCH /api/users/{id}`: each field that is named is replaced as a whole, one that is null is gone.
#[utoipa::path(
    patch, path = "/api/users/{id}", tag = "management", operation_id = "updateUser", params(("id", description = "The person.")),
    request_body = UserPatchIn,
    responses(
        (status = 200, body = UserOut),
        (status = 404, description = "Nobody has this id: `entity.not_exists_with_id`."),
        (status = 422, description = "Another person has it: `user.email_already_in_use`, `user.phone_already_in_use`, `user.username_already_in_use`."),
    ),
)]
pub async fn update(given: Given<UserPatchIn>, id: Path<String>) -> Answer {
    let Given { machine, body } = given;
    let user = UserId(id.clone());
    let patched = users::patch(&machine.call.app.rekey, machine.author(), &user, body.into()).await;
    person(&machine, &id, patched)
}

/// Whether somebody is switched off.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UserStanding)]
pub struct StandingIn {
    is_suspended: bool,
}

/// `PATCH /api/users/{id}/is-suspended`: switches an account off or on; off ends every session and token.
#[utoipa::path(
    patch, path = "/api/users/{id}/is-suspended", tag = "management", operation_id = "suspendUser", params(("id", description = "The person.")),
    request_body = StandingIn,
    responses((status = 200, body = UserOut), (status = 404, description = "Nobody has this id: `entity.not_exists_with_id`.")),
)]
pub async fn suspend(given: Given<StandingIn>, id: Path<String>) -> Answer {
    let Given { machine, body } = given;
    let user = UserId(id.clone());
    let outcome = users::suspend(&machine.call.app.rekey, machine.author(), &user, body.is_suspended).await;
    person(&machine, &id, outcome)
}

/// `DELETE /api/users/{id}`: takes an account away; its sessions and tokens end first.
#[utoipa::path(
    delete, path = "/api/users/{id}", tag = "management", operation_id = "deleteUser", params(("id", description = "The person.")),
    responses((status = 204), (status = 404, description = "Nobody has this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(machine: Machine, id: Path<String>) -> Answer {
    let user = UserId(id.clone());
    let deleted = users::delete(&machine.call.app.rekey, machine.author(), &user).await;
    told(&machine, &id, deleted.map(|()| HttpResponse::NoContent().finish()))
}

/// A person as the answer.
fn person(machine: &Machine, id: &str, outcome: Result<User>) -> Answer {
    told(machine, id, outcome.map(|user| HttpResponse::Ok().json(UserOut::from(user))))
}

/// The answer; somebody who is not there is told by the id.
fn told(machine: &Machine, id: &str, outcome: Result<Answer>) -> Answer {
    match outcome {
        Err(Error::Refused(Refusal::NotFound)) => machine.nothing_has(id),
        other => machine.answer(other),
    }
}
