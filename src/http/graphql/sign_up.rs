//! Sign-up through an API key, for operators with their own sign-up pages. The rules are in
//! `rekey_core::user_management`. The email address is not verified here: the caller is responsible for
//! that, which is why a public key may not do it.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};

use crate::http::graphql::authentication::{GraphqlRequest, graphql_request};
use crate::http::graphql::payload::{
    SignUpErrorRecommendedAction, invalid_input, response, to_graphql_error,
};
use crate::http::graphql::people::Person;
use crate::http::graphql::weak_password::{WeakPasswordReason, reasons};
use rekey_core::captcha::{self, CaptchaResponse, ProtectedAction};
use rekey_core::types::error::violation::Violation;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::secret::Secret;
use rekey_core::user_management::{self, NewPassword};
use rekey_core::users::search;

/// Why no account was created.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum SignUpErrorCode {
    /// The address is taken.
    EmailAlreadyExists,
    /// It is not an email address.
    InvalidEmailFormat,
    /// The policy refuses the password.
    TooWeak,
    /// The captcha is missing or invalid; `developerMessage` ends with the reason.
    InvalidCaptcha,
    /// Not returned: a key with the role `root` is not limited.
    RateLimitExceeded,
}

/// A new account.
#[derive(SimpleObject)]
pub struct SignUpResult {
    /// The user.
    person: Person,
}

response!(
    "What became of making an account.", SignUpResponse, SignUpError, SignUpErrorCode
    { result: SignUpResult = "The account." }
    {
        weak_password_reasons: Vec<WeakPasswordReason> = "What is wrong with the password.",
        recommended_action: SignUpErrorRecommendedAction = "What the owner of a taken address can do.",
        retry_after: i32 = "Never filled."
    }
);

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
        if let Err(refused) = ensure_human(context, captcha_token.as_deref()).await {
            return Some(refused);
        }
        let newcomer = Newcomer {
            email,
            name,
            password: password.map(Secret::new),
            password_hash: password_hash.map(Secret::new),
        };
        Some(try_sign_up(context, newcomer, &roles.unwrap_or_default()).await)
    }
}

/// Checks the captcha token that the caller received from its page's visitor.
async fn ensure_human(context: &Context<'_>, token: Option<&str>) -> Result<(), Result<SignUpResponse>> {
    let asker = graphql_request(context).map_err(Err)?;
    asker.actor("sign somebody up").map_err(Err)?;
    let checked =
        captcha::check(asker.context(), ProtectedAction::SignUp, CaptchaResponse::from_token(token)).await;
    checked.map_err(|error| match error {
        Error::Refused(Refusal::Captcha(fault)) => {
            let message = format!("Captcha verification failed: {}", fault.reason());
            Ok(SignUpError::new(SignUpErrorCode::InvalidCaptcha, message).into())
        }
        error => Err(to_graphql_error(&error)),
    })
}

/// The new account.
struct Newcomer {
    /// The email address.
    email: String,
    /// The display name.
    name: Option<String>,
    /// The password.
    password: Option<Secret>,
    /// A bcrypt hash in its place.
    password_hash: Option<Secret>,
}

async fn try_sign_up(context: &Context<'_>, newcomer: Newcomer, roles: &[String]) -> Result<SignUpResponse> {
    let asker = graphql_request(context)?;
    let by = asker.actor("sign somebody up")?;
    if roles.iter().any(|role| role != "person") {
        return Err(invalid_input("roles: people have none but person"));
    }
    let Newcomer { email, name, .. } = newcomer;
    let password = password(newcomer.password, newcomer.password_hash)?;
    match user_management::create_with_password(asker.core(), by, &email, name, &password).await {
        Ok(user) => {
            let result = Some(SignUpResult { person: Person(Box::new(user)) });
            Ok(SignUpResponse { result, ..SignUpResponse::done() })
        }
        Err(Error::Refused(refusal)) => refusal_response(asker, refusal, &email, &password).await,
        Err(error) => Err(to_graphql_error(&error)),
    }
}

/// An empty password counts as missing.
fn password(typed: Option<Secret>, hash: Option<Secret>) -> Result<NewPassword> {
    match (typed.filter(|typed| !typed.expose().is_empty()), hash) {
        (Some(_), Some(_)) => Err(invalid_input("expected one of password and passwordHash")),
        (Some(typed), None) => Ok(NewPassword::Typed(typed)),
        (None, Some(hash)) => Ok(NewPassword::Bcrypt(hash)),
        (None, None) => Ok(NewPassword::NotSet),
    }
}

async fn refusal_response(
    asker: &GraphqlRequest,
    refusal: Refusal,
    email: &str,
    password: &NewPassword,
) -> Result<SignUpResponse> {
    use SignUpErrorCode as Code;
    Ok(match refusal {
        Refusal::EmailTaken | Refusal::Duplicate => {
            let error = SignUpError::new(Code::EmailAlreadyExists, "Somebody has this email");
            SignUpError { recommended_action: recommended_action(asker, email).await?, ..error }.into()
        }
        Refusal::IdentifierMalformed => {
            SignUpError::new(Code::InvalidEmailFormat, "This is no email address").into()
        }
        Refusal::IdentifierHidden => {
            SignUpError::new(Code::InvalidEmailFormat, "A sign in this email address can't be seen").into()
        }
        Refusal::PasswordWeak(violations) => too_weak_error(&violations, password).into(),
        Refusal::SettingsInvalid(_) => return Err(invalid_input("passwordHash: expected a bcrypt text")),
        other => return Err(to_graphql_error(&Error::Refused(other))),
    })
}

fn too_weak_error(violations: &[Violation], password: &NewPassword) -> SignUpError {
    let typed = match password {
        NewPassword::Typed(typed) => typed.expose(),
        NewPassword::Bcrypt(_) | NewPassword::NotSet => "",
    };
    let (reasons, message) = reasons(violations, typed);
    SignUpError {
        weak_password_reasons: Some(reasons),
        ..SignUpError::new(SignUpErrorCode::TooWeak, message)
    }
}

/// Returned only where the settings allow revealing that an address has an account.
async fn recommended_action(
    asker: &GraphqlRequest,
    email: &str,
) -> Result<Option<SignUpErrorRecommendedAction>> {
    if !asker.core().snapshot().settings.recovery.reveal_user_exists {
        return Ok(None);
    }
    let found = search::find_by_id_or_identifier(asker.core(), email)
        .await
        .map_err(|error| to_graphql_error(&error))?;
    let has_password = found.is_some_and(|user| user.usable_digest().is_some());
    Ok(Some(if has_password {
        SignUpErrorRecommendedAction::SignIn
    } else {
        SignUpErrorRecommendedAction::ResetPassword
    }))
}
