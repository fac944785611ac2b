//! Whoever hangs up before the answer has tried all the same: the try counts, and where it closes a lock, the
//! log and the owner hear of it.

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::super::super::{DONE, PASSWORD, can_sign_in, obtain_grant};
use super::super::{ADA, PHONE};
use super::{program, start_slow_sign_in, wait_until_counted, wait_until_queued};
use crate::http::account_api::{EVERYTHING, PROVE};
use crate::http::sdk_api;
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::db_dump;
use crate::support::people::TestUser;

const NEW: &str = "a much better phrase";

/// An interface on which the hundredth wrong password is typed.
#[derive(Clone, Copy, Debug)]
enum Interface {
    Sdk,
    Account,
}

impl Interface {
    /// The head and the body of a try, as they are on the wire. A look at something else stands before it:
    /// its answer is never read, so that closing the connection resets it.
    async fn request(self, app: &TestApp) -> String {
        let (path, header, input) = match self {
            Self::Sdk => (
                sdk_api::url_of("email/signin"),
                "origin: https://shop.example\r\nsec-fetch-site: cross-site".to_owned(),
                json!({ "email": ADA, "password": "not it" }),
            ),
            Self::Account => {
                let id = app.user(ADA).await.unwrap().id.0;
                let ada = TestUser { id, email: ADA.to_owned(), phone: None, password: PASSWORD.to_owned() };
                let scope = [("scope", EVERYTHING)];
                let tokens = Client::of(app, "shop").sign_in(&app.browser(), &ada, &scope).await;
                let header = format!("authorization: Bearer {}", tokens.access);
                (PROVE.to_owned(), header, json!({ "password": "not it" }))
            }
        };
        let (host, body) = (app.address, input.to_string());
        format!(
            "GET /health HTTP/1.1\r\nhost: {host}\r\n\r\nPOST {path} HTTP/1.1\r\nhost: {host}\r\n{header}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

#[tokio::test]
async fn a_hundredth_attempt_whose_caller_disconnects_is_notified_once_and_audited() {
    for interface in [Interface::Sdk, Interface::Account] {
        let app = program().await;
        app.may_leave_messages();
        let request = interface.request(&app).await;
        sdk_api::call(
            &sdk_api::shop_page(&app),
            "email/signin",
            json!({ "email": ADA, "password": "not it" }),
        )
        .await;
        db_dump::execute(&app, "update throttles set failures = 99, hits = '' where id like 'sign_in:%'")
            .await;
        let blocker = start_slow_sign_in(sdk_api::shop_page(&app));
        wait_until_counted(&app).await;
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        wait_until_queued(&app, 1).await;
        drop(stream);
        blocker.await.unwrap();
        assert!(!can_sign_in(&app, ADA, PASSWORD).await, "{interface:?}: it counted");
        for address in [ADA, PHONE] {
            assert_eq!(
                app.inbox_of(address).await.count_of("AttemptsBlocked"),
                1,
                "{interface:?}: {address}"
            );
        }
        let locks = "select count(*) from audit_log where event = 'identifier_lockout' and result = 'locked'";
        assert_eq!(db_dump::query_number(&app, locks).await, 1, "{interface:?}");
        obtain_grant(&app, ADA).await.choose_password(NEW).await.redirects_to(DONE);
        assert!(can_sign_in(&app, ADA, NEW).await, "{interface:?}");
    }
}
