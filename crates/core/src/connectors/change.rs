//! Connectors created, changed and deleted, by API clients and the bootstrap file.

use serde_json::{Value, json};

use crate::audit::actor::Actor;
use crate::audit::event::EventKind;
use crate::audit::{Change, changes, record_change};
use crate::connectors::port::ConnectorRegistry;
use crate::connectors::spec::{ConnectorPatch, ConnectorSpec, NewConnector};
use crate::connectors::validation::{build_spec, ensure_none, invalid_settings, restore_secrets, validate};
use crate::connectors::{decrypt, factory, load, read_all, save};
use crate::db::sql::Tx;
use crate::settings::bootstrap_file::FileAuthor;
use crate::types::error::{ConnectorFault, Refusal, Result};
use crate::types::secret::masks::Restored;
use crate::{Core, settings};

/// The most connectors that there may be.
const MAX_CONNECTORS: usize = 20;

/// Creates a connector.
#[tracing::instrument(name = "create_connector", skip_all)]
pub async fn create(
    core: &Core,
    by: Actor<'_>,
    registry: &dyn ConnectorRegistry,
    new: NewConnector,
) -> Result<ConnectorSpec> {
    let replaces = new.priority.is_none();
    let connector = build_spec(core, registry, new)?;
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let before = read_all(&mut tx, core).await?;
    if before.iter().any(|known| known.id == connector.id) {
        return Err(Refusal::Duplicate.into());
    }
    let replaced = before.iter().filter(|known| replaces && known.kind == connector.kind);
    let mut left = before.len();
    for known in replaced {
        settings::store::delete_connector(&mut tx, &known.id).await?;
        let gone = diff(registry, Some(known), None);
        record_change(&mut tx, core, by, Change::of(EventKind::ConnectorChange, &known.id, "replaced", gone))
            .await?;
        left -= 1;
    }
    if left >= MAX_CONNECTORS {
        return Err(invalid_settings(&format!("expected at most {MAX_CONNECTORS} connectors")).into());
    }
    save(&mut tx, core, &connector).await?;
    let new = diff(registry, None, Some(&connector));
    record_change(&mut tx, core, by, Change::of(EventKind::ConnectorChange, &connector.id, "created", new))
        .await?;
    tx.commit().await?;
    Ok(connector)
}

/// Updates a connector: its configuration is replaced as a whole, except for secrets sent as masks.
#[tracing::instrument(name = "patch_connector", skip_all)]
pub async fn patch(
    core: &Core,
    by: Actor<'_>,
    registry: &dyn ConnectorRegistry,
    id: &str,
    change: ConnectorPatch,
) -> Result<ConnectorSpec> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let mut connector = load(&mut tx, core, id).await?;
    let before = connector.clone();
    let info = factory(registry, &connector.connector_id)
        .ok_or(Refusal::Connector(ConnectorFault::UnknownFactory))?;
    let mut restored = Restored::default();
    if let Some(mut config) = change.config {
        restored = restore_secrets(info, &mut config, &before.config);
        ensure_none(restored.missing_problems())?;
        connector.config = Value::Object(config);
    }
    connector.priority = change.priority.unwrap_or(connector.priority);
    // Validate before resolving the destination: resolving would read a file named in the configuration and
    // reveal by its answer whether it exists.
    validate(registry, &connector)?;
    ensure_none(restored.problems(|| leads_elsewhere(registry, &before, &connector)))?;
    save(&mut tx, core, &connector).await?;
    let details = diff(registry, Some(&before), Some(&connector));
    record_change(&mut tx, core, by, Change::of(EventKind::ConnectorChange, id, "changed", details)).await?;
    tx.commit().await?;
    Ok(connector)
}

/// Whether a connector would send its secrets to another server than before. The old destination may be
/// unknown; the new one is checked afterwards.
fn leads_elsewhere(registry: &dyn ConnectorRegistry, before: &ConnectorSpec, after: &ConnectorSpec) -> bool {
    let before = registry.destination(before);
    before.is_none() || registry.destination(after) != before
}

/// Deletes a connector; returns what stops working without it.
#[tracing::instrument(name = "delete_connector", skip_all)]
pub async fn delete(core: &Core, by: Actor<'_>, id: &str) -> Result<Vec<&'static str>> {
    let stops = core.snapshot().stopped_without(id);
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    if !settings::store::delete_connector(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let details = if stops.is_empty() { json!([]) } else { json!({ "stops": stops }) };
    record_change(&mut tx, core, by, Change::of(EventKind::ConnectorChange, id, "deleted", details)).await?;
    tx.commit().await?;
    if !stops.is_empty() {
        tracing::warn!(connector.id = id, "without this connector stops: {}", stops.join(", "));
    }
    Ok(stops)
}

/// What a change changed. The settings of a connector are masked, except those that its factory marks as
/// public.
fn diff(
    registry: &dyn ConnectorRegistry,
    before: Option<&ConnectorSpec>,
    after: Option<&ConnectorSpec>,
) -> Value {
    let kind = after.or(before).map(|connector| connector.connector_id.as_str()).unwrap_or_default();
    let info = factory(registry, kind);
    let is_open = |name: &str| {
        info.is_some_and(|info| info.fields.iter().any(|field| field.name == name && !field.secret))
    };
    changes::diff(&before, &after, |path| {
        let field = path.strip_prefix("config.").map(|rest| rest.split('.').next().unwrap_or(rest));
        field.is_some_and(|field| !is_open(field))
    })
}

/// The connectors of the bootstrap file.
#[derive(Clone, Copy)]
pub struct FromFile<'a> {
    /// The registry that knows their settings.
    pub registry: &'a dyn ConnectorRegistry,
    /// The connectors.
    pub connectors: &'a [ConnectorSpec],
}

/// Updates the connectors of the bootstrap file to match it. One that no key can decrypt is created again.
pub(crate) async fn ensure(tx: &mut Tx, core: &Core, by: FileAuthor<'_>, file: FromFile<'_>) -> Result<()> {
    let known = settings::store::list_connectors(tx).await?;
    for connector in file.connectors {
        let before = known.iter().find(|(id, _)| *id == connector.id);
        let before = before.and_then(|(id, sealed)| decrypt(core, id, sealed).ok());
        save(tx, core, connector).await?;
        let details = diff(file.registry, before.as_ref(), Some(connector));
        let how = if before.is_some() { "changed" } else { "created" };
        let change = Change::of(EventKind::ConnectorChange, &connector.id, how, details);
        by.record(tx, core, change).await?;
    }
    Ok(())
}
