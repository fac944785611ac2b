//! Connectors for email and SMS, which API clients configure: stored sealed, validated before they are saved,
//! active within a second on every instance. A new connector replaces those of its kind, as clients of this
//! API expect, unless it has a priority; then it is added beside them. Nothing is sent here: that is up to
//! the folder `connectors` outside of the core.

pub mod port;
pub mod spec;
pub mod templates;

use serde_json::{Map, Value, json};

use crate::core::audit::event::{Event, EventKind};
use crate::core::connectors::spec::{ConnectorSpec, FactoryInfo};
use crate::core::db::sql::Tx;
use crate::core::settings;
use crate::core::types::error::{ConnectorFault, Error, Refusal, Result};
use crate::core::types::identifier::address::Address;
use crate::core::types::ids;

use crate::core::Core;
use crate::core::audit::actor::Actor;
use crate::core::audit::{self, Change, changes, record_change};
use crate::core::connectors::port::{ConnectorRegistry, PRIVATE};
use crate::core::settings::bootstrap_file::author::FileAuthor;
use crate::core::throttle::in_memory;
use crate::core::types::secret::masks::{MASK, Restored};

/// The most connectors that there may be.
const MAX_CONNECTORS: usize = 20;

/// A connector to be created.
#[derive(Clone, Debug, Default)]
pub struct NewConnector {
    /// Its id; generated when missing.
    pub id: Option<String>,
    /// Its factory.
    pub factory: String,
    /// The configuration for the factory.
    pub config: Map<String, Value>,
    /// Its priority; without one it replaces the connectors of its kind.
    pub priority: Option<i32>,
}

/// What changes of a connector; what is missing stays.
#[derive(Clone, Debug, Default)]
pub struct ConnectorPatch {
    /// The whole configuration for the factory.
    pub config: Option<Map<String, Value>>,
    /// Its priority.
    pub priority: Option<i32>,
}

/// Where a test message goes.
#[derive(Clone, Debug)]
pub struct TestRecipient<'a> {
    /// The address.
    pub to: Address,
    /// The language of the message.
    pub locale: &'a str,
}

/// Every connector, by priority.
pub(in crate::core) async fn read_all(tx: &mut Tx, core: &Core) -> Result<Vec<ConnectorSpec>> {
    let rows = settings::store::list_connectors(tx).await?;
    let mut connectors: Vec<ConnectorSpec> = rows
        .iter()
        .filter_map(|(id, sealed)| decrypt(core, id, sealed).map_err(|error| log_unreadable(id, &error)).ok())
        .collect();
    connectors.sort_by_key(|connector| connector.priority);
    Ok(connectors)
}

/// A connector whose configuration cannot be decrypted is skipped and the others go on. It can be deleted, or
/// created again under its id.
fn log_unreadable(id: &str, error: &Error) {
    tracing::error!(
        connector.id = id,
        ?error,
        "the settings of a connector can't be decrypted; it is not used"
    );
}

fn decrypt(core: &Core, id: &str, sealed: &str) -> Result<ConnectorSpec> {
    let plain = core.keys.decrypt(sealed, &sealing_context(id))?;
    Ok(serde_json::from_slice(&plain).map_err(anyhow::Error::from)?)
}

/// The context that sealed configurations are bound to.
fn sealing_context(id: &str) -> String {
    format!("connector:{id}")
}

async fn save(tx: &mut Tx, core: &Core, connector: &ConnectorSpec) -> Result<()> {
    let plain = serde_json::to_vec(connector).map_err(anyhow::Error::from)?;
    let sealed = core.keys.seal(&plain, &sealing_context(&connector.id), core.rng());
    Ok(settings::store::save_connector(tx, &connector.id, &sealed, core.now()).await?)
}

/// The connectors of the bootstrap file.
#[derive(Clone, Copy)]
pub struct FromFile<'a> {
    /// The registry that knows their settings.
    pub outlets: &'a dyn ConnectorRegistry,
    /// The connectors.
    pub connectors: &'a [ConnectorSpec],
}

/// Updates the connectors of the bootstrap file to match it. One that no key can decrypt is created again.
pub(in crate::core) async fn ensure(
    tx: &mut Tx,
    core: &Core,
    by: FileAuthor<'_>,
    file: FromFile<'_>,
) -> Result<()> {
    let known = settings::store::list_connectors(tx).await?;
    for connector in file.connectors {
        let before = known.iter().find(|(id, _)| *id == connector.id);
        let before = before.and_then(|(id, sealed)| decrypt(core, id, sealed).ok());
        save(tx, core, connector).await?;
        let details = diff(file.outlets, before.as_ref(), Some(connector));
        let how = if before.is_some() { "changed" } else { "created" };
        let change = Change::of(EventKind::ConnectorChange, &connector.id, how, details);
        by.record(tx, core, change).await?;
    }
    Ok(())
}

/// All connectors, with their secrets.
pub async fn list(core: &Core) -> Result<Vec<ConnectorSpec>> {
    read_all(&mut core.store.read().await?, core).await
}

/// One connector, with its secrets.
pub async fn find(core: &Core, id: &str) -> Result<ConnectorSpec> {
    load(&mut core.store.read().await?, core, id).await
}

async fn load(tx: &mut Tx, core: &Core, id: &str) -> Result<ConnectorSpec> {
    let sealed = settings::store::connector(tx, id).await?.ok_or(Refusal::NotFound)?;
    decrypt(core, id, &sealed).map_err(|error| {
        log_unreadable(id, &error);
        Refusal::NotFound.into()
    })
}

/// The factory of this id, among those that may be used here.
pub fn factory(outlets: &dyn ConnectorRegistry, id: &str) -> Option<FactoryInfo> {
    outlets.factories().into_iter().find(|factory| factory.id == id)
}

/// Creates a connector.
#[tracing::instrument(name = "create_connector", skip_all)]
pub async fn create(
    core: &Core,
    by: Actor<'_>,
    outlets: &dyn ConnectorRegistry,
    new: NewConnector,
) -> Result<ConnectorSpec> {
    let replaces = new.priority.is_none();
    let connector = build_spec(core, outlets, new)?;
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
        let gone = diff(outlets, Some(known), None);
        record_change(&mut tx, core, by, Change::of(EventKind::ConnectorChange, &known.id, "replaced", gone))
            .await?;
        left -= 1;
    }
    if left >= MAX_CONNECTORS {
        return Err(invalid_settings(&format!("expected at most {MAX_CONNECTORS} connectors")).into());
    }
    save(&mut tx, core, &connector).await?;
    let new = diff(outlets, None, Some(&connector));
    record_change(&mut tx, core, by, Change::of(EventKind::ConnectorChange, &connector.id, "created", new))
        .await?;
    tx.commit().await?;
    Ok(connector)
}

fn build_spec(core: &Core, outlets: &dyn ConnectorRegistry, new: NewConnector) -> Result<ConnectorSpec> {
    let facts = factory(outlets, &new.factory).ok_or(Refusal::Connector(ConnectorFault::UnknownFactory))?;
    let id = new.id.unwrap_or_else(|| ids::generate(core.now(), core.rng(), 21));
    let is_id_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if id.is_empty() || id.len() > 128 || !id.bytes().all(is_id_byte) {
        return Err(invalid_settings("id: expected 1 to 128 letters, digits, - and _").into());
    }
    let mut config = new.config;
    fits(restore_secrets(facts, &mut config, &Value::Null).problems(|| false))?;
    let connector = ConnectorSpec {
        id,
        connector_id: facts.id.to_owned(),
        kind: facts.kind,
        config: Value::Object(config),
        priority: new.priority.unwrap_or_default(),
    };
    validate(outlets, &connector)?;
    Ok(connector)
}

/// Whether a setting is secret: masked in responses, and a mask is accepted for it in requests.
fn is_secret(facts: FactoryInfo, name: &str) -> bool {
    facts.fields.iter().any(|field| field.secret && field.name == name)
}

/// Replaces masks by the stored secrets.
fn restore_secrets(facts: FactoryInfo, config: &mut Map<String, Value>, before: &Value) -> Restored {
    let mut restored = Restored::default();
    for (name, value) in config {
        let stored = before.get(name).filter(|_| is_secret(facts, name));
        restored.restore(value, stored, &format!("config.{name}"));
    }
    restored
}

fn fits(problems: Vec<String>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(invalid_config(problems.join("\n")).into()) }
}

const fn invalid_config(problem: String) -> Refusal {
    Refusal::Connector(ConnectorFault::Invalid(problem))
}

fn invalid_settings(problem: &str) -> Refusal {
    Refusal::SettingsInvalid(vec![problem.to_owned()])
}

/// Validates a connector; paths in errors start at the body of the call.
fn validate(outlets: &dyn ConnectorRegistry, connector: &ConnectorSpec) -> Result<()> {
    let here = format!("connectors[{}].", connector.id);
    outlets.check(connector).map_err(|problem| invalid_config(problem.replace(&here, "")))?;
    fits(templates::validation_errors(connector))
}

/// Updates a connector: its configuration is replaced as a whole, except for secrets sent as masks.
#[tracing::instrument(name = "patch_connector", skip_all)]
pub async fn patch(
    core: &Core,
    by: Actor<'_>,
    outlets: &dyn ConnectorRegistry,
    id: &str,
    change: ConnectorPatch,
) -> Result<ConnectorSpec> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    let mut connector = load(&mut tx, core, id).await?;
    let before = connector.clone();
    let facts = factory(outlets, &connector.connector_id)
        .ok_or(Refusal::Connector(ConnectorFault::UnknownFactory))?;
    let mut restored = Restored::default();
    if let Some(mut config) = change.config {
        restored = restore_secrets(facts, &mut config, &before.config);
        fits(restored.missing_problems())?;
        connector.config = Value::Object(config);
    }
    connector.priority = change.priority.unwrap_or(connector.priority);
    // Validate before resolving the destination: resolving would read a file named in the configuration and
    // reveal by its answer whether it exists.
    validate(outlets, &connector)?;
    fits(restored.problems(|| leads_elsewhere(outlets, &before, &connector)))?;
    save(&mut tx, core, &connector).await?;
    let details = diff(outlets, Some(&before), Some(&connector));
    record_change(&mut tx, core, by, Change::of(EventKind::ConnectorChange, id, "changed", details)).await?;
    tx.commit().await?;
    Ok(connector)
}

/// Whether a connector would send its secrets to another server than before. The old destination may be
/// unknown; the new one is checked afterwards.
fn leads_elsewhere(outlets: &dyn ConnectorRegistry, before: &ConnectorSpec, after: &ConnectorSpec) -> bool {
    let before = outlets.destination(before);
    before.is_none() || outlets.destination(after) != before
}

/// The configuration of a connector with its secrets masked.
pub fn mask_secrets(outlets: &dyn ConnectorRegistry, connector: &ConnectorSpec) -> Value {
    let Value::Object(mut config) = connector.config.clone() else { return Value::Object(Map::new()) };
    // A connector that cannot be set up here has no factory that lists secrets.
    if let Some(facts) = factory(outlets, &connector.connector_id) {
        for (_, value) in config.iter_mut().filter(|(name, _)| is_secret(facts, name)) {
            *value = MASK.into();
        }
    }
    Value::Object(config)
}

/// Deletes a connector.
#[tracing::instrument(name = "delete_connector", skip_all)]
pub async fn delete(core: &Core, by: Actor<'_>, id: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    settings::store::lock(&mut tx).await?;
    if !settings::store::delete_connector(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    record_change(&mut tx, core, by, Change::of(EventKind::ConnectorChange, id, "deleted", json!([])))
        .await?;
    Ok(tx.commit().await?)
}

/// Sends a made-up code through a connector without saving it. The reason of a failure is returned: it
/// contains no key and no address.
#[tracing::instrument(name = "send_test_message", skip_all)]
pub async fn send_test(
    core: &Core,
    by: Actor<'_>,
    outlets: &dyn ConnectorRegistry,
    new: NewConnector,
    recipient: TestRecipient<'_>,
) -> Result<()> {
    in_memory::limit_by_network(by.context(core))?;
    let facts = factory(outlets, &new.factory);
    let connector = match build_spec(core, outlets, new) {
        Err(Error::Refused(refusal)) => {
            record_private_try(core, by, facts, &refusal).await?;
            return Err(refusal.into());
        }
        made => made?,
    };
    let outcome = outlets.send_test(&connector, recipient.to, recipient.locale).await;
    let how = if outcome.is_ok() { "tried" } else { "try_failed" };
    let details = json!({ "connectorId": connector.connector_id, "type": connector.kind });
    let event = Event::with_result(EventKind::ConnectorChange, how, None)
        .with_subject(&connector.connector_id)
        .with_details(details);
    audit::record_alone(by.context(core), &event).await?;
    Ok(outcome.map_err(|error| Refusal::Connector(ConnectorFault::Failed(error.reason().to_owned())))?)
}

/// Audits an attempt that was refused for a private address: a series of them is a scan for services that
/// only this server can reach.
async fn record_private_try(
    core: &Core,
    by: Actor<'_>,
    facts: Option<FactoryInfo>,
    refusal: &Refusal,
) -> Result<()> {
    let (Some(facts), Refusal::Connector(ConnectorFault::Invalid(problem))) = (facts, refusal) else {
        return Ok(());
    };
    if !problem.contains(PRIVATE) {
        return Ok(());
    }
    let event =
        Event::refused(EventKind::ConnectorChange, "connector.private_address", None).with_subject(facts.id);
    let details = json!({ "connectorId": facts.id, "type": facts.kind });
    audit::record_alone(by.context(core), &event.with_details(details)).await
}

/// What a change changed. The settings of a connector are masked, except those that its factory marks as
/// public.
fn diff(
    outlets: &dyn ConnectorRegistry,
    before: Option<&ConnectorSpec>,
    after: Option<&ConnectorSpec>,
) -> Value {
    let kind = after.or(before).map(|connector| connector.connector_id.as_str()).unwrap_or_default();
    let facts = factory(outlets, kind);
    let is_open = |name: &str| {
        facts.is_some_and(|facts| facts.fields.iter().any(|field| field.name == name && !field.secret))
    };
    changes::diff(&before, &after, |path| {
        let field = path.strip_prefix("config.").map(|rest| rest.split('.').next().unwrap_or(rest));
        field.is_some_and(|field| !is_open(field))
    })
}
