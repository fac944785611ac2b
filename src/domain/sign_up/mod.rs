//! Making an account: ask → prove → password. An address is proved by the machine of recovery, for which a taken one is a decoy;
//! its owner hears of it by mail and nobody else does (no_oracle). A username needs no proof, and a taken one is said: whoever
//! chooses a name has to learn that. Two who claim one identifier meet at its unique column, and one of them wins.

pub mod by_address;

use std::slice;

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::{Identifier, IdentifierKind, written_username};
use crate::model::ids::{RequestId, UserId};
use crate::model::recovery::InteractionEvent;
use crate::model::secret::{Secret, digest};
use crate::model::user::{NewUser, User};
use crate::store::error::StoreError;
use crate::store::sql::Tx;
use crate::store::{recovery as requests, users};

use super::credentials::end_sign_ups;
use super::oidc::ending::OwnedSession;
use super::passwords::{Accepted, Again, Glance};
use super::recovery::complete::Grant;
use super::recovery::{self, gates};
use super::sessions::Stay;
use super::sign_in::{Entry, end_before, held_before};
use super::throttle::{Purpose, clear, hold, id};
use super::webhooks::{self, Fact, Scene};
use super::{Rekey, audit, pace, passwords, sessions};

/// What somebody has towards an account.
#[derive(Clone, Debug)]
pub enum Claim {
    /// A proved address.
    Proved(Grant),
    /// An address that was proved with a code to sign in with, and that nobody has.
    ProvedForSignIn(Grant),
    /// A username, as written.
    Name(String),
}

impl Claim {
    /// The grant of a proved address, and what it was handed out for.
    const fn grant(&self) -> Option<(&Grant, InteractionEvent)> {
        match self {
            Self::Proved(grant) => Some((grant, InteractionEvent::Register)),
            Self::ProvedForSignIn(grant) => Some((grant, InteractionEvent::SignIn)),
            Self::Name(_) => None,
        }
    }
}

/// What asking led to.
#[derive(Clone, Debug)]
pub enum Asked {
    /// A code is on its way, or seems to be.
    Code(RequestId),
    /// The name is free so far.
    Name(String),
}

/// Asks for an account. For an address the answer is the same whether or not it is taken.
pub async fn ask(rekey: &Rekey, caller: &Caller, typed: &str, held: Option<&RequestId>) -> Result<Asked> {
    let kinds = rekey.live().sign_up_kinds();
    if !kinds.any() {
        return Err(Refusal::SignUpOff.into());
    }
    let identifier = Identifier::read(typed)?;
    if !kinds.has(identifier.kind()) {
        return Err(Refusal::IdentifierMalformed.into());
    }
    identifier.check_new()?;
    if identifier.kind() == IdentifierKind::Username {
        return ask_for_name(rekey, caller, &identifier, typed).await;
    }
    let event = InteractionEvent::Register;
    let asked = recovery::ask_for(rekey, caller, event, identifier, held).await?;
    Ok(Asked::Code(asked.request))
}

/// The limit by network address is that of all requests: names are not to be tried out by the thousand.
async fn ask_for_name(rekey: &Rekey, caller: &Caller, identifier: &Identifier, typed: &str) -> Result<Asked> {
    let tx = rekey.store.write().await?;
    let mut tx = gates::admit_ip(tx, rekey, caller, InteractionEvent::Register).await?;
    let is_taken = users::is_name_taken(&mut tx, identifier.text(), None).await?;
    let event = match is_taken {
        true => Event::refused(EventKind::SignUpInit, Refusal::UsernameTaken.code(), None),
        false => Event::success(EventKind::SignUpInit, None),
    };
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    if is_taken { Err(Refusal::UsernameTaken.into()) } else { Ok(Asked::Name(written_username(typed))) }
}

/// Whose account it will be; refused when the proof is gone.
pub async fn look(rekey: &Rekey, claim: &Claim) -> Result<Identifier> {
    let mut tx = rekey.store.read().await?;
    claimed(&mut tx, rekey, claim).await
}

async fn claimed(tx: &mut Tx, rekey: &Rekey, claim: &Claim) -> Result<Identifier> {
    if let Claim::Name(name) = claim {
        return named(rekey, name).ok_or(Error::Refused(Refusal::GrantGone));
    }
    let (grant, event) = claim.grant().ok_or(Refusal::GrantGone)?;
    let token = digest(grant.token.expose());
    let found = requests::by_grant(tx, &grant.request, &token, event, rekey.now()).await?;
    // A grant of somebody who has an account signs them in and makes no other.
    let found = found.filter(|request| request.user_id.is_none());
    let identifier = found.and_then(|request| Identifier::from_tagged(&request.identifier));
    let identifier = identifier.filter(|identifier| rekey.live().sign_up_kinds().has(identifier.kind()));
    identifier.ok_or(Error::Refused(Refusal::GrantGone))
}

/// A name is a claim of its own only while the settings take names.
fn named(rekey: &Rekey, name: &str) -> Option<Identifier> {
    let identifier = Identifier::parse(name)?;
    let is_name = identifier.kind() == IdentifierKind::Username;
    (is_name && rekey.live().sign_up_kinds().username).then_some(identifier)
}

/// Looks at a password while it is typed. Nothing is counted against the claim, nothing written.
pub async fn glance(rekey: &Rekey, caller: &Caller, claim: &Claim, password: &Secret) -> Result<Glance> {
    let held = match claim {
        Claim::Proved(grant) | Claim::ProvedForSignIn(grant) => grant.request.as_str(),
        Claim::Name(name) => name,
    };
    pace::admit(rekey, caller, held)?;
    let identifier = look(rekey, claim).await?;
    passwords::glance(rekey, password, &newcomer(rekey, claim, &identifier)).await
}

/// Makes the account and starts its first session. `held` is the session this browser had before, which ends.
pub async fn complete(
    rekey: &Rekey,
    caller: &Caller,
    claim: &Claim,
    password: Option<&Secret>,
    held: Option<&Secret>,
) -> Result<Entry> {
    let accepted = match password {
        Some(password) => Some(judge(rekey, caller, claim, password).await?),
        None => None,
    };
    save(rekey, caller, claim, accepted.as_ref(), held).await
}

/// Judges and hashes the password of an account to be. Nothing is written of it, and the claim stays as it was.
pub async fn judge(rekey: &Rekey, caller: &Caller, claim: &Claim, password: &Secret) -> Result<Accepted> {
    let outcome = match look(rekey, claim).await {
        Ok(identifier) => {
            let user = newcomer(rekey, claim, &identifier);
            passwords::accept(rekey, caller, password, &user, Again::Fine).await
        }
        Err(error) => Err(error),
    };
    let outcome = explain_taken(rekey, claim, outcome).await;
    noted(rekey, caller, outcome).await
}

/// Spends the claim, makes the account with this password and starts its first session.
pub async fn save(
    rekey: &Rekey,
    caller: &Caller,
    claim: &Claim,
    accepted: Option<&Accepted>,
    held: Option<&Secret>,
) -> Result<Entry> {
    let outcome = match accepted.is_none() && asks_for_password(rekey) {
        true => Err(Refusal::GrantGone.into()),
        false => attempt(rekey, caller, claim, accepted, held).await,
    };
    let outcome = explain_taken(rekey, claim, outcome).await;
    noted(rekey, caller, outcome).await
}

/// A proof that ended because its address has become somebody's is refused as that: whoever holds it proved the address, most likely in
/// another window, and gets on by signing in. Nobody else learns it (no_oracle).
async fn explain_taken<T>(rekey: &Rekey, claim: &Claim, outcome: Result<T>) -> Result<T> {
    let is_gone = matches!(outcome, Err(Error::Refused(Refusal::GrantGone)));
    let Some((grant, event)) = claim.grant().filter(|_| is_gone) else {
        return outcome;
    };
    let mut tx = rekey.store.read().await?;
    let token = digest(grant.token.expose());
    let ended = requests::superseded_by_grant(&mut tx, &grant.request, &token, event).await?;
    match ended.and_then(|request| Identifier::from_tagged(&request.identifier)) {
        Some(identifier) if is_taken(&mut tx, &identifier).await? => Err(taken(&identifier).into()),
        _ => outcome,
    }
}

/// A refusal leaves its line in the audit log.
async fn noted<T>(rekey: &Rekey, caller: &Caller, outcome: Result<T>) -> Result<T> {
    if let Err(Error::Refused(refusal)) = &outcome {
        audit::record_refusal(rekey, caller, EventKind::SignUp, refusal).await?;
    }
    outcome
}

async fn attempt(
    rekey: &Rekey,
    caller: &Caller,
    claim: &Claim,
    accepted: Option<&Accepted>,
    held: Option<&Secret>,
) -> Result<Entry> {
    let identifier = look(rekey, claim).await?;
    let mut user = newcomer(rekey, claim, &identifier);
    user.locale = Some(caller.locale.clone()).filter(|locale| !locale.is_empty());
    user.app_id.clone_from(&caller.app_id);
    user.password_digest = accepted.map(|accepted| accepted.phc().to_owned());
    write(rekey, caller, claim, Newcomer { user: &user, identifier: &identifier }, held).await
}

/// Whether a new account gets a password.
pub fn asks_for_password(rekey: &Rekey) -> bool {
    rekey.live().settings.sign_in_experience.sign_up.password
}

/// The account as it will be, for the policy to look at before it exists.
fn newcomer(rekey: &Rekey, claim: &Claim, identifier: &Identifier) -> User {
    let now = rekey.now();
    let mut user = User::fresh(UserId::fresh(now, rekey.chance()), now);
    match (identifier, claim) {
        (Identifier::Email(key), _) => user.email = Some(key.clone()),
        (Identifier::Phone(digits), _) => user.phone = Some(digits.clone()),
        (Identifier::Username(_), Claim::Name(name)) => user.username = Some(name.clone()),
        (Identifier::Username(key), _) => user.username = Some(key.clone()),
    }
    user
}

/// Somebody whose account is made.
#[derive(Clone, Copy)]
struct Newcomer<'a> {
    /// The account as it will be.
    user: &'a User,
    /// The identifier that it is made for.
    identifier: &'a Identifier,
}

async fn write(
    rekey: &Rekey,
    caller: &Caller,
    claim: &Claim,
    newcomer: Newcomer<'_>,
    held: Option<&Secret>,
) -> Result<Entry> {
    let Newcomer { user, identifier } = newcomer;
    let before = held_before(rekey, held).await?;
    let now = rekey.now();
    let mut tx = rekey.store.write().await?;
    let about = spend(&mut tx, rekey, claim, identifier).await?;
    if is_taken(&mut tx, identifier).await? {
        return Err(taken(identifier).into());
    }
    end_sign_ups(&mut tx, slice::from_ref(identifier)).await?;
    match users::insert(&mut tx, &user.id, &as_new(user), now).await {
        // Somebody else was faster by less than this transaction; it is given up as a whole.
        Err(StoreError::Conflict) => return Err(taken(identifier).into()),
        other => other?,
    }
    users::mark_let_in(&mut tx, &user.id, now).await?;
    let sessions::Started { id, token } =
        sessions::start(&mut tx, rekey, caller, user, Stay::Ordinary).await?;
    end_before(&mut tx, rekey, before, OwnedSession { user: &user.id, id: &id }).await?;
    let scene = Scene::during(caller, InteractionEvent::Register, id.as_str());
    webhooks::tell(&mut tx, rekey, scene, Fact::Registered(user)).await?;
    webhooks::tell(&mut tx, rekey, scene, Fact::UserCreated(user)).await?;
    let event = Event { about, ..Event::success(EventKind::SignUp, Some(user.id.clone())) };
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    Ok(Entry { token, weaknesses: Vec::new() })
}

async fn is_taken(tx: &mut Tx, identifier: &Identifier) -> Result<bool> {
    Ok(match identifier {
        Identifier::Username(key) => users::is_name_taken(tx, key, None).await?,
        Identifier::Email(_) | Identifier::Phone(_) => users::by_identifier(tx, identifier).await?.is_some(),
    })
}

/// Spends the grant of a proved address and forgets what was counted on the way to it; the request is the answer.
async fn spend(tx: &mut Tx, rekey: &Rekey, claim: &Claim, identifier: &Identifier) -> Result<Option<String>> {
    let Some((grant, event)) = claim.grant() else {
        return Ok(None);
    };
    let subject = identifier.tagged();
    hold(tx, rekey, &subject).await?;
    for purpose in [Purpose::Sends, Purpose::Guesses] {
        clear(tx, &id(rekey, purpose, &subject)).await?;
    }
    let token = digest(grant.token.expose());
    let spent = requests::mark_completed(tx, &grant.request, &token, event, rekey.now()).await?;
    Ok(Some(spent.ok_or(Refusal::GrantGone)?.id.0))
}

fn as_new(user: &User) -> NewUser {
    NewUser {
        username: user.username.clone(),
        email: user.email.clone(),
        phone: user.phone.clone(),
        locale: user.locale.clone(),
        app_id: user.app_id.clone(),
        password_digest: user.password_digest.clone(),
        ..NewUser::default()
    }
}

const fn taken(identifier: &Identifier) -> Refusal {
    match identifier.kind() {
        IdentifierKind::Email => Refusal::EmailTaken,
        IdentifierKind::Phone => Refusal::PhoneTaken,
        IdentifierKind::Username => Refusal::UsernameTaken,
    }
}
