//! The sign-in and sign-up methods on offer: which identifiers sign in by password or by code, and which
//! create an account. They are computed from the current snapshot, because a method without a connector is
//! not offered, whatever the settings say.

use crate::settings::SignInMode;
use crate::settings::sign_in::SignInMethod;
use crate::snapshot::{RecoveryChannels, Snapshot};
use crate::types::identifier::IdentifierKind;

/// The kinds of identifier that a form accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IdentifierKinds {
    /// Email addresses.
    pub email: bool,
    /// Phone numbers.
    pub phone: bool,
    /// Usernames.
    pub username: bool,
}

impl IdentifierKinds {
    /// The set of these kinds.
    pub fn from_slice(kinds: &[IdentifierKind]) -> Self {
        let has = |kind| kinds.contains(&kind);
        Self {
            email: has(IdentifierKind::Email),
            phone: has(IdentifierKind::Phone),
            username: has(IdentifierKind::Username),
        }
    }

    /// Whether there is one.
    pub const fn any(self) -> bool {
        self.email || self.phone || self.username
    }

    /// Whether this one is among them.
    pub const fn has(self, kind: IdentifierKind) -> bool {
        match kind {
            IdentifierKind::Email => self.email,
            IdentifierKind::Phone => self.phone,
            IdentifierKind::Username => self.username,
        }
    }

    /// The intersection with the wished kinds, or all of them if none of those is offered.
    pub fn narrowed_to(self, wished: Self) -> Self {
        let both = Self {
            email: self.email && wished.email,
            phone: self.phone && wished.phone,
            username: self.username && wished.username,
        };
        if both.any() { both } else { self }
    }

    /// The union.
    pub const fn union(self, other: Self) -> Self {
        Self {
            email: self.email || other.email,
            phone: self.phone || other.phone,
            username: self.username || other.username,
        }
    }

    /// The kinds that a message can reach.
    pub const fn channels(self) -> RecoveryChannels {
        RecoveryChannels { email: self.email, phone: self.phone }
    }
}

impl Snapshot {
    /// Whether existing users may sign in.
    pub fn allows_sign_in(&self) -> bool {
        self.settings.sign_in_experience.sign_in_mode != SignInMode::Register
    }

    /// The identifiers that sign in with a password.
    pub fn password_kinds(&self) -> IdentifierKinds {
        collect_kinds(&self.sign_in_methods(), |method| method.password)
    }

    /// The identifiers that sign in with a code.
    pub fn code_kinds(&self) -> IdentifierKinds {
        collect_kinds(&self.sign_in_methods(), |method| method.verification_code)
    }

    /// The sign-in methods on offer.
    pub fn sign_in_methods(&self) -> Vec<SignInMethod> {
        let methods = self.settings.sign_in_experience.sign_in.methods.iter().copied();
        let reached = methods.map(|method| SignInMethod {
            verification_code: method.verification_code && self.can_reach(method.identifier),
            ..method
        });
        reached
            .filter(|method| self.allows_sign_in() && (method.password || method.verification_code))
            .collect()
    }

    /// The identifiers that an account can be created with; none when sign-up is disabled.
    pub fn sign_up_kinds(&self) -> IdentifierKinds {
        IdentifierKinds::from_slice(&self.sign_up_identifiers())
    }

    /// The same as a list.
    pub fn sign_up_identifiers(&self) -> Vec<IdentifierKind> {
        let experience = &self.settings.sign_in_experience;
        let is_open = experience.sign_in_mode != SignInMode::SignIn;
        let kinds = experience.sign_up.identifiers.iter().copied();
        kinds.filter(|kind| is_open && self.can_reach(*kind)).collect()
    }

    /// Whether a code can be sent to it; a username needs none.
    fn can_reach(&self, kind: IdentifierKind) -> bool {
        kind.channel().is_none_or(|channel| self.has_connector_for(channel))
    }
}

fn collect_kinds(methods: &[SignInMethod], has: impl Fn(&SignInMethod) -> bool) -> IdentifierKinds {
    let kinds: Vec<_> = methods.iter().filter(|method| has(method)).map(|method| method.identifier).collect();
    IdentifierKinds::from_slice(&kinds)
}
