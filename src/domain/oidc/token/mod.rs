//! What an app does with what it got: a code or a refresh token becomes tokens, a machine gets its own. Everything is judged in the
//! transaction that uses it up. A code that comes a second time ends what the first one gave, and so does a refresh token, but for
//! the seconds in which an answer may have got lost.

mod code;
mod machine;
mod refresh;

pub use self::code::{Exchange, by_code};
pub use self::machine::by_itself;
pub(in crate::domain) use self::refresh::GRACE;
pub use self::refresh::{Kind, Renewal, by_refresh};
use super::issue::{self, Identity, Issued, Wanted};
use crate::domain::{Rekey, audit};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::event::{Event, EventKind};
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::oidc::grant::Grant;
use crate::model::oidc::scope::{OPENID, Scope};
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{grants, users};

const NO_RESOURCE: Fault = Fault::new(OAuthError::InvalidTarget, "resource was not granted");

/// A code or a token that came where it must not.
struct Misuse<'a> {
    /// The grant that it came of.
    grant: &'a str,
    /// What the audit log calls it.
    why: &'static str,
    /// What the app is told.
    fault: Fault,
}

/// Ends a grant whose code or token was misused, and says so in the audit log.
async fn end<T>(mut tx: Tx, rekey: &Rekey, caller: &Caller, misuse: Misuse<'_>) -> Result<T> {
    let Misuse { grant, why, fault } = misuse;
    grants::end(&mut tx, grant).await?;
    audit::record(&mut tx, rekey, caller, &Event::refused(EventKind::GrantEnd, why, None).about(grant))
        .await?;
    tx.commit().await?;
    Err(fault.into())
}

/// Tokens that an app got.
#[derive(Clone, Copy)]
struct Issuance<'a> {
    /// The app.
    app: &'a ClientApp,
    /// How it came by them.
    kind: EventKind,
    /// The grant that they came of; none of a machine's own.
    grant: Option<&'a Grant>,
}

/// Says in the audit log that an app got tokens, in the transaction that made them.
async fn note(tx: &mut Tx, rekey: &Rekey, caller: &Caller, issuance: Issuance<'_>) -> Result<()> {
    let Issuance { app, kind, grant } = issuance;
    let caller = Caller { app_id: Some(app.id.clone()), ..caller.clone() };
    let event = Event::success(kind, grant.map(|grant| grant.user_id.clone()));
    let event = Event { about: grant.map(|grant| grant.id.clone()), ..event };
    audit::record(tx, rekey, &caller, &event).await
}

/// Whose grant it is, if they may still be here.
async fn person(tx: &mut Tx, grant: &Grant) -> Result<User> {
    let user = users::by_id(tx, &grant.user_id).await?.filter(|user| !user.is_suspended);
    Ok(user.ok_or(Fault::grant("the person may not sign in any more"))?)
}

fn wanted<'a>(
    app: &'a ClientApp,
    grant: &'a Grant,
    resource: Option<&'a str>,
    scope: Scope,
) -> Result<Wanted<'a>, Fault> {
    match resource.is_none_or(|resource| grant.allows_resource(resource)) {
        true => Ok(Wanted { app, grant: Some(grant), resource, scope }),
        false => Err(NO_RESOURCE),
    }
}

fn id_token(rekey: &Rekey, wanted: &Wanted<'_>, identity: Identity<'_>) -> Result<Option<Secret>> {
    let is_wanted = identity.grant.scope.has(OPENID);
    is_wanted.then(|| issue::id_token(rekey, wanted, identity)).transpose()
}

fn issued(
    rekey: &Rekey,
    wanted: &Wanted<'_>,
    access_token: Secret,
    id_token: Option<Secret>,
    refresh_token: Option<Secret>,
) -> Issued {
    let expires_in = issue::life(rekey, wanted);
    Issued { access_token, expires_in, scope: wanted.scope.clone(), id_token, refresh_token }
}
