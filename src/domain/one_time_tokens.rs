//! One-time tokens: an operator's own message brings somebody back in. Whoever holds one and names its address may choose a new password,
//! once, also where recovery is off. The surprise: every other answer is the same as for a link that never was or is over, so that a token
//! tells nothing about an address that it was not made for.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::{Identifier, IdentifierKind, Unreadable};
use crate::model::ids;
use crate::model::recovery::{InteractionEvent, VerifiedBy};
use crate::model::secret::{Secret, digest, token};
use crate::model::time::Timestamp;
use crate::store::one_time_tokens;

pub use crate::store::one_time_tokens::{OneTimeToken, TokenStatus};

use super::apps::Author;
use super::recovery::link::Followed;
use super::recovery::{Proof, checking, proved};
use super::{Rekey, audit, pace};

/// How long a token is good when nothing is said, in seconds.
pub const USUAL_LIFE: u32 = 600;

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// For whom.
    pub email: String,
    /// How long it is good, in seconds: 60 to 86400.
    pub expires_in: u32,
    /// What it is for; none for anything.
    pub event: Option<InteractionEvent>,
}

/// A token that was made. It is told once.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its id.
    pub id: String,
    /// For whom.
    pub email: String,
    /// The token itself.
    pub token: Secret,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Makes a token for whoever can read this mailbox, whether or not anybody has an account with it.
pub async fn issue(rekey: &Rekey, by: Author<'_>, new: NewToken) -> Result<Issued> {
    let now = rekey.now();
    let identifier = checked(&new)?;
    let token = token(rekey.chance());
    let row = OneTimeToken {
        id: ids::fresh(now, rekey.chance(), 21),
        email: new.email,
        identifier: identifier.tagged(),
        event: new.event,
        created_by: by.key.to_owned(),
        created_at: now,
        expires_at: now.plus(i64::from(new.expires_in)),
        consumed_at: None,
        revoked_at: None,
    };
    let mut tx = rekey.store.write().await?;
    one_time_tokens::insert(&mut tx, &row, &digest(token.expose())).await?;
    let event = Event::success(EventKind::OneTimeTokenIssue, None).about(&row.id);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    tx.commit().await?;
    Ok(Issued { id: row.id, email: row.email, token, created_at: now, expires_at: row.expires_at })
}

fn checked(new: &NewToken) -> Result<Identifier> {
    let mut problems = Vec::new();
    if !(60..=86_400).contains(&new.expires_in) {
        problems.push("expiresIn: expected a number from 60 to 86400".to_owned());
    }
    match mailbox(&new.email) {
        Ok(identifier) if problems.is_empty() => return Ok(identifier),
        Ok(_) => {}
        Err(why) => problems.push(format!("email: {}", why.expected("expected a mail address"))),
    }
    Err(Refusal::SettingsInvalid(problems).into())
}

fn mailbox(typed: &str) -> Result<Identifier, Unreadable> {
    Identifier::read_of(IdentifierKind::Email, typed)
}

/// Why a token can't be redeemed for this by anybody; looking changes nothing.
pub async fn look(rekey: &Rekey, event: InteractionEvent, token: &Secret) -> Result<()> {
    let mut tx = rekey.store.read().await?;
    let found = one_time_tokens::by_digest(&mut tx, &digest(token.expose())).await?;
    let found = found.filter(|found| found.event.is_none_or(|only| only == event));
    match found.ok_or(Refusal::LinkUnknown)? {
        found if found.consumed_at.is_some() => Err(Refusal::LinkUsed.into()),
        found if found.revoked_at.is_some() => Err(Refusal::LinkUnknown.into()),
        found if found.expires_at <= rekey.now() => Err(Refusal::LinkExpired.into()),
        _ => Ok(()),
    }
}

/// Redeems a token for the right to choose a new password, to sign in or to make an account. It is used up and the request written in
/// one transaction; whom this address leads nowhere uses nothing up.
pub async fn redeem(
    rekey: &Rekey,
    caller: &Caller,
    event: InteractionEvent,
    typed: &str,
    token: &Secret,
) -> Result<Followed> {
    pace::admit_network(rekey, caller)?;
    open(rekey, event)?;
    let identifier = mailbox(typed)?;
    match attempt(rekey, caller, event, identifier, token).await? {
        Some(followed) => Ok(followed),
        None => {
            let refusal = match look(rekey, event, token).await {
                Err(Error::Refused(over)) => over,
                Err(failed) => return Err(failed),
                Ok(()) => Refusal::LinkUnknown,
            };
            audit::record_refusal(rekey, caller, checking(event), &refusal).await?;
            Err(refusal.into())
        }
    }
}

/// A token needs no way of recovery that is on, but it opens neither sign-in nor sign-up where there is none.
fn open(rekey: &Rekey, event: InteractionEvent) -> Result<()> {
    let live = rekey.live();
    match event {
        InteractionEvent::SignIn if !live.lets_in() => Err(Refusal::SignInOff.into()),
        InteractionEvent::Register if !live.sign_up_kinds().email => Err(Refusal::SignUpOff.into()),
        _ => Ok(()),
    }
}

async fn attempt(
    rekey: &Rekey,
    caller: &Caller,
    event: InteractionEvent,
    identifier: Identifier,
    token: &Secret,
) -> Result<Option<Followed>> {
    let digest = digest(token.expose());
    let mut tx = rekey.store.write().await?;
    let taken = one_time_tokens::take(&mut tx, &digest, &identifier.tagged(), event, rekey.now()).await?;
    let followed = match taken {
        Some(_) => {
            let proof = Proof { event, by: VerifiedBy::Token };
            proved(&mut tx, rekey, caller, proof, identifier).await?
        }
        None => None,
    };
    match followed.is_some() {
        true => tx.commit().await?,
        false => tx.rollback().await?,
    }
    Ok(followed)
}

/// Why a machine's wish about a token is not granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// There is no such token.
    Unknown,
    /// It is for another address.
    OtherAddress,
    /// It is over: so.
    Over(TokenStatus),
    /// What is over does not become active again.
    Reactivation,
}

impl Unfit {
    /// A word for the audit log.
    const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::OtherAddress => "other_address",
            Self::Over(status) => status.name(),
            Self::Reactivation => "reactivation",
        }
    }
}

/// The newest thousand, of this address and standing so where that is said. An address that can't be one has none.
pub async fn list(
    rekey: &Rekey,
    email: Option<&str>,
    status: Option<TokenStatus>,
) -> Result<Vec<OneTimeToken>> {
    let identifier = match email {
        Some(email) => match mailbox(email) {
            Ok(found) => Some(found.tagged()),
            Err(_) => return Ok(Vec::new()),
        },
        None => None,
    };
    let mut tx = rekey.store.read().await?;
    Ok(one_time_tokens::list(&mut tx, identifier.as_deref(), status, rekey.now()).await?)
}

/// One of them.
pub async fn find(rekey: &Rekey, id: &str) -> Result<OneTimeToken> {
    let mut tx = rekey.store.read().await?;
    Ok(one_time_tokens::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?)
}

/// Redeems a token for an operator's own application, whatever it is for.
pub async fn verify(
    rekey: &Rekey,
    by: Author<'_>,
    email: &str,
    token: &Secret,
) -> Result<std::result::Result<OneTimeToken, Unfit>> {
    let (digest, identifier) = (digest(token.expose()), mailbox(email).map(|found| found.tagged()));
    let identifier = identifier.unwrap_or_default();
    let mut tx = rekey.store.write().await?;
    let taken = one_time_tokens::take_any(&mut tx, &digest, &identifier, rekey.now()).await?;
    let outcome = match taken {
        Some(taken) => Ok(taken),
        None => Err(match one_time_tokens::by_digest(&mut tx, &digest).await? {
            None => Unfit::Unknown,
            Some(found) if found.identifier != identifier => Unfit::OtherAddress,
            Some(found) if found.expires_at <= rekey.now() => Unfit::Over(TokenStatus::Expired),
            Some(found) => Unfit::Over(found.status(rekey.now())),
        }),
    };
    let result = outcome.as_ref().err().map_or("success", |unfit| unfit.name());
    let event = Event::ended(EventKind::OneTimeTokenVerify, result, None).about(by.key);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Ends an active token. Asking for how it stands already changes nothing.
pub async fn change(
    rekey: &Rekey,
    by: Author<'_>,
    id: &str,
    status: TokenStatus,
) -> Result<std::result::Result<OneTimeToken, Unfit>> {
    let mut tx = rekey.store.write().await?;
    let found = one_time_tokens::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let stands = found.status(rekey.now());
    if stands == status {
        return Ok(Ok(found));
    }
    if status == TokenStatus::Active {
        return Ok(Err(Unfit::Reactivation));
    }
    let Some(over) = one_time_tokens::mark_over(&mut tx, id, status, rekey.now()).await? else {
        return Ok(Err(Unfit::Over(stands)));
    };
    let event = Event::ended(EventKind::OneTimeTokenChange, status.name(), None).about(id);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    tx.commit().await?;
    Ok(Ok(over))
}

/// Takes a token away.
pub async fn delete(rekey: &Rekey, by: Author<'_>, id: &str) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    if !one_time_tokens::delete(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let event = Event::ended(EventKind::OneTimeTokenChange, "deleted", None).about(id);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    Ok(tx.commit().await?)
}
