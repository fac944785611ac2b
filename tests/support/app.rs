//! The real program on a port of this machine: a private database, a clock that stands still, chance from a seed, messages
//! in an inbox. No job runs by itself. The surprise: every program of the process lives on one background runtime, so that
//! its connections outlive the test's own runtime and `Drop` can still look for messages that nobody read.

use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};
use std::thread;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use rekey::app::{App, World};
use rekey::bootstrap::Bootstrap;
use rekey::config::Config;
use rekey::connectors::inbox::Inbox;
use rekey::domain::users;
use rekey::jobs::deliver_messages::deliver_all;
use rekey::jobs::pace::Pace;
use rekey::model::secret::SeededChance;
use rekey::model::time::{ManualClock, Timestamp};
use rekey::model::user::User;
use rekey::server;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Handle, Runtime};

use super::browser::Browser;
use super::database::{Folder, TestDatabase};
use super::mailbox::Mailbox;
use super::people::PersonBuilder;

/// When every test begins: 14 November 2023, in the afternoon.
const BEGINNING: Timestamp = Timestamp(1_700_000_000_000);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
});

thread_local! {
    static PROGRAMS: Cell<u64> = const { Cell::new(0) };
}

/// Parts of the configuration, over those of every test.
type Variables = Vec<(&'static str, String)>;

/// One running program.
pub struct TestApp {
    /// The time; it moves only when told to.
    pub clock: Arc<ManualClock>,
    /// The database that instances share.
    pub database: Arc<TestDatabase>,
    /// Scheme, host and port; links begin with it.
    pub origin: String,
    /// Where it really listens.
    pub address: SocketAddr,
    program: Data<App>,
    handle: ServerHandle,
    admins: Mutex<Vec<ServerHandle>>,
    inboxes: Arc<Mutex<Vec<Inbox>>>,
    bootstrap: Value,
    variables: Variables,
    secret: String,
    may_leave_messages: AtomicBool,
    _data: Folder,
}

/// What a program is started with.
struct Plan {
    clock: Arc<ManualClock>,
    database: Arc<TestDatabase>,
    bootstrap: Value,
    variables: Variables,
    origin: Option<String>,
    inboxes: Arc<Mutex<Vec<Inbox>>>,
    secret: String,
    seed: u64,
}

impl TestApp {
    /// With the settings that an operator gets who sets none, mail and SMS.
    pub async fn start() -> Self {
        Self::with(json!({})).await
    }

    /// With these parts of a bootstrap file over the usual ones: objects are merged, everything else is replaced.
    pub async fn with(overrides: Value) -> Self {
        Self::configured(&[], overrides).await
    }

    /// The same, with these variables over the usual ones.
    pub async fn configured(variables: &[(&'static str, &str)], overrides: Value) -> Self {
        let variables: Variables =
            variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let mut bootstrap = json!({
            "connectors": [
                { "id": "mail", "connectorId": "inbox", "type": "Email", "config": {} },
                { "id": "sms", "connectorId": "inbox", "type": "Sms", "config": {} },
            ],
        });
        merge(&mut bootstrap, overrides);
        let seed = seed();
        on_runtime(move || async move {
            let database = Arc::new(TestDatabase::fresh().await);
            let clock = Arc::new(ManualClock::new(BEGINNING));
            let (inboxes, secret) = (Arc::default(), format!("{seed:016x}").repeat(8));
            run(Plan { clock, database, bootstrap, variables, origin: None, inboxes, secret, seed }).await
        })
        .await
    }

    /// Another process on the same database, behind the same public address.
    pub async fn second_instance(&self) -> Self {
        self.restarted(self.bootstrap.clone(), self.secret.clone()).await
    }

    /// The same with these parts of a bootstrap file over what this one was started with.
    pub async fn started_again_with(&self, overrides: Value) -> Self {
        let mut bootstrap = self.bootstrap.clone();
        merge(&mut bootstrap, overrides);
        self.restarted(bootstrap, self.secret.clone()).await
    }

    /// Another process on the same database, with another list of secret keys.
    pub async fn under_key(&self, secret: &str) -> Self {
        self.restarted(self.bootstrap.clone(), secret.to_owned()).await
    }

    async fn restarted(&self, bootstrap: Value, secret: String) -> Self {
        let plan = Plan {
            clock: Arc::clone(&self.clock),
            database: Arc::clone(&self.database),
            bootstrap,
            variables: self.variables.clone(),
            origin: Some(self.origin.clone()),
            inboxes: Arc::clone(&self.inboxes),
            secret: secret.to_owned(),
            seed: seed(),
        };
        on_runtime(move || run(plan)).await
    }

    /// The secret key of this one.
    pub fn secret_key(&self) -> &str {
        &self.secret
    }

    /// The program itself.
    pub fn program(&self) -> Arc<App> {
        self.program.clone().into_inner()
    }

    /// A browser that was never here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address, &self.origin)
    }

    /// An operator's machine on the admin port.
    pub async fn admin(&self) -> Browser {
        let program = self.program.clone();
        let (address, handle) = on_runtime(move || async move {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            let address = listener.local_addr().unwrap();
            let server = server::admin(&program, listener).unwrap();
            let handle = server.handle();
            tokio::spawn(server);
            (address, handle)
        })
        .await;
        self.admins.lock().unwrap().push(handle);
        Browser::new(address, &self.origin)
    }

    /// Somebody with this address, to be made.
    pub fn person(&self, email: &str) -> PersonBuilder {
        PersonBuilder::new(self.program(), email)
    }

    /// The account that this identifier or id belongs to.
    pub async fn user(&self, identifier: &str) -> Option<User> {
        let (program, identifier) = (self.program(), identifier.to_owned());
        on_runtime(move || async move { users::search(&program.rekey, &identifier).await.unwrap() }).await
    }

    /// Delivers what waits; tells how many messages were handled, those for nobody included.
    pub async fn deliver(&self) -> u64 {
        let program = self.program();
        on_runtime(move || async move { deliver_all(&program, &Pace::at_once()).await.unwrap() }).await
    }

    /// What arrived for this address or number, after delivering what waits.
    pub async fn inbox_of(&self, address: &str) -> Mailbox {
        self.deliver().await;
        let inboxes = self.inboxes.lock().unwrap();
        Mailbox::of(address, &self.origin, inboxes.iter().flat_map(Inbox::all))
    }

    /// Lets this test end with messages that nobody read.
    pub fn may_leave_messages(&self) {
        self.may_leave_messages.store(true, Ordering::SeqCst);
    }

    /// Runs something of the program where its connections live.
    pub async fn run<T, F>(&self, work: impl FnOnce(Arc<App>) -> F + Send + 'static) -> T
    where
        T: Send + 'static,
        F: Future<Output = T>,
    {
        let program = self.program();
        on_runtime(move || work(program)).await
    }

    fn arrived(&self) -> usize {
        self.inboxes.lock().unwrap().iter().map(|inbox| inbox.all().len()).sum()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if !thread::panicking() && !self.may_leave_messages.load(Ordering::SeqCst) {
            let (before, program, (done, waiting)) = (self.arrived(), self.program(), mpsc::channel());
            RUNTIME.spawn(async move { done.send(deliver_all(&program, &Pace::at_once()).await.is_ok()) });
            assert_eq!(waiting.recv(), Ok(true), "the outbox can't be worked on");
            assert_eq!(self.arrived(), before, "the test ended before its last messages were delivered");
        }
        self.admins
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
            .for_each(|admin| drop(admin.stop(false)));
        // The command is sent by the call; nobody has to wait for the answer.
        drop(self.handle.stop(false));
    }
}

/// Runs something on the runtime of the programs.
pub async fn on_runtime<T, F>(work: impl FnOnce() -> F + Send + 'static) -> T
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let done = RUNTIME.spawn_blocking(|| Handle::current().block_on(work()));
    match done.await {
        Ok(value) => value,
        Err(error) => panic!("{}", message(error.into_panic().as_ref())),
    }
}

/// Its own thread has told whichever test it was born in, so it is told again here.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref().cloned()).unwrap_or_default()
}

async fn run(plan: Plan) -> TestApp {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let (address, data) = (listener.local_addr().unwrap(), Folder::fresh());
    let config = config(&plan, &data, address);
    let world = World { clock: plan.clock.clone(), chance: Arc::new(SeededChance::new(plan.seed)) };
    let bootstrap = Bootstrap::from_value(plan.bootstrap.clone()).unwrap();
    let program = Data::new(App::build(&config, world, &bootstrap).await.unwrap());
    let server = server::public(&program, listener).unwrap();
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
    config.bound_to(address);
    config.dev = true;
    config
}

/// The same for every run of the same test, whose thread is named after it, and another for each of its programs.
fn seed() -> u64 {
    let nth = PROGRAMS.with(|programs| programs.replace(programs.get() + 1));
    let mut hasher = DefaultHasher::new();
    (thread::current().name(), nth).hash(&mut hasher);
    hasher.finish()
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

#[tokio::test]
#[should_panic(expected = "the test ended before its last messages were delivered")]
async fn a_test_that_forgets_a_message_fails() {
    let app = TestApp::start().await;
    let ada = app.person("ada@example.org").make().await;
    let page = app.browser().get("/forgot-password").await;
    page.fill("identifier", &ada.email).submit().await.redirects_to("/forgot-password/verification-code");
}
