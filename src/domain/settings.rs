//! Settings, connectors and applications in force: read from the store when they change, held in memory so that anonymous pages
//! never ask the database. The surprise: whether recovery is on follows from them and is set nowhere (decision 19).

use std::collections::HashMap;

use crate::model::app::ClientApp;
use crate::model::connector::{ConnectorSpec, ConnectorType};
use crate::model::error::Result;
use crate::model::settings::{ForgotPasswordMethod, Settings};
use crate::store::settings;

use super::Rekey;
use super::passwords::policy::Judge;

/// What is in force.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// The settings.
    pub settings: Settings,
    /// Their password policy, made ready.
    pub judge: Judge,
    /// The connectors that could be built.
    pub connectors: Vec<ConnectorSpec>,
    /// The applications by id.
    pub apps: HashMap<String, ClientApp>,
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
        let on = |kind, method| {
            self.connectors.iter().any(|connector| connector.kind == kind)
                && methods.is_none_or(|methods| methods.contains(&method))
        };
        Channels {
            email: on(ConnectorType::Email, ForgotPasswordMethod::EmailVerificationCode),
            phone: on(ConnectorType::Sms, ForgotPasswordMethod::PhoneVerificationCode),
        }
    }

    /// A registered application.
    pub fn app(&self, id: &str) -> Option<&ClientApp> {
        self.apps.get(id)
    }
}

/// Reads everything from the store. The caller builds the connectors, drops those that can't be built, and calls `put_in_force`.
pub async fn read(rekey: &Rekey) -> Result<Live> {
    let mut tx = rekey.store.read().await?;
    let document = settings::document(&mut tx).await?;
    let settings =
        document.map(|document| serde_json::from_str(&document)).transpose().map_err(anyhow::Error::from)?;
    let mut connectors = Vec::new();
    for (id, sealed) in settings::list_connectors(&mut tx).await? {
        let plain = rekey.keys.open(&sealed, &format!("connector:{id}"))?;
        connectors.push(serde_json::from_slice(&plain).map_err(anyhow::Error::from)?);
    }
    let mut apps = HashMap::new();
    for (id, document) in settings::list_applications(&mut tx).await? {
        apps.insert(id, serde_json::from_str(&document).map_err(anyhow::Error::from)?);
    }
    let settings: Settings = settings.unwrap_or_default();
    let judge = Judge::new(settings.sign_in_experience.password_policy.clone());
    Ok(Live { settings, judge, connectors, apps })
}

/// Makes this what every journey sees from now on.
pub fn put_in_force(rekey: &Rekey, live: Live) {
    *rekey.live.write().unwrap_or_else(std::sync::PoisonError::into_inner) = std::sync::Arc::new(live);
}

/// Writes settings, connectors and applications by id, all or nothing; what is not named is left alone.
pub async fn save(
    rekey: &Rekey,
    settings: Option<&Settings>,
    connectors: &[ConnectorSpec],
    apps: &[ClientApp],
) -> Result<()> {
    let now = rekey.now();
    let mut tx = rekey.store.write().await?;
    if let Some(settings) = settings {
        let document = serde_json::to_string(settings).map_err(anyhow::Error::from)?;
        settings::save(&mut tx, &document, now).await?;
    }
    for connector in connectors {
        let plain = serde_json::to_vec(connector).map_err(anyhow::Error::from)?;
        let sealed = rekey.keys.seal(&plain, &format!("connector:{}", connector.id), rekey.chance());
        settings::save_connector(&mut tx, &connector.id, &sealed, now).await?;
    }
    for app in apps {
        let document = serde_json::to_string(app).map_err(anyhow::Error::from)?;
        settings::save_application(&mut tx, &app.id, &document, now).await?;
    }
    Ok(tx.commit().await?)
}
