//! The real program on a port of this machine: a private database, a clock that stands still, chance from a
//! seed, messages in an inbox. No job runs by itself. Every program of the process lives on one background
//! runtime, so that its connections outlive the test's own runtime and `Drop` can still look for messages
//! that nobody read.

mod rsa_keys;
mod runtime;
mod start;

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use rekey_adapters::connectors::inbox::Inbox;
use rekey_core::types::time::{ManualClock, Timestamp};
use rekey_core::users::user::User;
use rekey_server::app::AppState;
use rekey_server::http::server;
use rekey_server::jobs::deliver_messages::deliver_all;
use rekey_server::jobs::delivery_timing::DeliveryTiming;
use serde_json::{Value, json};

use self::runtime::RUNTIME;
use self::start::{Plan, merge, run, seed};
use super::browser::Browser;
use super::database::{Folder, TestDatabase};
use super::mailbox::Mailbox;
use super::people::TestUserBuilder;

pub use self::runtime::on_runtime;
use rekey_core::users::search;

/// When every test begins: 14 November 2023, in the afternoon.
const BEGINNING: Timestamp = Timestamp(1_700_000_000_000);

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
    program: Data<AppState>,
    handle: ServerHandle,
    admins: Mutex<Vec<ServerHandle>>,
    inboxes: Arc<Mutex<Vec<Inbox>>>,
    bootstrap: Value,
    variables: Variables,
    secret: String,
    may_leave_messages: AtomicBool,
    _data: Folder,
}

impl TestApp {
    /// With the settings that an operator gets who sets none, mail and SMS.
    pub async fn start() -> Self {
        Self::with(json!({})).await
    }

    /// With these parts of a bootstrap file over the usual ones: objects are merged, everything else is
    /// replaced.
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
    pub async fn restart_with(&self, overrides: Value) -> Self {
        let mut bootstrap = self.bootstrap.clone();
        merge(&mut bootstrap, overrides);
        self.restarted(bootstrap, self.secret.clone()).await
    }

    /// Another process on the same database, with another list of secret keys.
    pub async fn restart_with_key(&self, secret: &str) -> Self {
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
    pub fn program(&self) -> Arc<AppState> {
        self.program.clone().into_inner()
    }

    /// A browser that was never here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address, &self.origin)
    }

    /// A program of the operator on the admin port.
    pub async fn admin(&self) -> Browser {
        let program = self.program.clone();
        let (address, handle) = on_runtime(move || async move {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            let address = listener.local_addr().unwrap();
            let server = server::start_admin(&program, listener).unwrap();
            let handle = server.handle();
            tokio::spawn(server);
            (address, handle)
        })
        .await;
        self.admins.lock().unwrap().push(handle);
        Browser::new(address, &self.origin)
    }

    /// Somebody with this address, to be made.
    pub fn new_user(&self, email: &str) -> TestUserBuilder {
        TestUserBuilder::new(self.program(), email)
    }

    /// The account that this identifier or id belongs to.
    pub async fn user(&self, identifier: &str) -> Option<User> {
        let (program, identifier) = (self.program(), identifier.to_owned());
        on_runtime(move || async move {
            search::find_by_id_or_identifier(&program.core, &identifier).await.unwrap()
        })
        .await
    }

    /// Delivers what waits; tells how many messages were handled, those for nobody included.
    pub async fn deliver(&self) -> u64 {
        let program = self.program();
        on_runtime(move || async move { deliver_all(&program, &DeliveryTiming::immediate()).await.unwrap() })
            .await
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
    pub async fn run<T, F>(&self, work: impl FnOnce(Arc<AppState>) -> F + Send + 'static) -> T
    where
        T: Send + 'static,
        F: Future<Output = T>,
    {
        let program = self.program();
        on_runtime(move || work(program)).await
    }

    fn message_count(&self) -> usize {
        self.inboxes.lock().unwrap().iter().map(|inbox| inbox.all().len()).sum()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if !thread::panicking() && !self.may_leave_messages.load(Ordering::SeqCst) {
            let (before, program, (done, waiting)) = (self.message_count(), self.program(), mpsc::channel());
            RUNTIME.spawn(async move {
                done.send(deliver_all(&program, &DeliveryTiming::immediate()).await.is_ok())
            });
            assert_eq!(waiting.recv(), Ok(true), "the outbox can't be worked on");
            assert_eq!(
                self.message_count(),
                before,
                "the test ended before its last messages were delivered"
            );
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

#[tokio::test]
#[should_panic(expected = "the test ended before its last messages were delivered")]
async fn a_test_that_forgets_a_message_fails() {
    let app = TestApp::start().await;
    let ada = app.new_user("ada@example.org").make().await;
    let page = app.browser().get("/forgot-password").await;
    page.fill("identifier", &ada.email).submit().await.redirects_to("/forgot-password/verification-code");
}
