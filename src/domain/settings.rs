//! Settings, connectors and applications in force: read from the store when they change, held in memory so that anonymous pages
//! never ask the database. The surprise: whether recovery is on follows from them and is set nowhere (decision 19).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::model::app::{AppSecret, ClientApp};
use crate::model::caller::Caller;
use crate::model::complaint::strict;
use crate::model::connector::{ConnectorSpec, ConnectorType};
use crate::model::error::{ConnectorFault, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::hook::Hook;
use crate::model::identifier::Channel;
use crate::model::settings::{ForgotPasswordMethod, Settings};
use crate::model::time::Timestamp;
use crate::store::sql::Tx;
use crate::store::{apps, settings};

use super::claims::{self, Claims};
use super::oidc::keys::{self, KeyRing};
use super::passwords::policy::Judge;
use super::templates::{self, Templates};
use super::{Rekey, apps as applications, audit, connectors, webhooks};

/// What is in force.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// The settings.
    pub settings: Settings,
    /// Their password policy, made ready when they come into force.
    pub(super) judge: Judge,
    /// The claims that are added to tokens, made ready likewise.
    pub claims: Claims,
    /// The connectors that could be built.
    pub connectors: Vec<ConnectorSpec>,
    /// The applications by id.
    pub apps: HashMap<String, ClientApp>,
    /// The origins of their pages, which may read what is answered to them.
    origins: HashSet<String>,
    /// The keys that sign tokens.
    pub(super) keys: Arc<KeyRing>,
    /// The words of messages that operators set, made ready.
    pub(super) templates: Arc<Templates>,
    /// Their secrets, as digests, by the application's id.
    pub secrets: HashMap<String, Vec<AppSecret>>,
    /// The systems of the operator that want to hear what happens.
    pub hooks: Vec<Hook>,
    /// The fields of the sign-in experience that the bootstrap file sets again at every start.
    pub managed: Vec<String>,
    revision: i64,
}

/// The ways a recovery message can travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channels {
    /// By mail.
    pub email: bool,
    /// By SMS.
    pub phone: bool,
}

impl Channels {
    /// Whether there is any.
    pub const fn any(self) -> bool {
        self.email || self.phone
    }
}

impl Live {
    /// The channels of recovery: those with a usable connector, unless the settings name fewer (decision 19).
    pub fn channels(&self) -> Channels {
        let methods = self.settings.sign_in_experience.forgot_password_methods.as_ref();
        let on =
            |method| self.has_connector(method) && methods.is_none_or(|methods| methods.contains(&method));
        Channels {
            email: on(ForgotPasswordMethod::EmailVerificationCode),
            phone: on(ForgotPasswordMethod::PhoneVerificationCode),
        }
    }

    fn has_connector(&self, method: ForgotPasswordMethod) -> bool {
        self.connects(match method {
            ForgotPasswordMethod::EmailVerificationCode => Channel::Email,
            ForgotPasswordMethod::PhoneVerificationCode => Channel::Phone,
        })
    }

    /// Whether a usable connector carries messages this way.
    pub fn connects(&self, channel: Channel) -> bool {
        let kind = match channel {
            Channel::Email => ConnectorType::Email,
            Channel::Phone => ConnectorType::Sms,
        };
        self.connectors.iter().any(|connector| connector.kind == kind)
    }

    /// Whether this is the origin of a registered application's pages.
    pub fn is_origin_of_app(&self, origin: &str) -> bool {
        self.origins.contains(origin)
    }

    /// The public parts of the keys that sign tokens, as a JWK set.
    pub fn jwks(&self) -> &str {
        self.keys.jwks()
    }

    /// A registered application.
    pub fn app(&self, id: &str) -> Option<&ClientApp> {
        self.apps.get(id)
    }
}

/// Reads everything from the store. The caller builds the connectors, drops those that can't be built, and calls `put_in_force`.
pub async fn read(rekey: &Rekey) -> Result<Live> {
    let mut tx = rekey.store.read().await?;
    // The count comes first: a change that arrives meanwhile is at worst read twice, never missed.
    let revision = settings::revision(&mut tx).await?;
    let (settings, managed) = stored(&mut tx).await?;
    let connectors = connectors::read_all(&mut tx, rekey).await?;
    let registered = applications::read_all(&mut tx).await?;
    let origins = registered.iter().flat_map(ClientApp::origins).collect();
    let apps = registered.into_iter().map(|app| (app.id.clone(), app)).collect();
    let secrets = secrets(&mut tx).await?;
    let keys = Arc::new(keys::read(&mut tx, rekey).await?);
    let hooks = webhooks::read_all(&mut tx, rekey).await?;
    let templates = Arc::new(Templates::new(templates::read_all(&mut tx).await?));
    Ok(Live {
        settings,
        managed,
        judge: Judge::default(),
        claims: Claims::default(),
        connectors,
        apps,
        secrets,
        origins,
        keys,
        hooks,
        templates,
        revision,
    })
}

async fn secrets(tx: &mut Tx) -> Result<HashMap<String, Vec<AppSecret>>> {
    let mut by_app: HashMap<String, Vec<AppSecret>> = HashMap::new();
    for secret in apps::list_secrets(tx).await? {
        by_app.entry(secret.app_id.clone()).or_default().push(secret);
    }
    Ok(by_app)
}

pub(super) async fn stored(tx: &mut Tx) -> Result<(Settings, Vec<String>)> {
    let Some((document, managed)) = settings::document(tx).await? else {
        return Ok(Default::default());
    };
    let settings = serde_json::from_str(&document).map_err(anyhow::Error::from)?;
    Ok((settings, serde_json::from_str(&managed).map_err(anyhow::Error::from)?))
}

/// Whether something was changed, here or by another instance, since what is in force was read.
pub async fn have_changed(rekey: &Rekey) -> Result<bool> {
    let mut tx = rekey.store.read().await?;
    Ok(settings::revision(&mut tx).await? != rekey.live().revision)
}

/// Makes this what every journey sees from now on.
pub fn put_in_force(rekey: &Rekey, mut live: Live) {
    live.claims = Claims::new(&live.settings.jwt_customizer);
    live.judge = Judge::new(live.settings.sign_in_experience.password_policy.clone());
    *rekey.live.write().unwrap_or_else(std::sync::PoisonError::into_inner) = std::sync::Arc::new(live);
}

/// Lays a file over what is stored, all or nothing: of the settings, objects are merged and everything else replaced; connectors
/// are written by id. What the file does not name is left alone.
pub async fn apply(rekey: &Rekey, file: Option<&Value>, connectors: &[ConnectorSpec]) -> Result<()> {
    let now = rekey.now();
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let (before, named_before) = stored(&mut tx).await?;
    let named = file.map(experience_keys).unwrap_or_default();
    if file.is_some() || named != named_before {
        let merged = file.map_or(Ok(before.clone()), |file| laid_over(&before, file))?;
        save(&mut tx, &merged, &named, now).await?;
    }
    for connector in connectors {
        connectors::save(&mut tx, rekey, connector).await?;
    }
    Ok(tx.commit().await?)
}

/// Changes the sign-in experience: each field that is named is replaced as a whole, the others stay. Refused with a line for each
/// problem, and then nothing is changed. The caller puts it in force here; other instances notice by themselves.
pub async fn change_experience(
    rekey: &Rekey,
    caller: &Caller,
    by: &str,
    patch: Map<String, Value>,
) -> Result<()> {
    let live = rekey.live();
    change(rekey, caller, by, |settings| {
        settings.sign_in_experience = patched(&settings.sign_in_experience, patch)?;
        sound(settings.sign_in_experience.problems())?;
        let mut methods = settings.sign_in_experience.forgot_password_methods.iter().flatten();
        match methods.all(|method| live.has_connector(*method)) {
            true => Ok(()),
            false => Err(Refusal::Connector(ConnectorFault::Missing).into()),
        }
    })
    .await
}

/// Changes whatever is named, by the paths of the bootstrap file: for machines that know the settings by other names.
pub async fn change_some(rekey: &Rekey, caller: &Caller, by: &str, patch: &Value) -> Result<()> {
    change(rekey, caller, by, |settings| {
        let mut whole = document(settings)?;
        merge(&mut whole, patch);
        let merged: Settings =
            strict::read(whole).map_err(|problem| Refusal::SettingsInvalid(vec![problem]))?;
        sound(merged.problems())?;
        *settings = merged;
        Ok(())
    })
    .await
}

/// Changes the account center: each field that is named is replaced, and of `fields` those that are named.
pub async fn change_account_center(
    rekey: &Rekey,
    caller: &Caller,
    by: &str,
    mut patch: Map<String, Value>,
) -> Result<()> {
    change(rekey, caller, by, |settings| {
        let center = &settings.account_center;
        if let Some(Value::Object(fields)) = patch.get_mut("fields") {
            let Value::Object(mut whole) = document(&center.fields)? else { return Ok(()) };
            whole.append(fields);
            *fields = whole;
        }
        settings.account_center = patched(center, patch)?;
        sound(settings.account_center.problems())
    })
    .await
}

fn sound(problems: Vec<String>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

async fn change(
    rekey: &Rekey,
    caller: &Caller,
    by: &str,
    how: impl FnOnce(&mut Settings) -> Result<()>,
) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    settings::lock(&mut tx).await?;
    let (mut settings, managed) = stored(&mut tx).await?;
    how(&mut settings)?;
    save(&mut tx, &settings, &managed, rekey.now()).await?;
    let event = Event::success(EventKind::SettingsChange, None).about(by);
    audit::record(&mut tx, rekey, caller, &event).await?;
    Ok(tx.commit().await?)
}

fn document(part: &impl Serialize) -> Result<Value> {
    Ok(serde_json::to_value(part).map_err(anyhow::Error::from)?)
}

fn patched<T: Serialize + DeserializeOwned>(before: &T, patch: Map<String, Value>) -> Result<T> {
    let mut whole = document(before)?;
    if let Value::Object(fields) = &mut whole {
        fields.extend(patch);
    }
    strict::read(whole).map_err(|problem| Refusal::SettingsInvalid(vec![problem]).into())
}

pub(super) async fn save(tx: &mut Tx, settings: &Settings, managed: &[String], now: Timestamp) -> Result<()> {
    let document = serde_json::to_string(settings).map_err(anyhow::Error::from)?;
    let managed = serde_json::to_string(managed).map_err(anyhow::Error::from)?;
    Ok(settings::save(tx, &document, &managed, now).await?)
}

/// What the file says of the sign-in experience, by the names of the fields.
fn experience_keys(file: &Value) -> Vec<String> {
    let fields = file.get("signInExperience").and_then(Value::as_object);
    fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
}

fn laid_over(before: &Settings, file: &Value) -> Result<Settings> {
    let mut whole = serde_json::to_value(before).map_err(anyhow::Error::from)?;
    merge(&mut whole, file);
    let merged: Settings = serde_json::from_value(whole).map_err(anyhow::Error::from)?;
    // What each alone may say, both together may not: a least length of the file above a greatest one set at run time.
    merged.validate()?;
    let problems = claims::problems(&merged.jwt_customizer);
    match problems.is_empty() {
        true => Ok(merged),
        false => Err(Refusal::SettingsInvalid(problems).into()),
    }
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => into.clone_from(from),
    }
}
