//! The ways messages leave the building, as operators' machines set them up: kept sealed, checked before they are kept, in force within a
//! second everywhere. What they do with a message is not decided here. The surprise: a new one takes the place of those of its kind, as
//! clients of this API expect, unless it names its turn, and then it stands beside them.

use serde_json::{Map, Value, json};

use crate::model::connector::{ConnectorSpec, FactoryFacts};
use crate::model::error::{ConnectorFault, Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::ids;
use crate::model::message::Address;
use crate::store::settings;
use crate::store::sql::Tx;

use super::apps::Author;
use super::audit::changes;
use super::ports::Outlets;
use super::{Rekey, audit, pace, templates};

/// What stands in the place of a secret, in answers and in a change that leaves it as it is.
pub const MASK: &str = "******";
/// The most that there may be.
const MOST: usize = 20;

/// A connector to be.
#[derive(Clone, Debug, Default)]
pub struct NewConnector {
    /// Its id; made when there is none.
    pub id: Option<String>,
    /// Its factory.
    pub factory: String,
    /// What that wants to know.
    pub config: Map<String, Value>,
    /// Its turn; without one it takes the place of those of its kind.
    pub priority: Option<i32>,
}

/// Every connector, in the order of their turns.
pub(super) async fn read_all(tx: &mut Tx, rekey: &Rekey) -> Result<Vec<ConnectorSpec>> {
    let rows = settings::list_connectors(tx).await?;
    let mut connectors: Vec<ConnectorSpec> = rows
        .iter()
        .filter_map(|(id, sealed)| read(rekey, id, sealed).map_err(|error| note_lost(id, &error)).ok())
        .collect();
    connectors.sort_by_key(|connector| connector.priority);
    Ok(connectors)
}

/// Under a lost key nobody can use it; what else is there goes on. It can be deleted, or set up again under its id.
fn note_lost(id: &str, error: &Error) {
    tracing::error!(connector.id = id, ?error, "a connector can't be opened and is not used");
}

fn read(rekey: &Rekey, id: &str, sealed: &str) -> Result<ConnectorSpec> {
    let plain = rekey.keys.open(sealed, &context(id))?;
    Ok(serde_json::from_slice(&plain).map_err(anyhow::Error::from)?)
}

/// The place that sealed settings belong to.
fn context(id: &str) -> String {
    format!("connector:{id}")
}

pub(super) async fn save(tx: &mut Tx, rekey: &Rekey, connector: &ConnectorSpec) -> Result<()> {
    let plain = serde_json::to_vec(connector).map_err(anyhow::Error::from)?;
    let sealed = rekey.keys.seal(&plain, &context(&connector.id), rekey.chance());
    Ok(settings::save_connector(tx, &connector.id, &sealed, rekey.now()).await?)
}

/// All of them, with their secrets.
pub async fn list(rekey: &Rekey) -> Result<Vec<ConnectorSpec>> {
    read_all(&mut rekey.store.read().await?, rekey).await
}

/// One of them, with its secrets.
pub async fn find(rekey: &Rekey, id: &str) -> Result<ConnectorSpec> {
    stored(&mut rekey.store.read().await?, rekey, id).await
}

async fn stored(tx: &mut Tx, rekey: &Rekey, id: &str) -> Result<ConnectorSpec> {
    let sealed = settings::connector(tx, id).await?.ok_or(Refusal::NotFound)?;
    read(rekey, id, &sealed).map_err(|error| {
        note_lost(id, &error);
        Refusal::NotFound.into()
    })
}

/// The factory of this id, among those that may be set up here.
pub fn factory(outlets: &dyn Outlets, id: &str) -> Option<FactoryFacts> {
    outlets.factories().into_iter().find(|factory| factory.id == id)
}

/// Sets a connector up.
pub async fn create(
    rekey: &Rekey,
    by: Author<'_>,
    outlets: &dyn Outlets,
    new: NewConnector,
) -> Result<ConnectorSpec> {
    let replaces = new.priority.is_none();
    let connector = made(rekey, outlets, new)?;
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let before = read_all(&mut tx, rekey).await?;
    if before.iter().any(|known| known.id == connector.id) {
        return Err(Refusal::Duplicate.into());
    }
    let replaced = before.iter().filter(|known| replaces && known.kind == connector.kind);
    let mut left = before.len();
    for known in replaced {
        settings::clear_connector(&mut tx, &known.id).await?;
        let gone = changed(outlets, Some(known), None);
        note(&mut tx, rekey, by, (&known.id, "replaced"), gone).await?;
        left -= 1;
    }
    if left >= MOST {
        return Err(invalid(&format!("expected at most {MOST} connectors")).into());
    }
    save(&mut tx, rekey, &connector).await?;
    let new = changed(outlets, None, Some(&connector));
    note(&mut tx, rekey, by, (&connector.id, "created"), new).await?;
    tx.commit().await?;
    Ok(connector)
}

fn made(rekey: &Rekey, outlets: &dyn Outlets, new: NewConnector) -> Result<ConnectorSpec> {
    let facts = factory(outlets, &new.factory).ok_or(Refusal::Connector(ConnectorFault::UnknownFactory))?;
    let id = new.id.unwrap_or_else(|| ids::fresh(rekey.now(), rekey.chance(), 21));
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if id.is_empty() || id.len() > 128 || !id.bytes().all(fits) {
        return Err(invalid("id: expected 1 to 128 letters, digits, - and _").into());
    }
    let connector = ConnectorSpec {
        id,
        connector_id: facts.id.to_owned(),
        kind: facts.kind,
        config: Value::Object(new.config),
        priority: new.priority.unwrap_or_default(),
    };
    without_masks(facts, &connector.config)?;
    sound(outlets, &connector)?;
    Ok(connector)
}

/// What stands in the place of a secret is no secret of anybody's.
fn without_masks(facts: FactoryFacts, config: &Value) -> Result<()> {
    match secrets(facts).find(|name| config.get(name).and_then(Value::as_str) == Some(MASK)) {
        Some(name) => Err(unfit(format!("config.{name}: expected the secret itself, not {MASK}")).into()),
        None => Ok(()),
    }
}

/// The names of the settings that nobody may read.
fn secrets(facts: FactoryFacts) -> impl Iterator<Item = &'static str> {
    facts.fields.iter().filter(|field| field.secret).map(|field| field.name)
}

const fn unfit(problem: String) -> Refusal {
    Refusal::Connector(ConnectorFault::Unfit(problem))
}

fn invalid(problem: &str) -> Refusal {
    Refusal::SettingsInvalid(vec![problem.to_owned()])
}

/// Whether it could work; the path of what could not begins at the body of the call.
fn sound(outlets: &dyn Outlets, connector: &ConnectorSpec) -> Result<()> {
    let here = format!("connectors[{}].", connector.id);
    outlets.check(connector).map_err(|problem| unfit(problem.replace(&here, "")))?;
    let words = templates::own_problems(connector);
    if words.is_empty() { Ok(()) } else { Err(unfit(words.join("\n")).into()) }
}

/// Changes a connector: its settings are replaced as a whole, but for secrets that stand there masked.
pub async fn patch(
    rekey: &Rekey,
    by: Author<'_>,
    outlets: &dyn Outlets,
    id: &str,
    (config, priority): (Option<Map<String, Value>>, Option<i32>),
) -> Result<ConnectorSpec> {
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let mut connector = stored(&mut tx, rekey, id).await?;
    let before = connector.clone();
    let facts = factory(outlets, &connector.connector_id)
        .ok_or(Refusal::Connector(ConnectorFault::UnknownFactory))?;
    let mut kept = None;
    if let Some(config) = config {
        (connector.config, kept) = unmasked(facts, config, &connector.config);
    }
    connector.priority = priority.unwrap_or(connector.priority);
    // Before its destination is asked for: that would read a file which it names, and say by its answer what is there.
    sound(outlets, &connector)?;
    if let Some(secret) = kept
        && outlets.destination(&before).is_none_or(|was| outlets.destination(&connector) != Some(was))
    {
        return Err(unfit(format!("config.{secret}: {ELSEWHERE}")).into());
    }
    save(&mut tx, rekey, &connector).await?;
    let details = changed(outlets, Some(&before), Some(&connector));
    note(&mut tx, rekey, by, (id, "changed"), details).await?;
    tx.commit().await?;
    Ok(connector)
}

/// Why a secret that was set for one server is not kept for another: whoever may change where a connector sends could read it there.
const ELSEWHERE: &str = "expected the secret again, because scheme, host or port of the server changed";

/// The settings with the kept secrets in the places of their masks, and the name of one of them.
fn unmasked(
    facts: FactoryFacts,
    mut config: Map<String, Value>,
    before: &Value,
) -> (Value, Option<&'static str>) {
    let mut kept = None;
    for name in secrets(facts) {
        if let (Some(value), Some(known)) = (config.get_mut(name), before.get(name))
            && value.as_str() == Some(MASK)
        {
            known.clone_into(value);
            kept = Some(name);
        }
    }
    (Value::Object(config), kept)
}

/// The settings of a connector as anybody may see them who may set it up: without its secrets.
pub fn masked(outlets: &dyn Outlets, connector: &ConnectorSpec) -> Value {
    let Value::Object(mut config) = connector.config.clone() else { return Value::Object(Map::new()) };
    // One that can't be set up here has nothing to hide that is listed.
    let facts = factory(outlets, &connector.connector_id);
    for field in facts.iter().flat_map(|facts| facts.fields).filter(|field| field.secret) {
        if let Some(value) = config.get_mut(field.name) {
            *value = MASK.into();
        }
    }
    Value::Object(config)
}

/// Takes a connector away.
pub async fn delete(rekey: &Rekey, by: Author<'_>, id: &str) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    if !settings::clear_connector(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    note(&mut tx, rekey, by, (id, "deleted"), json!([])).await?;
    Ok(tx.commit().await?)
}

/// Sends a made-up code by a connector that need not be kept. The reason of a failure is told: it names no key and no address.
pub async fn try_out(
    rekey: &Rekey,
    by: Author<'_>,
    outlets: &dyn Outlets,
    new: NewConnector,
    (to, locale): (Address, &str),
) -> Result<()> {
    pace::admit_network(rekey, by.caller)?;
    let connector = made(rekey, outlets, new)?;
    let outcome = outlets.try_out(&connector, to, locale).await;
    let how = if outcome.is_ok() { "tried" } else { "try_failed" };
    let details = json!({ "connectorId": connector.connector_id, "type": connector.kind });
    let event =
        Event::ended(EventKind::ConnectorChange, how, None).about(&connector.connector_id).with(details);
    audit::record_alone(rekey, by.caller, &event).await?;
    Ok(outcome.map_err(|error| Refusal::Connector(ConnectorFault::Failed(error.reason().to_owned())))?)
}

/// What a change changed. The settings of a connector are hidden but for those that its factory says anybody may read.
fn changed(outlets: &dyn Outlets, before: Option<&ConnectorSpec>, after: Option<&ConnectorSpec>) -> Value {
    let kind = after.or(before).map(|connector| connector.connector_id.as_str()).unwrap_or_default();
    let facts = factory(outlets, kind);
    let is_open = |name: &str| {
        facts.is_some_and(|facts| facts.fields.iter().any(|field| field.name == name && !field.secret))
    };
    changes::between(&before, &after, |path| {
        let field = path.strip_prefix("config.").map(|rest| rest.split('.').next().unwrap_or(rest));
        field.is_some_and(|field| !is_open(field))
    })
}

async fn note(
    tx: &mut Tx,
    rekey: &Rekey,
    by: Author<'_>,
    (id, how): (&str, &'static str),
    details: Value,
) -> Result<()> {
    let event = Event::ended(EventKind::ConnectorChange, how, None).about(id).with(details);
    audit::record(tx, rekey, by.caller, &event).await
}
