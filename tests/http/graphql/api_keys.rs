//! API keys: created, used and disabled.

use serde_json::{Value, json};

use super::{
    ADA, GRAPHQL, REQUEST_RESET, data, error_of, execute, login_client, payload, result_code, root_client,
    start,
};
use crate::http::{LOGIN, api_client, body, send, with_keys};
use crate::support::app::TestApp;
use crate::support::db_dump;

const GLOBAL: &str =
    "mutation($description: String!, $roles: [String!], $tokenHash: String, $options: CreateApiKeyOptions) {
  createGlobalApiKey(description: $description, roles: $roles, tokenHash: $tokenHash, options: $options) {
    ok error { code } result { apiKey { id token identity { id roles description } } } } }";
const BOUND: &str = "mutation($slug: String!, $memberships: [MembershipInput!]!) {
  createApiKey(projectSlug: $slug, memberships: $memberships, description: \"the shop\") {
    ok error { code membershipValidation { code role variable } } result { apiKey { id token identity { roles } } } } }";
const OFF: &str = "mutation($id: String!) { disableApiKey(id: $id) { ok error { code } } }";

async fn create_key(app: &TestApp, input: Value) -> (String, Option<String>) {
    let made = payload(&root_client(app), GLOBAL, input).await;
    let key = made["result"]["apiKey"].clone();
    (
        key["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned(),
        key["token"].as_str().map(str::to_owned),
    )
}

/// What a reset is answered that is asked for with this token.
async fn query_status(app: &TestApp, token: &str) -> u16 {
    let input = json!({ "query": REQUEST_RESET, "variables": { "email": "ghost@example.org" } });
    send(&api_client(app, token), "POST", GRAPHQL, &input).await.status
}

#[tokio::test]
async fn an_api_key_is_created_used_and_disabled() {
    let app = start().await;
    let (id, token) = create_key(&app, json!({ "description": "the blog", "roles": ["login"] })).await;
    let token = token.unwrap();
    let query = "{ me { id roles description apiKey { id } person { id } } }";
    let me = data(&api_client(&app, &token), query, json!({})).await["me"].clone();
    let expected = json!({ "id": id, "roles": ["login"], "description": "the blog", "apiKey": { "id": id }, "person": null });
    assert_eq!(me, expected);
    assert_eq!(query_status(&app, &token).await, 200);
    assert_eq!(
        error_of(&api_client(&app, &token), GLOBAL, json!({ "description": "more" })).await.1,
        "ForbiddenError"
    );
    assert_eq!(result_code(&root_client(&app), OFF, json!({ "id": id })).await, "ok");
    let page = execute(&api_client(&app, &token), "{ me { id } }", json!({})).await;
    assert_eq!((page.status, &body(&page)["errors"][0]["code"]), (401, &json!(401)));
    assert!(page.html.contains("Authorization failure: "), "{}", page.html);
    for unknown in [id.as_str(), "nobody", ""] {
        assert_eq!(result_code(&root_client(&app), OFF, json!({ "id": unknown })).await, "KEY_NOT_FOUND");
    }
    for (event, count) in [("api_key_create", 1), ("api_key_disable", 1)] {
        let log = "query($filter: AuthLogFilter) { authLog(filter: $filter) { entries { type success } } }";
        let found = data(&root_client(&app), log, json!({ "filter": { "types": [event] } })).await;
        assert_eq!(found["authLog"]["entries"].as_array().unwrap().len(), count, "{event}");
    }
    let everything = format!("{:?}", db_dump::all(&app).await);
    assert!(!everything.contains(&token), "the token stands in the database");
}

/// SHA-256 of `a-token-that-its-holder-made`.
const HASH: &str = "e02bc04bfe02d31dd029eef350ee7b2b4e3f899e304d548176761716982720c0";

#[tokio::test]
async fn a_key_may_have_a_token_of_the_callers_choice() {
    let app = start().await;
    let input = json!({ "description": "own", "roles": ["login"], "tokenHash": HASH });
    let (_, token) = create_key(&app, input.clone()).await;
    assert_eq!(token, None);
    assert_eq!(query_status(&app, "a-token-that-its-holder-made").await, 200);
    assert_eq!(
        error_of(&root_client(&app), GLOBAL, input).await,
        (200, "UserInputError".to_owned()),
        "it is taken"
    );
    for hash in ["", "abc", &HASH.to_uppercase(), &HASH[1..], &format!("{HASH}0")] {
        let input = json!({ "description": "own", "tokenHash": hash });
        assert_eq!(
            error_of(&root_client(&app), GLOBAL, input).await,
            (200, "UserInputError".to_owned()),
            "{hash}"
        );
    }
}

#[tokio::test]
async fn invalid_keys_are_refused_by_name() {
    let app = start().await;
    for input in [
        json!({ "description": "x", "roles": ["admin"] }),
        json!({ "description": "x".repeat(257) }),
        json!({ "description": "x", "options": { "trustForwardedClientInfo": true } }),
    ] {
        assert_eq!(
            error_of(&root_client(&app), GLOBAL, input.clone()).await,
            (200, "UserInputError".to_owned()),
            "{input}"
        );
    }
    for api in [login_client(&app), api_client(&app, LOGIN)] {
        assert_eq!(error_of(&api, OFF, json!({ "id": "root" })).await.1, "ForbiddenError");
    }
    let (_, token) = create_key(&app, json!({ "description": "nothing" })).await;
    let input = json!({ "email": ADA });
    assert_eq!(
        error_of(&api_client(&app, &token.unwrap()), REQUEST_RESET, input).await,
        (200, "ForbiddenError".to_owned())
    );
}

/// A project is an application: its key lets people in, and its messages name it.
#[tokio::test]
async fn a_project_key_acts_for_its_app() {
    let mut input = with_keys(json!({}));
    input["applications"] = json!([{ "id": "shop", "name": "The corner shop", "type": "SPA" }]);
    let app = TestApp::with(input).await;
    app.new_user(ADA).make().await;
    let bound = |slug: &str, memberships: Value| json!({ "slug": slug, "memberships": memberships });
    let member = json!([{ "role": "login", "variables": [] }]);
    let key =
        payload(&root_client(&app), BOUND, bound("shop", member.clone())).await["result"]["apiKey"].clone();
    assert_eq!(key["identity"]["roles"], json!(["login"]));
    let token = key["token"].as_str().unwrap();
    assert_eq!(result_code(&api_client(&app, token), REQUEST_RESET, json!({ "email": ADA })).await, "ok");
    assert!(app.inbox_of(ADA).await.text().contains("The corner shop"));
    assert_eq!(result_code(&root_client(&app), BOUND, bound("nothing", member)).await, "PROJECT_NOT_FOUND");
    for (role, variables, code) in [
        ("root", json!([]), "ROLE_NOT_FOUND"),
        ("editor", json!([]), "ROLE_NOT_FOUND"),
        ("login", json!([{ "name": "site", "values": ["a"] }]), "VARIABLE_NOT_FOUND"),
    ] {
        let answer = payload(
            &root_client(&app),
            BOUND,
            bound("shop", json!([{ "role": role, "variables": variables }])),
        )
        .await;
        assert_eq!(answer["error"]["code"], "INVALID_MEMBERSHIP");
        assert_eq!(answer["error"]["membershipValidation"][0]["code"], code);
    }
}
