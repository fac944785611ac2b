//! Codes for an app with its own screens, and what they allow: sign-in, sign-up, or an hour to set a
//! forgotten password. A code request gets the same answer for everybody, and so does every failed code
//! (no_oracle).

use crate::apps::client_app::ClientApp;
use crate::sdk::tokens::{self, Tokens};
use crate::sessions::{self, AuthenticatedUser};
use crate::sign_in::{SignInOutcome, Typed, by_grant, by_recovery};
use crate::sign_up::{self, SignUpProof};
use crate::types::amr::Amr;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::verification::cookieless::{request_code, verify_code};
use crate::verification::{CodeRequest, link};
use crate::{Context, Core};

/// The purpose that the app names for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePurpose {
    /// A forgotten password.
    Recovery,
    /// Sign-in, or an account that `send_sign_in_code` allowed.
    Email,
    /// An account that was requested with its password.
    SignUp,
}

/// A code sent by an app.
#[derive(Clone, Copy, Debug)]
pub struct SubmittedCode<'a> {
    /// The purpose named.
    pub purpose: CodePurpose,
    /// The address it was sent to.
    pub email: &'a Identifier,
    /// The code as typed; for a recovery also the token of the link in the same message.
    pub code: &'a str,
    /// The sign-up token: it carries the password of a new account.
    pub sign_up: Option<&'a Secret>,
}

/// The result for a user who signed in.
#[derive(Clone, Debug)]
pub struct AppSession {
    /// The user.
    pub user: User,
    /// Their tokens.
    pub tokens: Tokens,
    /// Whether a password must be set: there is none and the settings require one, or the session allows
    /// nothing else.
    pub password_required: bool,
}

/// Sends a recovery code.
#[tracing::instrument(skip_all)]
pub async fn send_recovery_code(context: Context<'_>, email: &Identifier) -> Result<()> {
    let code_request =
        CodeRequest { names_link_token: true, ..CodeRequest::new(Purpose::Reset, email.clone()) };
    request_code(context, code_request).await
}

/// Sends a sign-in code; for an unknown address one that also creates an account, if `may_create_account`
/// and the settings allow sign-up. Both are one kind of request, or later calls would tell them apart
/// (no_oracle).
#[tracing::instrument(skip_all)]
pub async fn send_sign_in_code(
    context: Context<'_>,
    email: &Identifier,
    may_create_account: bool,
) -> Result<()> {
    if !context.snapshot().code_kinds().channels().email {
        return Err(Refusal::SignInDisabled.into());
    }
    let may_create_account = may_create_account && context.snapshot().sign_up_kinds().email;
    let code_request = CodeRequest { may_create_account, ..CodeRequest::new(Purpose::SignIn, email.clone()) };
    request_code(context, code_request).await
}

/// Verifies a code; returns the user and the tokens for the app.
#[tracing::instrument(name = "verify_sdk_code", skip_all)]
pub async fn verify(context: Context<'_>, app: &ClientApp, proof: &SubmittedCode<'_>) -> Result<AppSession> {
    if proof.purpose == CodePurpose::Recovery && link::is_link_token(proof.code) {
        let token = Secret::new(proof.code.to_owned());
        let grant = link::verify_link_of_address(context, proof.email, &token).await?;
        let current = by_recovery(context, &grant).await?;
        return create_app_session(context, app, current, Amr::Recovery).await;
    }
    let purposes: &[Purpose] = match proof.purpose {
        CodePurpose::Recovery => &[Purpose::Reset],
        CodePurpose::Email => &[Purpose::SignIn, Purpose::SignUp],
        CodePurpose::SignUp => &[Purpose::SignUp],
    };
    let (request, grant) = verify_code(context, purposes, proof.email, proof.code).await?;
    let claim = match request.purpose {
        Purpose::Reset => {
            let current = by_recovery(context, &grant).await?;
            return create_app_session(context, app, current, Amr::Recovery).await;
        }
        Purpose::SignIn if !request.may_create_account() => {
            let entry = by_grant(context, &grant, Vec::new(), None).await?;
            return create_app_session(context, app, load_session(context.core, &entry).await?, Amr::Otp)
                .await;
        }
        Purpose::SignIn => SignUpProof::VerifiedForSignIn(grant),
        Purpose::SignUp => SignUpProof::VerifiedAddress(grant),
        Purpose::Reauthenticate | Purpose::NewAddress | Purpose::External => {
            return Err(Refusal::RequestEnded.into());
        }
    };
    let entry = sign_up::cookieless::create_account(context, &claim, proof.email, proof.sign_up).await?;
    create_app_session(context, app, load_session(context.core, &entry).await?, Amr::Otp).await
}

/// Issues the app's tokens.
async fn create_app_session(
    context: Context<'_>,
    app: &ClientApp,
    current: AuthenticatedUser,
    amr: Amr,
) -> Result<AppSession> {
    let tokens = tokens::issue_tokens(context, app, &current, amr).await?;
    let has_none = current.user.password_digest.is_none() && sign_up::requires_password(context.core);
    let password_required = has_none || current.session.must_change.is_some();
    Ok(AppSession { user: current.user, tokens, password_required })
}

/// The session that has just started.
async fn load_session(core: &Core, entry: &SignInOutcome) -> Result<AuthenticatedUser> {
    sessions::by_token_including_restricted(core, &entry.token)
        .await?
        .ok_or_else(|| Refusal::GrantInvalid.into())
}

/// Signs in by password.
#[tracing::instrument(skip_all)]
pub async fn sign_in_by_password(
    context: Context<'_>,
    app: &ClientApp,
    typed: Typed<'_>,
) -> Result<AppSession> {
    let entry = crate::sign_in::by_password(context, typed, None).await?;
    create_app_session(context, app, load_session(context.core, &entry).await?, Amr::Password).await
}
