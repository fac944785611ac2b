//! Sign-up through an API key, for operators with their own sign-up pages. The rules are in
//! `rekey_core::user_management`. The email address is not verified here: the caller is responsible for
//! that, which is why a public key may not do it.

mod types;

use async_graphql::{Context, Object, Result};

use crate::http::graphql::authentication::{GraphqlRequest, graphql_request};
use crate::http::graphql::payload::{invalid_input, to_graphql_error};
use crate::http::graphql::people::Person;
use crate::http::graphql::sign_up::types::{
    SignUpError, SignUpErrorCode, SignUpErrorRecommendedAction, SignUpResponse, SignUpResult, too_weak_error,
};
use rekey_core::audit::actor::Actor;
use rekey_core::captcha::{self, CaptchaResponse, ProtectedAction};
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::secret::Secret;
use rekey_core::user_management::{self, NewPassword};
use rekey_core::users::search;

/// Mutations for sign-up.
#[derive(Default)]
pub struct SignUpMutation;

/// Mutations for sign-up.
#[Object]
#[expect(clippy::too_many_arguments, reason = "the arguments of the contract")]
impl SignUpMutation {
    /// Creates an account. The address counts as verified. `passwordHash` is a bcrypt hash instead of a
    /// password.
    async fn sign_up(
        &self,
        context: &Context<'_>,
        email: String,
        #[graphql(secret)] password: Option<String>,
        #[graphql(secret)] password_hash: Option<String>,
        roles: Option<Vec<String>>,
        name: Option<String>,
        #[graphql(secret)] captcha_token: Option<String>,
    ) -> Option<Result<SignUpResponse>> {
        let newcomer = Newcomer {
            email,
            name,
            roles: roles.unwrap_or_default(),
            password: password.map(Secret::new),
            password_hash: password_hash.map(Secret::new),
        };
        Some(try_sign_up(context, newcomer, captcha_token.as_deref()).await)
    }
}

/// The new account.
struct Newcomer {
    /// The email address.
    email: String,
    /// The display name.
    name: Option<String>,
    /// The roles.
    roles: Vec<String>,
    /// The password.
    password: Option<Secret>,
    /// A bcrypt hash in its place.
    password_hash: Option<Secret>,
}

/// Creates the account if the captcha was solved by the visitor of the caller's page, which sent the token.
async fn try_sign_up(
    context: &Context<'_>,
    newcomer: Newcomer,
    token: Option<&str>,
) -> Result<SignUpResponse> {
    let request = graphql_request(context)?;
    let by = request.actor("sign somebody up")?;
    let shown = CaptchaResponse::from_token(token);
    match captcha::check(request.context(), ProtectedAction::SignUp, shown).await {
        Ok(()) => create_account(request, by, newcomer).await,
        Err(Error::Refused(Refusal::Captcha(fault))) => {
            let message = format!("Captcha verification failed: {}", fault.reason());
            Ok(SignUpError::new(SignUpErrorCode::InvalidCaptcha, message).into())
        }
        Err(error) => Err(to_graphql_error(&error)),
    }
}

async fn create_account(
    request: &GraphqlRequest,
    by: Actor<'_>,
    newcomer: Newcomer,
) -> Result<SignUpResponse> {
    if newcomer.roles.iter().any(|role| role != "person") {
        return Err(invalid_input("roles: people have none but person"));
    }
    let Newcomer { email, name, .. } = newcomer;
    let password = read_password(newcomer.password, newcomer.password_hash)?;
    match user_management::create_with_password(request.core(), by, &email, name, &password).await {
        Ok(user) => {
            let result = Some(SignUpResult { person: Person(Box::new(user)) });
            Ok(SignUpResponse { result, ..SignUpResponse::done() })
        }
        Err(Error::Refused(refusal)) => refusal_response(request, refusal, &email, &password).await,
        Err(error) => Err(to_graphql_error(&error)),
    }
}

/// An empty password counts as missing.
fn read_password(typed: Option<Secret>, hash: Option<Secret>) -> Result<NewPassword> {
    match (typed.filter(|typed| !typed.expose().is_empty()), hash) {
        (Some(_), Some(_)) => Err(invalid_input("expected one of password and passwordHash")),
        (Some(typed), None) => Ok(NewPassword::Typed(typed)),
        (None, Some(hash)) => Ok(NewPassword::Bcrypt(hash)),
        (None, None) => Ok(NewPassword::NotSet),
    }
}

async fn refusal_response(
    request: &GraphqlRequest,
    refusal: Refusal,
    email: &str,
    password: &NewPassword,
) -> Result<SignUpResponse> {
    use SignUpErrorCode as Code;
    let invalid_email = |why: &str| SignUpError::new(Code::InvalidEmailFormat, why).into();
    Ok(match refusal {
        Refusal::EmailTaken | Refusal::Duplicate => {
            let error = SignUpError::new(Code::EmailAlreadyExists, "Somebody has this email");
            SignUpError { recommended_action: recommended_action(request, email).await?, ..error }.into()
        }
        Refusal::IdentifierMalformed => invalid_email("This is no email address"),
        Refusal::IdentifierHidden => invalid_email("A sign in this email address can't be seen"),
        Refusal::PasswordWeak(violations) => too_weak_error(&violations, password).into(),
        Refusal::SettingsInvalid(_) => return Err(invalid_input("passwordHash: expected a bcrypt text")),
        other => return Err(to_graphql_error(&Error::Refused(other))),
    })
}

/// Returned only where the settings allow revealing that an address has an account.
async fn recommended_action(
    request: &GraphqlRequest,
    email: &str,
) -> Result<Option<SignUpErrorRecommendedAction>> {
    if !request.core().snapshot().settings.recovery.reveal_user_exists {
        return Ok(None);
    }
    let found = search::find_by_id_or_identifier(request.core(), email).await;
    let found = found.map_err(|error| to_graphql_error(&error))?;
    let has_password = found.is_some_and(|user| user.usable_digest().is_some());
    Ok(Some(if has_password {
        SignUpErrorRecommendedAction::SignIn
    } else {
        SignUpErrorRecommendedAction::ResetPassword
    }))
}
