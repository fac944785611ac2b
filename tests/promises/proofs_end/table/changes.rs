//! How each change is made, on each interface that can make it.

use rekey_core::audit::actor::Actor;
use rekey_core::types::caller::Caller;
use rekey_core::types::ids::UserId;
use rekey_core::types::secret::Secret;
use rekey_core::user_management;
use rekey_core::user_management::import::ImportEntry;
use rekey_core::users::user::NewUser;
use serde_json::{Value, json};

use super::super::super::{DONE, PASSWORD, obtain_grant, prove_new_address};
use super::super::{ADA, NEW, dispute, take_address, take_password};
use super::{ID, Kind, NEW_ADDRESS, ada, user};
use crate::http::account_api::{ACCOUNT, EVERYTHING, MyAccountClient};
use crate::http::experience_api::{CHOOSE, CustomUi, VERIFY_CODE, code_verification};
use crate::http::graphql::passwords::{MINE, THEIRS};
use crate::http::graphql::{self, request_token, reset_password};
use crate::http::{ROOT, api_client, sdk_api, send};
use crate::promises::REGISTER_PASSWORD;
use crate::support::app::TestApp;

/// A change on an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    ResetByPages,
    ResetByExperience,
    ResetByGraphql,
    ResetBySdk,
    ChangedByPages,
    ChangedByAccount,
    ChangedBySdk,
    ChangedByGraphql,
    SetByManagement,
    SetByGraphql,
    SetByCommand,
    AddressByAccount,
    AddressByManagement,
    AddressByFile,
    NameByAccount,
    NameByManagement,
    SuspendedByManagement,
    SuspendedByFile,
    DeletedByManagement,
    Disputed,
    MadeByPages,
    MadeByManagement,
    MadeByGraphql,
    MadeByFile,
    MadeByImport,
}

/// All of them.
pub(super) const CHANGES: [Change; 25] = [
    Change::ResetByPages,
    Change::ResetByExperience,
    Change::ResetByGraphql,
    Change::ResetBySdk,
    Change::ChangedByPages,
    Change::ChangedByAccount,
    Change::ChangedBySdk,
    Change::ChangedByGraphql,
    Change::SetByManagement,
    Change::SetByGraphql,
    Change::SetByCommand,
    Change::AddressByAccount,
    Change::AddressByManagement,
    Change::AddressByFile,
    Change::NameByAccount,
    Change::NameByManagement,
    Change::SuspendedByManagement,
    Change::SuspendedByFile,
    Change::DeletedByManagement,
    Change::Disputed,
    Change::MadeByPages,
    Change::MadeByManagement,
    Change::MadeByGraphql,
    Change::MadeByFile,
    Change::MadeByImport,
];

const SIGN_UP: &str = "mutation($email: String!, $password: String) {
  signUp(email: $email, password: $password) { ok error { code } } }";

/// What a change needs from before anything was handed out.
#[derive(Default)]
pub(super) struct Ready {
    /// The link of a notice.
    link: String,
}

impl Change {
    /// What it removes.
    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::ResetByPages | Self::ResetByExperience | Self::ResetByGraphql | Self::ResetBySdk => {
                Kind::Reset
            }
            Self::ChangedByPages | Self::ChangedByAccount | Self::ChangedBySdk | Self::ChangedByGraphql => {
                Kind::Changed
            }
            Self::SetByManagement | Self::SetByGraphql | Self::SetByCommand => Kind::Set,
            Self::AddressByAccount => Kind::AddressTaken,
            Self::AddressByManagement | Self::AddressByFile => Kind::AddressSet,
            Self::NameByAccount => Kind::NameTaken,
            Self::NameByManagement => Kind::NameSet,
            Self::SuspendedByManagement | Self::SuspendedByFile => Kind::Suspended,
            Self::DeletedByManagement => Kind::Deleted,
            Self::Disputed => Kind::Disputed,
            Self::MadeByPages
            | Self::MadeByManagement
            | Self::MadeByGraphql
            | Self::MadeByFile
            | Self::MadeByImport => Kind::Made,
        }
    }

    /// The interface, as the document names it.
    pub(super) const fn interface(self) -> &'static str {
        match self {
            Self::ResetByPages | Self::ChangedByPages | Self::Disputed | Self::MadeByPages => "pages",
            Self::ResetByExperience => "Experience",
            Self::ResetByGraphql | Self::ChangedByGraphql | Self::SetByGraphql | Self::MadeByGraphql => {
                "GraphQL"
            }
            Self::ResetBySdk | Self::ChangedBySdk => "SDK",
            Self::ChangedByAccount | Self::AddressByAccount | Self::NameByAccount => "Account",
            Self::SetByManagement
            | Self::AddressByManagement
            | Self::NameByManagement
            | Self::SuspendedByManagement
            | Self::DeletedByManagement
            | Self::MadeByManagement => "Management",
            Self::AddressByFile | Self::SuspendedByFile | Self::MadeByFile => "bootstrap file",
            Self::SetByCommand => "command line",
            Self::MadeByImport => "import",
        }
    }

    /// Does what must be done before.
    pub(super) async fn prepare(self, app: &TestApp) -> Ready {
        if self != Self::Disputed {
            return Ready::default();
        }
        let account_client = MyAccountClient::sign_in(app, &ada(), EVERYTHING).await;
        // The same password once more, so that everything else can be handed out as everywhere.
        take_password(app, &account_client, PASSWORD, NEW).await;
        let link = app.inbox_of(ADA).await.not_me_path();
        manage(app, "PATCH", "/password", json!({ "password": PASSWORD })).await;
        Ready { link }
    }

    /// Makes it.
    pub(super) async fn make(self, app: &TestApp, ready: &Ready) {
        match self.kind() {
            Kind::Reset => self.reset(app).await,
            Kind::Changed | Kind::AddressTaken | Kind::NameTaken => self.make_signed_in(app).await,
            Kind::Disputed => drop(dispute(app, &ready.link).await),
            Kind::Made => self.make_account(app).await,
            Kind::Set | Kind::AddressSet | Kind::NameSet | Kind::Suspended | Kind::Deleted => {
                self.make_as_administrator(app).await;
            }
        }
    }

    async fn reset(self, app: &TestApp) {
        match self {
            Self::ResetByPages => {
                obtain_grant(app, ADA).await.choose_password(NEW).await.redirects_to(DONE);
            }
            Self::ResetByExperience => reset_by_experience(app).await,
            Self::ResetByGraphql => {
                assert_eq!(reset_password(app, &request_token(app, ADA).await, NEW).await, "ok")
            }
            Self::ResetBySdk => set_by_sdk(app, &sdk_api::recovery_session(app).await).await,
            other => panic!("{other:?} resets nothing"),
        }
    }

    async fn make_signed_in(self, app: &TestApp) {
        match self {
            Self::ChangedByPages => change_on_pages(app).await,
            Self::ChangedBySdk => set_by_sdk(app, &sdk_api::sign_in(app, PASSWORD).await).await,
            Self::ChangedByGraphql => change_by_graphql(app).await,
            Self::ChangedByAccount => {
                take_password(app, &MyAccountClient::sign_in(app, &ada(), EVERYTHING).await, PASSWORD, NEW)
                    .await;
            }
            Self::AddressByAccount => {
                take_address(
                    app,
                    &MyAccountClient::sign_in(app, &ada(), EVERYTHING).await,
                    PASSWORD,
                    NEW_ADDRESS,
                )
                .await;
            }
            Self::NameByAccount => change_username(app).await,
            other => panic!("nobody signed in makes {other:?}"),
        }
    }

    async fn make_as_administrator(self, app: &TestApp) {
        match self {
            Self::SetByManagement => manage(app, "PATCH", "/password", json!({ "password": NEW })).await,
            Self::SetByGraphql => {
                let input = json!({ "personId": ID, "password": NEW });
                assert_eq!(graphql::result_code(&api_client(app, ROOT), THEIRS, input).await, "ok");
            }
            Self::SetByCommand => set_on_the_command_line(app).await,
            Self::AddressByManagement => {
                manage(app, "PATCH", "", json!({ "primaryEmail": NEW_ADDRESS })).await;
            }
            Self::AddressByFile => start_again(app, json!({ "primaryEmail": NEW_ADDRESS })).await,
            Self::NameByManagement => manage(app, "PATCH", "", json!({ "username": "lovelace" })).await,
            Self::SuspendedByManagement => {
                manage(app, "PATCH", "/is-suspended", json!({ "isSuspended": true })).await;
            }
            Self::SuspendedByFile => start_again(app, json!({ "isSuspended": true })).await,
            Self::DeletedByManagement => manage(app, "DELETE", "", Value::Null).await,
            other => panic!("no administrator makes {other:?}"),
        }
    }

    async fn make_account(self, app: &TestApp) {
        match self {
            Self::MadeByPages => {
                let client = prove_new_address(app, NEW_ADDRESS).await;
                assert_eq!(client.post(REGISTER_PASSWORD, &[("newPassword", NEW)]).await.status, 303);
            }
            Self::MadeByManagement => {
                let input = json!({ "primaryEmail": NEW_ADDRESS });
                assert_eq!(send(&api_client(app, ROOT), "POST", "/api/users", &input).await.status, 200);
            }
            Self::MadeByGraphql => {
                let input = json!({ "email": NEW_ADDRESS, "password": NEW });
                assert_eq!(graphql::result_code(&api_client(app, ROOT), SIGN_UP, input).await, "ok");
            }
            Self::MadeByFile => {
                let over = json!({ "id": "newcomer0001", "primaryEmail": NEW_ADDRESS, "username": "new" });
                drop(allow_messages(app.restart_with(json!({ "users": [user(over)] })).await));
            }
            Self::MadeByImport => import(app).await,
            other => panic!("{other:?} makes no account"),
        }
    }
}

/// An administrator's call about Ada.
async fn manage(app: &TestApp, method: &str, rest: &str, input: Value) {
    let page = send(&api_client(app, ROOT), method, &format!("/api/users/{ID}{rest}"), &input).await;
    assert!(page.status < 300, "{} {}", page.status, page.html);
}

fn allow_messages(app: TestApp) -> TestApp {
    app.may_leave_messages();
    app
}

/// The next start, with a file that insists on this.
async fn start_again(app: &TestApp, over: Value) {
    let mut entry = user(over);
    entry["enforce"] = json!(true);
    drop(allow_messages(app.restart_with(json!({ "users": [entry] })).await));
}

async fn reset_by_experience(app: &TestApp) {
    let ui = CustomUi::with_interaction(app, "ForgotPassword").await;
    let id = ui.send_code("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    ui.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &id, &code), 200).await;
    assert_eq!(ui.identify(&id).await.status, 204);
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert_eq!(ui.submit().await.status, 204);
}

async fn set_by_sdk(app: &TestApp, session: &Value) {
    sdk_api::call_ok(&sdk_api::with_session(app, session), "password/update", json!({ "password": NEW }))
        .await;
}

async fn change_on_pages(app: &TestApp) {
    let browser = app.browser();
    let page = browser.get("/sign-in").await.fill("identifier", ADA).fill("password", PASSWORD);
    assert_eq!(page.submit().await.status, 303);
    let page = browser.get("/account/password").await.fill("currentPassword", PASSWORD);
    page.fill("newPassword", NEW).submit().await.redirects_to("/account");
}

async fn change_by_graphql(app: &TestApp) {
    let me = api_client(app, &graphql::sign_in(app, PASSWORD).await);
    assert_eq!(graphql::result_code(&me, MINE, json!({ "current": PASSWORD, "new": NEW })).await, "ok");
}

async fn change_username(app: &TestApp) {
    let account_client = MyAccountClient::sign_in(app, &ada(), EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    let page = proved.send("PATCH", ACCOUNT, &json!({ "username": "lovelace" })).await;
    assert_eq!(page.status, 200, "{}", page.html);
}

/// What `rekey user set-password` calls.
async fn set_on_the_command_line(app: &TestApp) {
    let set = |program: std::sync::Arc<rekey_server::app::AppState>| async move {
        let caller = Caller::default();
        let by = Actor { caller: &caller, key: "command-line" };
        user_management::set_password(&program.core, by, &UserId(ID.to_owned()), &Secret::from(NEW))
            .await
            .unwrap();
    };
    app.run(set).await;
}

/// What `rekey user import` calls for each batch.
async fn import(app: &TestApp) {
    let new = NewUser { email: Some(NEW_ADDRESS.to_owned()), ..NewUser::default() };
    let entries = vec![ImportEntry { line: 1, new, password: None }];
    app.run(move |program| async move {
        user_management::import::add_batch(&program.core, entries).await.unwrap()
    })
    .await;
}
