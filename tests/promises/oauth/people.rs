//! What users are asked, and that no site signs them out without their consent.

use super::{start, start_with};
use crate::http::oidc::settings_with_apps;
use crate::support::client::Client;

#[tokio::test]
async fn v10_6_2_nobody_is_signed_out_by_being_sent_here() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let tokens = shop.sign_in(&browser, &ada, &[]).await;
    let hinted = format!("/oidc/session/end?id_token_hint={}", tokens.id);
    for path in [hinted.as_str(), "/oidc/session/end", "/oidc/session/end?client_id=shop"] {
        for method in ["GET", "HEAD"] {
            browser.raw(method, path, &[("sec-fetch-site", "cross-site")], Vec::new()).await;
        }
        let (origin, site) = (("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"));
        browser.raw("POST", path, &[origin, site], Vec::new()).await;
        browser.raw("POST", "/oidc/session/end/confirm", &[origin, site], Vec::new()).await;
        assert_eq!(shop.get_userinfo(&tokens.access).await.status, 200, "{path}");
        assert_eq!(browser.get("/account").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn v10_7_1_people_agree_before_a_third_party_learns_anything() {
    let (app, ada) = start().await;
    let (guest, browser) = (Client::of(&app, "guest"), app.browser());
    let silent = guest.authorization_request(&[("prompt", "none")]);
    Client::of(&app, "shop").sign_in(&browser, &ada, &[]).await;
    assert_eq!(guest.authorization_response(&browser.get(&silent.path).await)["error"], "consent_required");
    let page = browser.get(&guest.authorization_request(&[]).path).await;
    page.follow_redirect_to("/consent?app_id=guest").await.says("consent-title");
}

#[tokio::test]
async fn v10_7_2_the_page_says_who_asks_for_what_and_of_whom() {
    let mut input = settings_with_apps();
    input["applications"][2]["name"] = "<b>Guests & Co</b>".into();
    let (app, ada) = start_with(input).await;
    let (guest, browser) = (Client::of(&app, "guest"), app.browser());
    let scope = "openid profile email phone offline_access read:orders";
    let authorization =
        guest.authorization_request(&[("scope", scope), ("resource", crate::http::oidc::ORDERS)]);
    let page = browser
        .get(&authorization.path)
        .await
        .follow_redirects()
        .await
        .sign_in(&ada.email, &ada.password)
        .await;
    page.shows("<b>Guests & Co</b>").shows(&ada.email).shows("read:orders");
    for key in [
        "consent-id",
        "consent-profile",
        "consent-email",
        "consent-phone",
        "consent-offline",
        "consent-decline",
    ] {
        page.says(key);
    }
    page.does_not_say("consent-custom");
}

#[tokio::test]
async fn v10_7_3_people_see_and_withdraw_what_they_agreed_to() {
    let (app, ada) = start().await;
    let (guest, browser) = (Client::of(&app, "guest"), app.browser());
    let page = browser.get(&guest.authorization_request(&[]).path).await.follow_redirects().await;
    let page = page.sign_in(&ada.email, &ada.password).await;
    let mut fields = page.forms().into_iter().find(|form| form.action == "/consent").unwrap().fields;
    fields.push(("answer".to_owned(), "agree".to_owned()));
    browser.post("/consent", &fields).await.follow_redirects().await;
    let account = browser.get("/account").await;
    account.says("account-shared").shows("The guest");
    let form = account.forms().into_iter().find(|form| form.action.starts_with("/account/apps/")).unwrap();
    browser.post(&form.action, &form.fields).await.redirects_to("/account");
    browser.get("/account").await.does_not_say("account-shared");
    browser
        .get(&guest.authorization_request(&[]).path)
        .await
        .follow_redirect_to("/consent?app_id=guest")
        .await
        .says("consent-title");
}
