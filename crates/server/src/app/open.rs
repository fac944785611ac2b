//! Opens the installation for a command beside the server: it makes, migrates and applies nothing. Connectors
//! are not built, because a command sends nothing; the server delivers what it leaves in the outbox.

use std::path::Path;
use std::sync::Arc;

use crate::app::{AppState, Base, Environment, to_anyhow};
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::{Config, DatabaseUrl};
use rekey_core::db::{OpenMode, Store, migrate};
use rekey_core::maintenance::key_check;
use rekey_core::settings::Settings;
use rekey_core::snapshot;

impl AppState {
    /// Opens what is there; an error when there is no database or key, or its schema or key is another one.
    pub async fn open(config: &Config, world: Environment) -> anyhow::Result<Self> {
        let app = Self::open_with_any_key(config, world).await?;
        key_check::check(&app.core).await?;
        Ok(app)
    }

    /// The same when the secret key may be another one than the database's.
    pub async fn open_with_any_key(config: &Config, world: Environment) -> anyhow::Result<Self> {
        let keys = Arc::new(config.open_installation()?);
        let store = Store::open_with(config.database_url.expose(), OpenMode::Existing).await?;
        migrate::check(&store).await?;
        let app = Self::assemble(config, world, Base { store, keys }, &Bootstrap::default())?;
        let snapshot = snapshot::load(&app.core).await.map_err(to_anyhow)?;
        snapshot::apply_snapshot(&app.core, snapshot);
        Ok(app)
    }

    /// An empty installation in this folder, to render a message before the first start.
    pub async fn open_scratch(config: &Config, world: Environment, folder: &Path) -> anyhow::Result<Self> {
        let database_url = DatabaseUrl::in_directory(folder);
        let data_dir = folder.to_owned();
        let config = Config { data_dir, database_url, secret_key: None, ..config.clone() };
        let keys = Arc::new(config.prepare(world.rng.as_ref())?);
        let store = Store::open(config.database_url.expose()).await?;
        migrate::run(&store).await?;
        Self::assemble(&config, world, Base { store, keys }, &Bootstrap::default())
    }

    /// Makes these settings the active ones of this process alone, so that a message is rendered as after the
    /// next start.
    pub fn apply_settings(&self, settings: Settings) {
        let mut snapshot = (*self.core.snapshot()).clone();
        snapshot.settings = settings;
        snapshot::apply_snapshot(&self.core, snapshot);
    }
}
