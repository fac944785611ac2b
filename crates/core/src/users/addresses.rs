//! The addresses of an account, as tagged keys.

/// The addresses of an account, with their kinds.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// The email address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
}

impl Addresses {
    /// The email address, or a value that matches nothing.
    pub fn email_or_unmatched(&self) -> &str {
        self.email.as_deref().unwrap_or_default()
    }

    /// The phone number, or a value that matches nothing.
    pub fn phone_or_unmatched(&self) -> &str {
        self.phone.as_deref().unwrap_or_default()
    }
}
