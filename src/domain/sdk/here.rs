//! Who is here, for a call with an access token of the SDK. A token of OpenID Connect is none, whatever its scope: it was given for
//! less than a password. One of a forgotten password is only good while the password is the one that was forgotten.

use crate::domain::oidc::tokens;
use crate::domain::sessions::{self, Present, may_stay};
use crate::domain::{Rekey, pace};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::oidc::grant::Amr;
use crate::model::secret::Secret;
use crate::model::session::Session;
use crate::model::user::User;
use crate::store::sessions as rows;

/// A person, and how they came in.
#[derive(Clone, Debug)]
pub struct Here {
    /// The person and their session.
    pub present: Present,
    /// How.
    pub amr: Amr,
}

/// The person behind this token of this app, or somebody who must set a password first: their token sets it, or is given up, and does
/// nothing else.
pub async fn let_in(rekey: &Rekey, caller: &Caller, app: &ClientApp, token: &Secret) -> Result<Here> {
    let (_, grant, user) = tokens::bearer(rekey, caller, token).await?;
    let is_ours = grant.app_id == app.id && grant.amr != Amr::Protocol;
    let session = rows::by_id(&mut rekey.store.read().await?, &grant.session_id, rekey.now()).await?;
    let session = session.filter(|session| is_ours && stands(rekey, &user, session, grant.amr));
    let Some(session) = session else {
        pace::admit_network(rekey, caller)?;
        return Err(Fault::token().into());
    };
    pace::admit_person(rekey, &user.id)?;
    Ok(Here { present: Present { user, session }, amr: grant.amr })
}

/// Refuses whoever must set a password first.
pub fn ensure_unlimited(here: &Here) -> Result<()> {
    const LIMITED: Fault = Fault::new(
        OAuthError::InsufficientScope,
        "until the password is set the token is good for that alone",
    );
    if here.present.session.must_change.is_some() { Err(LIMITED.into()) } else { Ok(()) }
}

fn stands(rekey: &Rekey, user: &User, session: &Session, amr: Amr) -> bool {
    match amr {
        Amr::Recovery => session.must_change.is_none_or(|of| user.password_since() == of),
        _ => may_stay(rekey, user, session),
    }
}

/// Ends this session, and every token of it.
pub async fn end(rekey: &Rekey, caller: &Caller, here: &Here) -> Result<()> {
    let Present { user, session } = &here.present;
    match sessions::end(rekey, caller, &user.id, &session.id).await {
        // It ended while it was being ended.
        Err(Error::Refused(Refusal::NotFound)) => Ok(()),
        outcome => outcome,
    }
}

/// Ends every session of the person, this one too.
pub async fn end_all(rekey: &Rekey, caller: &Caller, here: &Here) -> Result<()> {
    sessions::end_all_but(rekey, caller, &here.present.user.id, None).await.map(|_| ())
}
