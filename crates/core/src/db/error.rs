//! Errors of the store: a conflict, a missing parent, a text that can't be stored, or a failure. They are not
//! shown to users.

use crate::types::error::{Error, Refusal};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique value is taken.
    #[error("a unique value is taken")]
    Conflict,
    /// The row that a new one belongs to was deleted meanwhile.
    #[error("what it belongs to was deleted")]
    Gone,
    /// A text has U+0000, which PostgreSQL does not store: some input is not checked at its edge.
    #[error("a text has U+0000: {0}")]
    NullCharacter(&'static str),
    /// Any other error: locked, full, unreachable, or a newer schema.
    #[error("{0:#}")]
    Failure(anyhow::Error),
}

/// The store's result.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// The error of this statement or step. A statement has placeholders instead of values, so it may be
    /// logged.
    pub(crate) fn during(step: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |error| match Self::from(error) {
            Self::Failure(cause) => Self::Failure(cause.context(step)),
            known => known,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) if database.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(database) if database.is_foreign_key_violation() => Self::Gone,
            _ => Self::Failure(error.into()),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            // A user, session or request that ended while this step ran is no fault of ours.
            StoreError::Gone => Self::Refused(Refusal::NotFound),
            StoreError::NullCharacter(_) => {
                Self::Refused(Refusal::SettingsInvalid(vec!["expected text without U+0000".to_owned()]))
            }
            error => Self::Failed(anyhow::Error::new(error)),
        }
    }
}
