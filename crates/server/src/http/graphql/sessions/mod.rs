//! Sign-in with a password, sign-out, and sessions created by an operator's API key. The rules are in
//! `rekey_core::sign_in` and `rekey_core::sessions`. Any wrong identifier or password is
//! `INVALID_CREDENTIALS`, even where the settings let a reset reveal that an address has no account.

mod types;

use async_graphql::{Context, Object, Result};

use crate::http::graphql::authentication::{GraphqlRequest, Permission, Principal, graphql_request};
use crate::http::graphql::payload::{invalid_input, to_graphql_error};
use crate::http::graphql::people::Person;
use crate::http::graphql::sessions::types::{
    CreateSessionTokenError, CreateSessionTokenErrorCode, CreateSessionTokenResponse,
    CreateSessionTokenResult, SignInOptions, SignInResponse, SignInResult, SignOutError, SignOutErrorCode,
    SignOutResponse, sign_in_error, ttl_seconds,
};
use rekey_core::sessions::{by_token_including_restricted, end, end_all_but, issue, shorten};
use rekey_core::sign_in::{Typed, by_password};
use rekey_core::types::error::{self, Error, Refusal};
use rekey_core::types::ids::UserId;
use rekey_core::types::secret::Secret;
use rekey_core::users::search;
use rekey_core::users::user::User;

/// Mutations of sessions.
#[derive(Default)]
pub struct SessionMutation;

/// Mutations of sessions.
#[Object]
#[expect(clippy::too_many_arguments, reason = "the arguments of the contract")]
impl SessionMutation {
    /// Starts a session with an address and a password. `expiration` is in minutes and can only shorten it.
    async fn sign_in(
        &self,
        context: &Context<'_>,
        email: String,
        #[graphql(secret)] password: String,
        expiration: Option<i32>,
        #[graphql(name = "otpToken", secret)] _otp_token: Option<String>,
        #[graphql(name = "backupCode", secret)] _backup_code: Option<String>,
        #[graphql(name = "options")] _options: Option<SignInOptions>,
    ) -> Option<Result<SignInResponse>> {
        Some(try_sign_in(context, &email, &Secret::new(password), expiration).await)
    }

    /// Ends the caller's session, or with `all` every session of the user.
    async fn sign_out(&self, context: &Context<'_>, all: Option<bool>) -> Option<Result<SignOutResponse>> {
        Some(try_sign_out(context, all.unwrap_or(false)).await)
    }

    /// Starts a session for a user without a password. Give either `email` or `personId`.
    async fn create_session_token(
        &self,
        context: &Context<'_>,
        email: Option<String>,
        person_id: Option<String>,
        expiration: Option<i32>,
        #[graphql(name = "options")] _options: Option<SignInOptions>,
    ) -> Option<Result<CreateSessionTokenResponse>> {
        Some(try_create_session_token(context, email, person_id, expiration).await)
    }
}

async fn try_sign_in(
    context: &Context<'_>,
    email: &str,
    password: &Secret,
    expiration: Option<i32>,
) -> Result<SignInResponse> {
    let request = graphql_request(context)?;
    request.authorize(Permission::SignIn, "sign in")?;
    let life = ttl_seconds(expiration)?;
    let typed = Typed { identifier: email, password };
    let entry = match by_password(request.context(), typed, None).await {
        Ok(entry) => entry,
        Err(Error::Refused(refusal)) => return Ok(sign_in_error(&refusal).into()),
        Err(error) => return Err(to_graphql_error(&error)),
    };
    let failed = |error| to_graphql_error(&error);
    if let Some(life) = life {
        shorten(request.core(), &entry.token, life).await.map_err(failed)?;
    }
    let current = by_token_including_restricted(request.core(), &entry.token).await.map_err(failed)?;
    let Some(current) = current else { return Ok(sign_in_error(&Refusal::InvalidCredentials).into()) };
    let result = SignInResult {
        token: entry.token.expose().to_owned(),
        person: Person(Box::new(current.user)),
        backup_codes: None,
    };
    Ok(SignInResponse { result: Some(result), ..SignInResponse::done() })
}

async fn try_sign_out(context: &Context<'_>, all: bool) -> Result<SignOutResponse> {
    let request = graphql_request(context)?;
    let Principal::User(current) = &request.principal else {
        return Ok(SignOutError::new(SignOutErrorCode::NotAPerson, "Only a person can sign out").into());
    };
    let user = &current.user.id;
    let session = &current.session.id;
    let ended = if all {
        end_all_but(request.context(), user, None).await.map(drop)
    } else {
        end(request.context(), user, session).await
    };
    match ended {
        // The session may have ended meanwhile.
        Ok(()) | Err(Error::Refused(Refusal::NotFound)) => Ok(SignOutResponse::done()),
        Err(error) => Err(to_graphql_error(&error)),
    }
}

async fn try_create_session_token(
    context: &Context<'_>,
    email: Option<String>,
    person_id: Option<String>,
    expiration: Option<i32>,
) -> Result<CreateSessionTokenResponse> {
    use CreateSessionTokenErrorCode as Code;
    let request = graphql_request(context)?;
    let by = request.actor("create a session token")?;
    let life = ttl_seconds(expiration)?;
    let refused = |code, message| Ok(CreateSessionTokenError::new(code, message).into());
    let (found, unknown) = match (email, person_id) {
        (Some(email), None) => (find_by_email(request, &email).await, Code::UnknownEmail),
        (None, Some(id)) => (search::find(request.core(), &UserId(id)).await, Code::UnknownPersonId),
        _ => return Err(invalid_input("expected one of email and personId")),
    };
    let Some(user) = found.map_err(|error| to_graphql_error(&error))? else {
        return refused(unknown, "Person was not found");
    };
    if user.is_suspended {
        return refused(Code::PersonDisabled, "Person is disabled");
    }
    let token = issue(request.core(), by, &user, life).await.map_err(|error| to_graphql_error(&error))?;
    let token = token.expose().to_owned();
    let result = CreateSessionTokenResult { token, person: Person(Box::new(user)) };
    Ok(CreateSessionTokenResponse { result: Some(result), ..CreateSessionTokenResponse::done() })
}

/// An id in place of the address finds nobody.
async fn find_by_email(request: &GraphqlRequest, email: &str) -> error::Result<Option<User>> {
    if !email.contains('@') {
        return Ok(None);
    }
    search::find_by_id_or_identifier(request.core(), email).await
}
