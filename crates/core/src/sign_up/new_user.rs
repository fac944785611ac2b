//! The user that a sign-up creates, and what it is proved with.

use crate::db::sql::Tx;
use crate::throttle::{LimitKind, clear, lock_subject, row_id};
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierKind};
use crate::types::ids::UserId;
use crate::types::purpose::Purpose;
use crate::types::secret::sha256_digest;
use crate::users::user::{NewUser, User};
use crate::verification::VerifiedGrant;
use crate::verification::store::verified_grants;
use crate::{Core, users, verification};

/// The proof for a new account.
#[derive(Clone, Debug)]
pub enum SignUpProof {
    /// A verified address.
    VerifiedAddress(VerifiedGrant),
    /// An address that was verified with a sign-in code and has no account.
    VerifiedForSignIn(VerifiedGrant),
    /// A username, as written.
    Name(String),
}

impl SignUpProof {
    /// The grant of a verified address, and the purpose that it is for.
    pub(super) const fn grant(&self) -> Option<(&VerifiedGrant, Purpose)> {
        match self {
            Self::VerifiedAddress(grant) => Some((grant, Purpose::SignUp)),
            Self::VerifiedForSignIn(grant) => Some((grant, Purpose::SignIn)),
            Self::Name(_) => None,
        }
    }
}

pub(super) async fn identifier_of_proof(tx: &mut Tx, core: &Core, claim: &SignUpProof) -> Result<Identifier> {
    if let SignUpProof::Name(name) = claim {
        return username_identifier(core, name).ok_or(Error::Refused(Refusal::GrantInvalid));
    }
    let (grant, purpose) = claim.grant().ok_or(Refusal::GrantInvalid)?;
    let found = verification::grant::find(tx, core, purpose, grant).await?;
    // The grant of an existing user signs them in and creates no other account.
    let found = found.filter(|request| request.user_id.is_none());
    let identifier = found.and_then(|request| Identifier::from_key(&request.identifier));
    let identifier = identifier.filter(|identifier| core.snapshot().sign_up_kinds().has(identifier.kind()));
    identifier.ok_or(Error::Refused(Refusal::GrantInvalid))
}

/// A username alone is a proof only while the settings accept usernames.
fn username_identifier(core: &Core, name: &str) -> Option<Identifier> {
    let identifier = Identifier::parse(name)?;
    let is_name = identifier.kind() == IdentifierKind::Username;
    (is_name && core.snapshot().sign_up_kinds().username).then_some(identifier)
}

/// The future account, for the policy to read.
pub(super) fn draft_user(core: &Core, claim: &SignUpProof, identifier: &Identifier) -> User {
    let now = core.now();
    let mut user = User::new(UserId::generate(now, core.rng()), now);
    match (identifier, claim) {
        (Identifier::Email(key), _) => user.email = Some(key.clone()),
        (Identifier::Phone(digits), _) => user.phone = Some(digits.clone()),
        (Identifier::Username(_), SignUpProof::Name(name)) => user.username = Some(name.clone()),
        (Identifier::Username(key), _) => user.username = Some(key.clone()),
    }
    user
}

/// Consumes the grant of a verified address and clears the counters of the way there; returns the request.
pub(super) async fn consume_proof(
    tx: &mut Tx,
    core: &Core,
    claim: &SignUpProof,
    identifier: &Identifier,
) -> Result<Option<String>> {
    let Some((grant, purpose)) = claim.grant() else {
        return Ok(None);
    };
    let subject = identifier.to_key();
    lock_subject(tx, core, &subject).await?;
    for kind in [LimitKind::Sends, LimitKind::Guesses] {
        clear(tx, &row_id(core, kind, &subject)).await?;
    }
    Ok(Some(verification::grant::consume(tx, core, purpose, grant).await?.id.0))
}

pub(super) fn to_new_user(user: &User) -> NewUser {
    NewUser {
        username: user.username.clone(),
        email: user.email.clone(),
        phone: user.phone.clone(),
        locale: user.locale.clone(),
        app_id: user.app_id.clone(),
        ..NewUser::default()
    }
}

pub(super) async fn is_taken(tx: &mut Tx, identifier: &Identifier) -> Result<bool> {
    Ok(match identifier {
        Identifier::Username(key) => users::store::is_username_taken(tx, key, None).await?,
        Identifier::Email(_) | Identifier::Phone(_) => {
            users::store::by_identifier(tx, identifier).await?.is_some()
        }
    })
}

pub(super) const fn taken_refusal(identifier: &Identifier) -> Refusal {
    match identifier.kind() {
        IdentifierKind::Email => Refusal::EmailTaken,
        IdentifierKind::Phone => Refusal::PhoneTaken,
        IdentifierKind::Username => Refusal::UsernameTaken,
    }
}

/// A proof that ended because its address has been taken is refused with that reason: its holder proved the
/// address, most likely in another window, and can sign in. Nobody else learns it (no_oracle).
pub(super) async fn explain_taken<T>(core: &Core, claim: &SignUpProof, outcome: Result<T>) -> Result<T> {
    let is_gone = matches!(outcome, Err(Error::Refused(Refusal::GrantInvalid)));
    let Some((grant, purpose)) = claim.grant().filter(|_| is_gone) else {
        return outcome;
    };
    let mut tx = core.store.read().await?;
    let token = sha256_digest(grant.token.expose());
    let ended = verified_grants::superseded_by_grant(&mut tx, &grant.request, &token, purpose).await?;
    match ended.and_then(|request| Identifier::from_key(&request.identifier)) {
        Some(identifier) if is_taken(&mut tx, &identifier).await? => Err(taken_refusal(&identifier).into()),
        _ => outcome,
    }
}
