//! What is wrong with what an app sent, in the protocol's own words. The descriptions are English and stand
//! here, not in `locales`: RFC 6749 4.1.2.1 allows nothing but ASCII in them, and they are for the app's
//! developer, never for the person.

/// The error codes of RFC 6749, 6750, 7009, 8707, 9126 and OpenID Connect Core that are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OAuthError {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The app is unknown or did not prove itself.
    InvalidClient,
    /// The code, the refresh token or what must fit to it is not good.
    InvalidGrant,
    /// This app may not use this way.
    UnauthorizedClient,
    /// No such way of getting a token here.
    UnsupportedGrantType,
    /// Only `code` is answered.
    UnsupportedResponseType,
    /// A scope that this app can't have.
    InvalidScope,
    /// A resource that is not known here.
    InvalidTarget,
    /// The person or a rule of the operator said no.
    AccessDenied,
    /// Somebody would have to sign in, and `prompt=none` forbids asking.
    LoginRequired,
    /// Somebody would have to agree, and `prompt=none` forbids asking.
    ConsentRequired,
    /// Request objects are not read here.
    RequestNotSupported,
    /// A pushed request that is unknown, used or too old.
    InvalidRequestUri,
    /// The access token is unknown, expired or ended.
    InvalidToken,
    /// The access token is good, but not for this.
    InsufficientScope,
    /// Too much in a short time, or something needed is down.
    TemporarilyUnavailable,
    /// Ours.
    ServerError,
}

impl OAuthError {
    /// The code on the wire.
    pub const fn name(self) -> &'static str {
        self.code().split_at(5).1
    }

    /// The same as the other JSON faces say it: `oidc.` and the code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "oidc.invalid_request",
            Self::InvalidClient => "oidc.invalid_client",
            Self::InvalidGrant => "oidc.invalid_grant",
            Self::UnauthorizedClient => "oidc.unauthorized_client",
            Self::UnsupportedGrantType => "oidc.unsupported_grant_type",
            Self::UnsupportedResponseType => "oidc.unsupported_response_type",
            Self::InvalidScope => "oidc.invalid_scope",
            Self::InvalidTarget => "oidc.invalid_target",
            Self::AccessDenied => "oidc.access_denied",
            Self::LoginRequired => "oidc.login_required",
            Self::ConsentRequired => "oidc.consent_required",
            Self::RequestNotSupported => "oidc.request_not_supported",
            Self::InvalidRequestUri => "oidc.invalid_request_uri",
            Self::InvalidToken => "oidc.invalid_token",
            Self::InsufficientScope => "oidc.insufficient_scope",
            Self::TemporarilyUnavailable => "oidc.temporarily_unavailable",
            Self::ServerError => "oidc.server_error",
        }
    }
}

/// An error and what its reader can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolError {
    /// The code.
    pub error: OAuthError,
    /// For the app's developer: names the parameter and the fix, never a value that was sent.
    pub description: &'static str,
}

impl ProtocolError {
    /// An error with its description.
    pub const fn new(error: OAuthError, why: &'static str) -> Self {
        Self { error, description: why }
    }

    /// A parameter is missing, repeated or malformed.
    pub const fn invalid_request(why: &'static str) -> Self {
        Self::new(OAuthError::InvalidRequest, why)
    }

    /// The code, the refresh token or what must fit to it is not good.
    pub const fn invalid_grant(why: &'static str) -> Self {
        Self::new(OAuthError::InvalidGrant, why)
    }

    /// The app is unknown or did not prove itself. One description for every reason: which it was is nobody's
    /// business.
    pub const fn invalid_client() -> Self {
        Self::new(OAuthError::InvalidClient, "the client is unknown or did not authenticate as registered")
    }

    /// The access token is not good. One description for every reason.
    pub const fn invalid_token() -> Self {
        Self::new(OAuthError::InvalidToken, "the access token is unknown, expired or revoked")
    }
}

#[cfg(test)]
mod tests {
    use super::{OAuthError, ProtocolError};

    #[test]
    fn descriptions_and_codes_can_stand_in_a_header() {
        assert_eq!(OAuthError::InvalidGrant.name(), "invalid_grant");
        let allowed = |c: char| matches!(c, ' ' | '!' | '#'..='[' | ']'..='~');
        assert!(ProtocolError::invalid_client().description.chars().all(allowed));
    }
}
