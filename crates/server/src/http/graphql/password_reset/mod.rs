//! Password reset in two calls, with a token check between them. The rules are in
//! `rekey_core::recovery::reset_by_token`, which every interface uses. A valid token has an enum value of its
//! own, because the documented "anything else" cannot be expressed in GraphQL.

mod types;

use async_graphql::{Context, Object, Result};

use crate::http::graphql::authentication::{GraphqlRequest, Permission, graphql_request};
use crate::http::graphql::password_reset::types::{
    CheckResetPasswordTokenCode, CreatePasswordResetRequestResponse, CreateResetPasswordRequestOptions,
    MAX_VARIANT_LEN, ResetPasswordResponse, request_error, reset_error,
};
use crate::http::graphql::payload::to_graphql_error;
use rekey_adapters::i18n::Lang;
use rekey_core::captcha::{self, CaptchaResponse};
use rekey_core::recovery::reset_by_token::{self, ResetTokenStatus};
use rekey_core::types::caller::Caller;
use rekey_core::types::error::Error;
use rekey_core::types::ids::RequestId;
use rekey_core::types::secret::Secret;

/// Queries of password resets.
#[derive(Default)]
pub struct ResetQuery;

/// Queries of password resets.
#[Object]
impl ResetQuery {
    /// Whether the token of a message is valid. The query does not use it up.
    async fn check_reset_password_token(
        &self,
        context: &Context<'_>,
        request_id: String,
        #[graphql(secret)] token: String,
    ) -> Result<CheckResetPasswordTokenCode> {
        let request = graphql_request(context)?;
        request.authorize(Permission::SignIn, "check a reset token")?;
        let status =
            reset_by_token::check_token(request.core(), &RequestId(request_id), &Secret::new(token)).await;
        Ok(match status.map_err(|error| to_graphql_error(&error))? {
            ResetTokenStatus::Valid => CheckResetPasswordTokenCode::TokenValid,
            ResetTokenStatus::RequestUnknown => CheckResetPasswordTokenCode::RequestNotFound,
            ResetTokenStatus::TokenUnknown => CheckResetPasswordTokenCode::TokenNotFound,
            ResetTokenStatus::Replaced => CheckResetPasswordTokenCode::TokenInvalid,
            ResetTokenStatus::Used => CheckResetPasswordTokenCode::TokenUsed,
            ResetTokenStatus::Expired => CheckResetPasswordTokenCode::TokenExpired,
        })
    }
}

/// Mutations of password resets.
#[derive(Default)]
pub struct ResetMutation;

/// Mutations of password resets.
#[Object]
impl ResetMutation {
    /// Sends a message with a token and a link. The response is the same whether or not an account has the
    /// address, unless the settings allow revealing it.
    async fn create_reset_password_request(
        &self,
        context: &Context<'_>,
        email: String,
        options: Option<CreateResetPasswordRequestOptions>,
        #[graphql(secret)] captcha_token: Option<String>,
    ) -> Option<Result<CreatePasswordResetRequestResponse>> {
        let request = match authorize_sign_in(context, "initiate a password reset") {
            Ok(request) => request,
            Err(error) => return Some(Err(error)),
        };
        let caller = caller_with_options(request, options);
        let shown = CaptchaResponse::from_token(captcha_token.as_deref());
        let by_caller = request.context().with_caller(&caller);
        let checked = match captcha::check(by_caller, captcha::ProtectedAction::PasswordReset, shown).await {
            Ok(()) => reset_by_token::request_token(by_caller, &email).await,
            refused => refused,
        };
        Some(match checked {
            Ok(()) => Ok(CreatePasswordResetRequestResponse::done()),
            Err(Error::Refused(refusal)) => request_error(&refusal, &email)
                .map(CreatePasswordResetRequestResponse::refused)
                .ok_or_else(|| to_graphql_error(&Error::Refused(refusal))),
            Err(error) => Err(to_graphql_error(&error)),
        })
    }

    /// Sets a new password with the token of a message, which is used up. The user is not signed in.
    async fn reset_password(
        &self,
        context: &Context<'_>,
        #[graphql(secret)] token: String,
        #[graphql(secret)] password: String,
    ) -> Option<Result<ResetPasswordResponse>> {
        let request = match authorize_sign_in(context, "reset a password") {
            Ok(request) => request,
            Err(error) => return Some(Err(error)),
        };
        let token = Secret::new(token);
        let password = Secret::new(password);
        Some(match reset_by_token::reset_password(request.context(), &token, &password).await {
            Ok(_) => Ok(ResetPasswordResponse::done()),
            Err(Error::Refused(refusal)) => reset_error(&refusal, &password)
                .map(ResetPasswordResponse::refused)
                .ok_or_else(|| to_graphql_error(&Error::Refused(refusal))),
            Err(error) => Err(to_graphql_error(&error)),
        })
    }
}

fn authorize_sign_in<'a>(context: &Context<'a>, what: &str) -> Result<&'a GraphqlRequest> {
    let request = graphql_request(context)?;
    request.authorize(Permission::SignIn, what)?;
    Ok(request)
}

/// The caller with the options of the message. Unknown options are ignored.
fn caller_with_options(
    request: &GraphqlRequest,
    options: Option<CreateResetPasswordRequestOptions>,
) -> Caller {
    let mut caller = request.caller().clone();
    let Some(options) = options else { return caller };
    let project = options.mail_project.filter(|id| request.core().snapshot().app(id).is_some());
    caller.app_id = caller.app_id.or(project);
    if let Some(variant) = options.mail_variant.filter(|variant| variant.len() <= MAX_VARIANT_LEN) {
        if let Some(lang) = Lang::from_tag(&variant) {
            lang.tag().clone_into(&mut caller.locale);
        }
        caller.variant = variant;
    }
    caller
}
