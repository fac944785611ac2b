//! The promises through the APIs: the same recovery as on the pages, requested by other clients.

mod experience_api;
mod graphql;
mod sdk_api;
