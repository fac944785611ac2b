//! Who calls: an API key of the role `login`, which may sign people in and reset passwords; one of the role `root`, which may do everything; or
//! a person by the token of `signIn`, who may do what is their own. The surprise: a person may not reset a password, because whoever is
//! signed in changes it with the one that they know.

use actix_web::HttpRequest;
use async_graphql::{Context, Error, Result};

use super::wire::forbidden;
use crate::domain::apps::Author;
use crate::domain::sessions::{self, Present};
use crate::domain::{Rekey, api_keys};
use crate::faces::common::api::Call;
use crate::faces::common::api::bearer::bearer;
use crate::model::api_key::{ApiKey, Role, is_token};
use crate::model::caller::Caller;
use crate::model::error;
use crate::model::secret::Secret;

/// Who it is.
pub(super) enum Who {
    /// A machine.
    Key(ApiKey),
    /// Somebody signed in.
    Person(Box<Present>),
}

/// What a key is asked to do.
#[derive(Clone, Copy)]
pub(super) enum Deed {
    /// Sign somebody in, or reset a password.
    LetIn,
    /// Anything else.
    Manage,
}

/// A call by somebody who is known.
pub(super) struct Asker {
    /// The call.
    pub call: Call,
    /// Who.
    pub who: Who,
}

/// Why nobody is known.
pub(super) enum Stranger {
    /// There is no header.
    Nameless,
    /// It is not `Bearer` and a token.
    Malformed,
    /// The token is nobody's.
    Unknown,
    /// It could not be looked up.
    Failed(error::Error),
}

impl Asker {
    /// Reads the header and looks up whose token it is.
    pub(super) async fn of(request: &HttpRequest, call: Call) -> std::result::Result<Self, (Stranger, Call)> {
        let token = match bearer(request) {
            Ok(token) if is_token(token) => Secret::from(token),
            _ if request.headers().contains_key("authorization") => return Err((Stranger::Malformed, call)),
            _ => return Err((Stranger::Nameless, call)),
        };
        match known(&call, &token).await {
            Ok(Some(who)) => Ok(Self { call: on_behalf(call, &who), who }),
            Ok(None) => Err((Stranger::Unknown, call)),
            Err(error) => Err((Stranger::Failed(error), call)),
        }
    }

    /// The rules.
    pub(super) fn rekey(&self) -> &Rekey {
        &self.call.app.rekey
    }

    /// The outside of the call.
    pub(super) const fn caller(&self) -> &Caller {
        &self.call.caller
    }

    /// Whether it is a key of the role `root`.
    pub(super) fn is_root(&self) -> bool {
        matches!(&self.who, Who::Key(key) if key.roles.contains(&Role::Root))
    }

    /// Refuses unless it is a key that may; `what` ends the sentence.
    pub(super) fn may(&self, deed: Deed, what: &str) -> Result<()> {
        let lets_in = matches!(&self.who, Who::Key(key) if key.roles.contains(&Role::Login));
        let may = self.is_root() || lets_in && matches!(deed, Deed::LetIn);
        may.then_some(()).ok_or_else(|| forbidden(what))
    }

    /// Whoever a change is written down under.
    pub(super) fn author(&self, what: &str) -> Result<Author<'_>> {
        self.may(Deed::Manage, what)?;
        let Who::Key(key) = &self.who else { return Err(forbidden(what)) };
        Ok(Author { caller: self.caller(), key: &key.id })
    }
}

/// A key asks under its own name, and that of one application for it.
fn on_behalf(mut call: Call, who: &Who) -> Call {
    if let Who::Key(key) = who {
        call.caller.app_id.clone_from(&key.app_id);
        call.caller.key = Some(key.id.clone());
    }
    call
}

async fn known(call: &Call, token: &Secret) -> error::Result<Option<Who>> {
    let rekey = &call.app.rekey;
    if let Some(present) = sessions::holder(rekey, token).await? {
        return Ok(Some(Who::Person(Box::new(present))));
    }
    Ok(api_keys::by_token(rekey, &call.caller, token).await?.map(Who::Key))
}

/// Who calls, inside an operation.
pub(super) fn asker<'a>(context: &Context<'a>) -> Result<&'a Asker, Error> {
    context.data::<Asker>()
}
