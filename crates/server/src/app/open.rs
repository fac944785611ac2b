//! Opens the installation for a command beside the server: it makes, migrates and applies nothing. Connectors
//! are not built, because a command sends nothing; the server delivers what it leaves in the outbox.

use std::sync::Arc;

use crate::app::{AppState, Base, Environment, to_anyhow};
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::Config;
use rekey_core::db::{OpenMode, Store, migrate};
use rekey_core::snapshot;

impl AppState {
    /// Opens what is there; an error when there is no database or key, or its schema is another one.
    pub async fn open(config: &Config, world: Environment) -> anyhow::Result<Self> {
        let keys = Arc::new(config.open_installation()?);
        let store = Store::open_with(config.database_url.expose(), OpenMode::Existing).await?;
        migrate::check(&store).await?;
        let app = Self::assemble(config, world, Base { store, keys }, &Bootstrap::default())?;
        let snapshot = snapshot::load(&app.core).await.map_err(to_anyhow)?;
        snapshot::apply_snapshot(&app.core, snapshot);
        Ok(app)
    }
}
