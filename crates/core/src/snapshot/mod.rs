//! The snapshot: the active settings, connectors, applications, webhooks and keys, read from the store
//! when they change and held in memory so that anonymous pages need no query; and how they are changed.
//! Whether recovery is enabled follows from the connectors and is not a setting of its own (decision 19).

mod from_file;
mod refresh;
mod unavailable;
mod update;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use crate::apps::AppSecret;
use crate::apps::client_app::ClientApp;
use crate::claims::Claims;
use crate::connectors::spec::{ConnectorSpec, ConnectorType};
use crate::connectors::templates::ConnectorTemplates;
use crate::db::sql::Tx;
use crate::oidc::signing_keys::{self, KeyRing};
use crate::passwords::policy::evaluator::PolicyEvaluator;
use crate::settings::{self, ForgotPasswordMethod, Settings};
pub use crate::snapshot::from_file::{apply, preview, stored_errors};
pub(crate) use crate::snapshot::refresh::refresh;
pub use crate::snapshot::update::{have_changed, patch_account_center, patch_experience, patch_settings};
use crate::templates::{self, Templates};
use crate::types::error::Result;
use crate::types::identifier::Channel;
use crate::webhooks::webhook::Webhook;
use crate::{Core, apps, connectors, webhooks};

/// The active settings and everything derived from them.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The settings.
    pub settings: Settings,
    /// Their password policy, precomputed.
    pub(crate) evaluator: PolicyEvaluator,
    /// The custom claims, compiled.
    pub claims: Claims,
    /// The connectors that could be built.
    pub connectors: Vec<ConnectorSpec>,
    /// The applications by id.
    pub apps: HashMap<String, ClientApp>,
    /// The origins of their pages, which are allowed by CORS.
    origins: HashSet<String>,
    /// The keys that sign tokens.
    pub(crate) keys: Arc<KeyRing>,
    /// The custom message templates, compiled.
    pub(crate) templates: Arc<Templates>,
    /// The templates from connector configurations, compiled.
    pub(crate) connector_templates: Arc<ConnectorTemplates>,
    /// The digests of client secrets, by application id.
    pub secrets: HashMap<String, Vec<AppSecret>>,
    /// The webhooks.
    pub webhooks: Vec<Webhook>,
    /// The sign-in experience fields that the bootstrap file sets again at every start.
    pub managed: Vec<String>,
    /// The revision of the connectors: a change of it is what makes an instance build them anew.
    pub(crate) revision: i64,
    /// The revision of everything else, which `refresh` may have brought further.
    rules_revision: i64,
}

/// The channels for recovery messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecoveryChannels {
    /// By mail.
    pub email: bool,
    /// By SMS.
    pub phone: bool,
}

impl RecoveryChannels {
    /// Whether there is one.
    pub const fn any(self) -> bool {
        self.email || self.phone
    }
}

impl Snapshot {
    /// The recovery channels: those with a usable connector, unless the settings name fewer (decision 19).
    pub fn channels(&self) -> RecoveryChannels {
        let methods = self.settings.sign_in_experience.forgot_password_methods.as_ref();
        let on = |method: ForgotPasswordMethod| {
            self.has_connector_for(method.channel())
                && methods.is_none_or(|methods| methods.contains(&method))
        };
        RecoveryChannels {
            email: on(ForgotPasswordMethod::EmailVerificationCode),
            phone: on(ForgotPasswordMethod::PhoneVerificationCode),
        }
    }

    /// Whether a usable connector serves this channel.
    pub fn has_connector_for(&self, channel: Channel) -> bool {
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

    /// The public signing keys, as a JWK set.
    pub fn jwks(&self) -> &str {
        self.keys.jwks()
    }

    /// The languages that custom message templates are in.
    pub fn template_languages(&self) -> impl Iterator<Item = &str> {
        self.templates.languages()
    }

    /// Whether this is the revision of everything but the connectors.
    pub(crate) const fn has_rules_of(&self, revision: i64) -> bool {
        self.rules_revision == revision
    }

    /// The connectors of one snapshot with everything else of another.
    fn combine(connectors: Self, rules: Self) -> Self {
        Self {
            connectors: connectors.connectors,
            connector_templates: connectors.connector_templates,
            revision: connectors.revision,
            ..rules
        }
    }

    /// A registered application.
    pub fn app(&self, id: &str) -> Option<&ClientApp> {
        self.apps.get(id)
    }
}

/// Loads everything from the store. The caller builds the connectors, drops those that cannot be built, and
/// calls `apply_snapshot`.
pub async fn load(core: &Core) -> Result<Snapshot> {
    let mut tx = core.store.read().await?;
    // The revision is read first: a change that arrives meanwhile is at worst read twice, never missed.
    let revision = settings::store::revision(&mut tx).await?;
    let (settings, managed) = settings::load_stored(&mut tx).await?;
    let registered = apps::read_all(&mut tx).await?;
    let registered: Vec<_> = registered.into_iter().map(ClientApp::without_invalid_addresses).collect();
    Ok(Snapshot {
        settings,
        managed,
        connectors: connectors::read_all(&mut tx, core).await?,
        origins: registered.iter().flat_map(ClientApp::origins).collect(),
        apps: registered.into_iter().map(|app| (app.id.clone(), app)).collect(),
        secrets: load_secrets(&mut tx).await?,
        keys: Arc::new(signing_keys::load(&mut tx, core).await?),
        webhooks: webhooks::read_all(&mut tx, core).await?,
        templates: Arc::new(Templates::new(templates::read_all(&mut tx).await?)),
        revision,
        rules_revision: revision,
        ..Snapshot::default()
    })
}

async fn load_secrets(tx: &mut Tx) -> Result<HashMap<String, Vec<AppSecret>>> {
    let mut by_app: HashMap<String, Vec<AppSecret>> = HashMap::new();
    for secret in apps::store::list_secrets(tx).await? {
        by_app.entry(secret.app_id.clone()).or_default().push(secret);
    }
    Ok(by_app)
}

/// Makes this the current snapshot for every journey. Where `refresh` has read newer rules meanwhile, they
/// stay.
pub fn apply_snapshot(core: &Core, mut snapshot: Snapshot) {
    snapshot.connector_templates = Arc::new(ConnectorTemplates::new(&snapshot.connectors));
    compile_rules(&mut snapshot);
    let mut current = core.snapshot.write().unwrap_or_else(PoisonError::into_inner);
    if current.rules_revision > snapshot.rules_revision {
        snapshot = Snapshot::combine(snapshot, Snapshot::clone(&current));
    }
    *current = Arc::new(snapshot);
    drop(current);
    core.snapshot_notify.notify_waiters();
}

fn compile_rules(snapshot: &mut Snapshot) {
    snapshot.claims = Claims::new(&snapshot.settings.jwt_customizer);
    snapshot.evaluator = PolicyEvaluator::new(snapshot.settings.sign_in_experience.password_policy.clone());
}
