//! Whose an identifier is, seen from what a request is for. For a new password and for signing in somebody must have it; for a new
//! account nobody may. The other case is the decoy of each, and this file is the only place that tells them apart.

use crate::model::error::Result;
use crate::model::identifier::Identifier;
use crate::model::ids::UserId;
use crate::model::message::Address;
use crate::model::recovery::{InteractionEvent, RecoveryRequest};
use crate::model::user::Recipient;
use crate::store::sql::Tx;
use crate::store::users;

use super::CodeRequest;

/// An identifier and who has it.
pub(super) struct Addressee {
    /// What is asked for.
    pub event: InteractionEvent,
    /// For what.
    pub identifier: Identifier,
    may_join: bool,
    account: Option<Recipient>,
}

impl Addressee {
    /// Looks it up: the same one probe whatever is found, and as little read as a message needs.
    pub(super) async fn find(tx: &mut Tx, event: InteractionEvent, identifier: Identifier) -> Result<Self> {
        Self::load(tx, CodeRequest::new(event, identifier)).await
    }

    /// The same for what somebody wishes.
    pub(super) async fn load(
        tx: &mut Tx,
        CodeRequest { event, identifier, may_join }: CodeRequest,
    ) -> Result<Self> {
        let account = users::recipient_by_identifier(tx, &identifier).await?;
        Ok(Self { event, identifier, may_join, account })
    }

    /// Whether the code makes an account.
    pub(super) fn can_create_account(&self) -> bool {
        let may = match self.event {
            InteractionEvent::Register => true,
            InteractionEvent::SignIn => self.may_join,
            InteractionEvent::ForgotPassword => false,
        };
        may && self.account.is_none()
    }

    /// Whether the request can never be verified.
    pub(super) fn is_decoy(&self) -> bool {
        self.user_id().is_none() && !self.can_create_account()
    }

    /// The person it is for.
    pub(super) fn user_id(&self) -> Option<&UserId> {
        match self.event {
            InteractionEvent::Register => None,
            InteractionEvent::ForgotPassword | InteractionEvent::SignIn => {
                self.active_account().map(|user| &user.id)
            }
        }
    }

    /// What budgets count against. The same whatever is asked for, or guesses at one would tell about another.
    pub(super) fn subject(&self) -> String {
        self.account.as_ref().map_or_else(|| self.identifier.to_key(), |user| user.id.0.clone())
    }

    /// Whether the message says that there is an account already.
    pub(super) fn is_taken(&self) -> bool {
        self.event == InteractionEvent::Register && self.account.is_some()
    }

    /// Where the message of a request goes: to the stored address, never to what was typed (EV-1), and to nobody when things have
    /// changed since it was asked for. A new account gets the canonical address, so what is proved is what will be stored.
    pub(super) fn address(&self, request: &RecoveryRequest) -> Option<Address> {
        let is_same = self.user_id() == request.user_id.as_ref() && (self.is_decoy() || !request.is_decoy);
        match is_same {
            false => None,
            true if self.can_create_account() => self.identifier.address(),
            true => self.active_account()?.address_for(&self.identifier),
        }
    }

    /// The language of the one who has it.
    pub(super) fn locale(&self) -> Option<&str> {
        self.active_account()?.locale.as_deref()
    }

    fn active_account(&self) -> Option<&Recipient> {
        self.account.as_ref().filter(|user| !user.is_suspended)
    }
}
