//! The tokens of such an app: an access token that is looked up here, and a refresh token that is exchanged each time. They belong to a
//! grant like those of OpenID Connect, and end like them. The surprise: those of a forgotten password end after an hour however often
//! they are renewed, until the new password is set.

use crate::domain::oidc::issue::{self, Issued, Wanted};
use crate::domain::oidc::token::{Kind, Renewal, by_refresh};
use crate::domain::sessions::Present;
use crate::domain::{Rekey, audit};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::ids::fresh;
use crate::model::oidc::grant::{Amr, Grant};
use crate::model::oidc::scope::{PASSWORD, Scope};
use crate::model::secret::Secret;
use crate::model::session::Session;
use crate::model::time::Timestamp;
use crate::store::sql::Tx;
use crate::store::{grants, sessions};

/// For how many seconds a forgotten password may be set anew: an hour, as documented for the SDK.
pub const RECOVERY_LIFE: i64 = 3600;

/// What an app gets.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Says who is here; nothing can be read from it.
    pub access_token: Secret,
    /// Good for the next tokens, once.
    pub refresh_token: Secret,
    /// For how many seconds the access token is good.
    pub expires_in: i64,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Gives the app tokens for the person who has just come in. The session's own token is nobody's: only the grant speaks for it.
pub async fn open(
    rekey: &Rekey,
    caller: &Caller,
    app: &ClientApp,
    here: &Present,
    amr: Amr,
) -> Result<Tokens> {
    let (now, grant) = (rekey.now(), grant(rekey, app, here, amr));
    let mut tx = rekey.store.write().await?;
    if !sessions::hold_any(&mut tx, &here.session.id, now).await? {
        return Err(Refusal::GrantGone.into());
    }
    grants::insert(&mut tx, &grant, now).await?;
    let wanted = Wanted { app, grant: Some(&grant), resource: None, scope: grant.scope.clone() };
    let access = issue::access(&mut tx, rekey, &wanted).await?;
    let refresh_token = issue::refresh(&mut tx, rekey, &grant, "", refresh_end(now, app)).await?;
    let event = Event::success(EventKind::AppSignIn, Some(here.user.id.clone())).about(&grant.id);
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    let access_token = issue::seal(rekey, &wanted, access, Some(&here.user))?;
    Ok(lasting(rekey, access_token, refresh_token, issue::life(rekey, &wanted)))
}

fn grant(rekey: &Rekey, app: &ClientApp, here: &Present, amr: Amr) -> Grant {
    let now = rekey.now();
    let is_limited = here.session.must_change.is_some();
    Grant {
        id: fresh(now, rekey.chance(), 21),
        user_id: here.user.id.clone(),
        app_id: app.id.clone(),
        session_id: here.session.id.clone(),
        // Whoever is asked about the token must not take it for a session.
        scope: if is_limited { Scope::read(PASSWORD) } else { Scope::default() },
        resources: String::new(),
        auth_at: here.session.created_at,
        expires_at: if is_limited { here.session.expires_at } else { now.plus(issue::GRANT_LIFE) },
        amr,
    }
}

fn refresh_end(now: Timestamp, app: &ClientApp) -> Timestamp {
    now.plus(i64::from(app.refresh_token_ttl_in_days) * 24 * 3600)
}

fn lasting(rekey: &Rekey, access_token: Secret, refresh_token: Secret, expires_in: i64) -> Tokens {
    Tokens { access_token, refresh_token, expires_in, expires_at: rekey.now().plus(expires_in) }
}

/// New tokens for a refresh token. One that was used before ends everything that came of the sign-in, but for the ten seconds in which
/// another tab may have asked, and but for a lost answer: as long as nobody brings what was given for it.
pub async fn renew(rekey: &Rekey, caller: &Caller, app: &ClientApp, token: &Secret) -> Result<Tokens> {
    let renewal = Renewal { token: token.clone(), resource: None, scope: None, kind: Kind::Sdk };
    let Issued { access_token, expires_in, refresh_token, .. } =
        by_refresh(rekey, caller, app, &renewal).await?;
    let refresh_token = refresh_token.unwrap_or_else(|| token.clone());
    Ok(lasting(rekey, access_token, refresh_token, expires_in))
}

/// The password was set: what a forgotten one gave becomes an ordinary sign-in, with the tokens that the app has.
pub(in crate::domain) async fn release(tx: &mut Tx, rekey: &Rekey, session: &Session) -> Result<()> {
    let (now, live) = (rekey.now(), rekey.live());
    for grant in grants::list(tx, &session.user_id, Some(&session.id)).await? {
        if let Some(app) = live.app(&grant.app_id) {
            grants::release(tx, &grant.id, now.plus(issue::GRANT_LIFE), refresh_end(now, app)).await?;
        }
    }
    Ok(())
}
