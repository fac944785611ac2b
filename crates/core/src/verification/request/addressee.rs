//! Looks up the account behind an identifier and decides whether the request is real or a decoy. For password
//! reset and sign-in an account must exist; for sign-up it must not. This is the only file that distinguishes
//! the two.

use crate::db::sql::Tx;
use crate::throttle::new_address_subject;
use crate::types::error::Result;
use crate::types::identifier::Identifier;
use crate::types::identifier::address::Address;
use crate::types::ids::UserId;
use crate::types::purpose::Purpose;
use crate::users::recipient_store::{self, Recipient};
use crate::verification::request::{CodeRequest, Requester};
use crate::verification::verification_request::VerificationRequest;

/// An identifier and its owner, if any.
pub(in crate::verification) struct Addressee {
    /// The purpose of the request.
    pub purpose: Purpose,
    /// The identifier.
    pub identifier: Identifier,
    may_create_account: bool,
    /// Whether the link of the message also names its token as a parameter.
    pub names_link_token: bool,
    account: Option<Recipient>,
    requester: Option<Requester>,
}

impl Addressee {
    /// Looks the owner up: the same query whatever is found, reading only what a message needs.
    pub(in crate::verification) async fn find(
        tx: &mut Tx,
        purpose: Purpose,
        identifier: Identifier,
    ) -> Result<Self> {
        Self::load(tx, CodeRequest::new(purpose, identifier)).await
    }

    /// The same for a code request. A signed-in user and an operator's program name the address themselves,
    /// and nobody's account is looked at: whether the address is taken must not show (no_oracle).
    pub(super) async fn load(tx: &mut Tx, code_request: CodeRequest) -> Result<Self> {
        let CodeRequest { purpose, identifier, may_create_account, names_link_token, requester } =
            code_request;
        let account = match purpose {
            Purpose::Reset | Purpose::SignIn | Purpose::SignUp => {
                recipient_store::by_identifier(tx, &identifier).await?
            }
            Purpose::Reauthenticate | Purpose::NewAddress | Purpose::External => None,
        };
        Ok(Self { purpose, identifier, may_create_account, names_link_token, account, requester })
    }

    /// Whether the code creates an account.
    pub(super) fn may_create_account(&self) -> bool {
        let may = match self.purpose {
            Purpose::SignUp => true,
            Purpose::SignIn => self.may_create_account,
            Purpose::Reset | Purpose::Reauthenticate | Purpose::NewAddress | Purpose::External => false,
        };
        may && self.account.is_none()
    }

    /// Whether the request is a decoy, which can never be verified.
    pub(in crate::verification) fn is_decoy(&self) -> bool {
        self.purpose != Purpose::External && self.user_id().is_none() && !self.may_create_account()
    }

    /// The user it is for.
    pub(super) fn user_id(&self) -> Option<&UserId> {
        match self.purpose {
            Purpose::SignUp | Purpose::External => None,
            Purpose::Reset | Purpose::SignIn => self.active_account().map(|user| &user.id),
            Purpose::Reauthenticate | Purpose::NewAddress => {
                self.requester.as_ref().map(|requester| &requester.user)
            }
        }
    }

    /// The key of the guess budget. It is the same for every journey, or the guesses for one purpose would
    /// reveal something about another. A signed-in user's own address counts for the account, so that it is
    /// no second way to guess. Any other has a key apart: shared with the journeys, it would be used up by
    /// their guesses only where no account has the address (no_oracle). So has what an operator's program
    /// verifies: its wrong codes must not lock a user out of their account.
    pub(in crate::verification) fn subject(&self) -> String {
        let key = self.identifier.to_key();
        match (self.purpose, &self.requester) {
            (Purpose::External, _) => format!("code:{key}"),
            (_, Some(requester)) if requester.owns_address => requester.user.0.clone(),
            (_, Some(_)) => new_address_subject(&key),
            (_, None) => self.account.as_ref().map_or(key, |user| user.id.0.clone()),
        }
    }

    /// Whether the message says that an account exists already.
    pub(super) fn is_taken(&self) -> bool {
        self.purpose == Purpose::SignUp && self.account.is_some()
    }

    /// The recipient of a request's message: the stored address, never the one that was typed (EV-1), and
    /// none when the account has changed since the request. Where the address is what is proved, the
    /// canonical form is the one that gets the message: the address as typed may be another person's mailbox.
    pub(super) fn address(&self, request: &VerificationRequest) -> Option<Address> {
        if self.purpose.event().is_none() {
            return self.identifier.address();
        }
        let is_same = self.user_id() == request.user_id.as_ref() && (self.is_decoy() || !request.is_decoy);
        if !is_same {
            return None;
        }
        if self.may_create_account() {
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
