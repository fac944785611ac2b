//! How a program of a test is started: with a configuration as an operator would write it, the cheapest hash
//! and a seed of its own.

use std::cell::Cell;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::thread;

use actix_web::web::Data;
use rekey::embedded::EMBEDDED;
use rekey::http::mount;
use rekey::renderer::TemplateRenderer;
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::Config;
use rekey_adapters::connectors::inbox::Inbox;
use rekey_core::types::secret::SeededRng;
use rekey_core::types::time::ManualClock;
use rekey_server::app::{AppState, Environment};
use rekey_server::http::server;
use rekey_server::jobs::maintenance;
use serde_json::Value;

use super::rsa_keys::RsaFixtures;
use super::{TestApp, Variables};
use crate::support::database::{Folder, TestDatabase};

thread_local! {
    static PROGRAMS: Cell<u64> = const { Cell::new(0) };
}

/// What a program is started with.
pub(super) struct Plan {
    pub clock: Arc<ManualClock>,
    pub database: Arc<TestDatabase>,
    pub bootstrap: Value,
    pub variables: Variables,
    pub origin: Option<String>,
    pub inboxes: Arc<Mutex<Vec<Inbox>>>,
    pub secret: String,
    pub seed: u64,
}

pub(super) async fn run(plan: Plan) -> TestApp {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let (address, data) = (listener.local_addr().unwrap(), Folder::fresh());
    let config = config(&plan, &data, address);
    let world = Environment {
        clock: plan.clock.clone(),
        rng: Arc::new(SeededRng::new(plan.seed)),
        rsa_keys: Arc::new(RsaFixtures::after(plan.inboxes.lock().unwrap().len())),
        renderer: Arc::new(TemplateRenderer),
        embedded: EMBEDDED,
    };
    let bootstrap = Bootstrap::from_value(plan.bootstrap.clone()).unwrap();
    let program = Data::new(AppState::build(&config, world, &bootstrap).await.unwrap());
    maintenance::generate_missing_keys(&program).await.unwrap();
    let server = server::start_public(&program, listener, mount).unwrap();
    let handle = server.handle();
    tokio::spawn(server);
    plan.inboxes.lock().unwrap().push(program.inbox.clone().unwrap());
    TestApp {
        clock: plan.clock,
        database: plan.database,
        origin: program.site.origin.clone(),
        address,
        program,
        handle,
        admins: Mutex::default(),
        inboxes: plan.inboxes,
        bootstrap: plan.bootstrap,
        variables: plan.variables,
        secret: plan.secret,
        may_leave_messages: AtomicBool::new(false),
        _data: data,
    }
}

/// As an operator would write it, with the cheapest hash that argon2 knows.
fn config(plan: &Plan, data: &Folder, address: SocketAddr) -> Config {
    let mut lines = vec![
        ("REKEY_LISTEN", address.to_string()),
        ("REKEY_DATABASE_URL", plan.database.url.clone()),
        ("REKEY_DATA_DIR", data.path().display().to_string()),
        ("REKEY_SECRET_KEY", plan.secret.clone()),
        ("REKEY_MIGRATE_ON_START", "false".to_owned()),
        ("REKEY_BREACHES__URL", String::new()),
        ("REKEY_HASHING__MEMORY_KIB", "64".to_owned()),
        ("REKEY_HASHING__ITERATIONS", "1".to_owned()),
        ("REKEY_HASHING__CONCURRENCY", "1".to_owned()),
        // Every browser of a test comes from one address.
        ("REKEY_CONNECTIONS__PER_NETWORK", "0".to_owned()),
    ];
    lines.extend(plan.origin.clone().map(|origin| ("REKEY_PUBLIC_URL", origin)));
    lines.retain(|(name, _)| !plan.variables.iter().any(|(over, _)| over == name));
    lines.extend(plan.variables.clone());
    let lines = lines.into_iter().map(|(name, value)| (name.to_owned(), value));
    let mut config = Config::load(None, lines).unwrap();
    config.set_bound_address(address);
    config.dev = true;
    config
}

/// The same for every run of the same test, whose thread is named after it, and another for each of its
/// programs.
pub(super) fn seed() -> u64 {
    let nth = PROGRAMS.with(|programs| programs.replace(programs.get() + 1));
    let mut hasher = DefaultHasher::new();
    (thread::current().name(), nth).hash(&mut hasher);
    hasher.finish()
}

pub(super) fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
