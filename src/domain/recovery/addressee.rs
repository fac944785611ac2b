//! Looks up the account behind an identifier and decides whether the request is real or a decoy. For password
//! reset and sign-in an account must exist; for sign-up it must not. This is the only file that distinguishes
//! the two.

use crate::model::error::Result;
use crate::model::identifier::Identifier;
use crate::model::ids::UserId;
use crate::model::message::Address;
use crate::model::recovery::{InteractionEvent, RecoveryRequest};
use crate::model::user::Recipient;
use crate::store::sql::Tx;
use crate::store::users;

use super::CodeRequest;

/// An identifier and its owner, if any.
pub(super) struct Addressee {
    /// The purpose of the request.
    pub event: InteractionEvent,
    /// The identifier.
    pub identifier: Identifier,
    may_join: bool,
    account: Option<Recipient>,
}

impl Addressee {
    /// Looks the owner up: the same query whatever is found, reading only what a message needs.
    pub(super) async fn find(tx: &mut Tx, event: InteractionEvent, identifier: Identifier) -> Result<Self> {
        Self::load(tx, CodeRequest::new(event, identifier)).await
    }

    /// The same for a code request.
    pub(super) async fn load(
        tx: &mut Tx,
        CodeRequest { event, identifier, may_join }: CodeRequest,
    ) -> Result<Self> {
        let account = users::recipient_by_identifier(tx, &identifier).await?;
        Ok(Self { event, identifier, may_join, account })
    }

    /// Whether the code creates an account.
    pub(super) fn can_create_account(&self) -> bool {
        let may = match self.event {
            InteractionEvent::Register => true,
            InteractionEvent::SignIn => self.may_join,
            InteractionEvent::ForgotPassword => false,
        };
        may && self.account.is_none()
    }

    /// Whether the request is a decoy, which can never be verified.
    pub(super) fn is_decoy(&self) -> bool {
        self.user_id().is_none() && !self.can_create_account()
    }

    /// The user it is for.
    pub(super) fn user_id(&self) -> Option<&UserId> {
        match self.event {
            InteractionEvent::Register => None,
            InteractionEvent::ForgotPassword | InteractionEvent::SignIn => {
                self.active_account().map(|user| &user.id)
            }
        }
    }

    /// The key of the rate limits. It is the same for every purpose, or the guesses for one purpose would
    /// reveal something about another.
    pub(super) fn subject(&self) -> String {
        self.account.as_ref().map_or_else(|| self.identifier.to_key(), |user| user.id.0.clone())
    }

    /// Whether the message says that an account exists already.
    pub(super) fn is_taken(&self) -> bool {
        self.event == InteractionEvent::Register && self.account.is_some()
    }

    /// The recipient of a request's message: the stored address, never the one that was typed (EV-1), and
    /// none when the account has changed since the request. A new account gets the canonical address, so that
    /// the address which is proved is the one stored.
    pub(super) fn address(&self, request: &RecoveryRequest) -> Option<Address> {
        let is_same = self.user_id() == request.user_id.as_ref() && (self.is_decoy() || !request.is_decoy);
        if !is_same {
            return None;
        }
        if self.can_create_account() {
            return self.identifier.address();
        }
        self.active_account()?.address_for(&self.identifier)
    }

    /// The owner's language.
    pub(super) fn locale(&self) -> Option<&str> {
        self.active_account()?.locale.as_deref()
    }

    fn active_account(&self) -> Option<&Recipient> {
        self.account.as_ref().filter(|user| !user.is_suspended)
    }
}
