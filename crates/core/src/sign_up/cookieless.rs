//! Sign-up through an app's own screens: address and password come first, the code after. The password is not
//! stored meanwhile: its hash goes to the app, sealed, and comes back with the code. The user who proves the
//! address sends the password that they typed, so another person's request can never put a different password
//! on the account.

use crate::passwords::{self, AcceptedPassword, ReusePolicy};
use crate::sign_in::SignInOutcome;
use crate::sign_up::SignUpProof;
use crate::sign_up::create_account::{Extras, audit_refusal, try_create};
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::caller::Caller;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::UserId;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::verification::{self, CodeRequest};
use crate::{Context, Core};

/// How long a sealed password may be sent with a code, in seconds: a day.
const TOKEN_TTL_SECONDS: i64 = 24 * 3600;

/// An account that was requested: what the app is answered, whether or not the address is taken.
#[derive(Clone, Debug)]
pub struct RequestedAccount {
    /// The id that the account gets if it is created with the token.
    pub id: UserId,
    /// The sealed password, to send with the code.
    pub token: Secret,
}

/// Requests an account; returns its id and the sealed password to send with the code. The answer is the same
/// whether or not the address is taken; the password is validated first, for everybody alike.
#[tracing::instrument(name = "request_sign_up_code", skip_all)]
pub async fn request_code(
    context: Context<'_>,
    email: &Identifier,
    password: &Secret,
) -> Result<RequestedAccount> {
    if !context.snapshot().sign_up_kinds().email {
        return Err(Refusal::SignUpDisabled.into());
    }
    // Hashing costs more than a request, and comes before the limit on requests.
    in_memory::limit_by_network(context, MemoryLimit::SignUp)?;
    let user = draft_user(context.core, email);
    let accepted = passwords::validate_and_hash(context, password, &user, ReusePolicy::Allow).await;
    let accepted = audit_refusal(context, accepted).await?;
    verification::cookieless::request_code(context, CodeRequest::new(Purpose::SignUp, email.clone())).await?;
    let token = seal_password(context, email, &user.id, &accepted);
    Ok(RequestedAccount { id: user.id, token })
}

/// Seals the hash of a password, the id of the account and the expiry, for this address and this app alone.
fn seal_password(
    context: Context<'_>,
    email: &Identifier,
    id: &UserId,
    accepted: &AcceptedPassword,
) -> Secret {
    let until = context.now().plus_seconds(TOKEN_TTL_SECONDS);
    let plain = format!("{} {} {}", until.0, id.0, accepted.phc());
    Secret::new(context.core.keys.seal(
        plain.as_bytes(),
        &sealing_context(context.caller, email),
        context.core.rng(),
    ))
}

/// What a sealed password carries.
struct SealedPassword {
    /// The id of the account.
    id: UserId,
    /// The hash.
    phc: String,
}

/// The contents of a sealed password. One that is expired, of another address or app, or not ours gives none:
/// the account is then created without a password, and its owner is asked for one.
fn unseal_password(context: Context<'_>, email: &Identifier, token: &Secret) -> Option<SealedPassword> {
    let plain = context.core.keys.decrypt(token.expose(), &sealing_context(context.caller, email)).ok()?;
    let plain = String::from_utf8(plain).ok()?;
    let (until, rest) = plain.split_once(' ')?;
    let (id, phc) = rest.split_once(' ')?;
    let is_in_time = until.parse::<i64>().is_ok_and(|until| until > context.now().0);
    is_in_time.then(|| SealedPassword { id: UserId(id.to_owned()), phc: phc.to_owned() })
}

/// The context that a sealed password is bound to.
fn sealing_context(caller: &Caller, email: &Identifier) -> String {
    ["sign-up", caller.app_id.as_deref().unwrap_or_default(), &email.to_key()].join("\u{1f}")
}

/// The future account, as far as the policy reads it.
fn draft_user(core: &Core, email: &Identifier) -> User {
    let now = core.now();
    let mut user = User::new(UserId::generate(now, core.rng()), now);
    if let Identifier::Email(key) = email {
        user.email = Some(key.clone());
    }
    user
}

/// Sends the code once more. If nothing was requested, nothing is sent and the answer is the same.
#[tracing::instrument(name = "resend_sign_up_code", skip_all)]
pub async fn resend(context: Context<'_>, email: &Identifier) -> Result<()> {
    in_memory::limit_by_network(context, MemoryLimit::SignUp)?;
    verification::cookieless::resend(context, Purpose::SignUp, email).await
}

/// Consumes the proof of this address and creates the account; without the sealed password it has no
/// password.
#[tracing::instrument(skip_all)]
pub async fn create_account(
    context: Context<'_>,
    claim: &SignUpProof,
    email: &Identifier,
    token: Option<&Secret>,
) -> Result<SignInOutcome> {
    let brought = token.and_then(|token| unseal_password(context, email, token));
    let accepted = brought.as_ref().map(|sealed| AcceptedPassword::from_stored_hash(&sealed.phc));
    let extras = Extras {
        accepted: accepted.as_ref(),
        id: brought.as_ref().map(|sealed| &sealed.id),
        ..Extras::default()
    };
    audit_refusal(context, try_create(context, claim, extras).await).await
}
