//! OAuth errors for apps. The descriptions are English and not in `locales`: RFC 6749 4.1.2.1 allows only
//! ASCII in them, and they are for the app's developer, never for the user.

/// The error codes of RFC 6749, 6750, 7009, 8707, 9126 and OpenID Connect Core that are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OAuthError {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The app is unknown or failed to authenticate.
    InvalidClient,
    /// The code, the refresh token or its PKCE verifier is invalid.
    InvalidGrant,
    /// This app may not use this grant type.
    UnauthorizedClient,
    /// The grant type is not supported.
    UnsupportedGrantType,
    /// Only the response type `code` is supported.
    UnsupportedResponseType,
    /// A scope that this app may not have.
    InvalidScope,
    /// An unknown resource.
    InvalidTarget,
    /// The user or an operator's rule denied access.
    AccessDenied,
    /// A sign-in is needed, and `prompt=none` forbids it.
    LoginRequired,
    /// Consent is needed, and `prompt=none` forbids asking.
    ConsentRequired,
    /// Request objects are not supported.
    RequestNotSupported,
    /// A pushed request that is unknown, used or expired.
    InvalidRequestUri,
    /// The access token is unknown, expired or revoked.
    InvalidToken,
    /// The access token is valid, but lacks a scope.
    InsufficientScope,
    /// Rate limited, or a dependency is down.
    TemporarilyUnavailable,
    /// An internal fault.
    ServerError,
}

impl OAuthError {
    /// The OAuth error code.
    pub const fn name(self) -> &'static str {
        self.code().split_at(5).1
    }

    /// The code used by the other JSON APIs: `oidc.` and the OAuth code.
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

/// An error with its description.
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

    /// The code, the refresh token or its PKCE verifier is invalid.
    pub const fn invalid_grant(why: &'static str) -> Self {
        Self::new(OAuthError::InvalidGrant, why)
    }

    /// The app is unknown or failed to authenticate. There is one description for every reason, so that the
    /// reason is not revealed.
    pub const fn invalid_client() -> Self {
        Self::new(OAuthError::InvalidClient, "the client is unknown or did not authenticate as registered")
    }

    /// The access token is invalid. There is one description for every reason.
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
