//! Codes and refresh tokens: how long, how often, and what ends them.

use super::{assert_error, confidential_client, start};
use crate::http::oidc::NEW;
use crate::http::pages::steps;
use crate::support::client::{Client, Tokens};

const DAY: i64 = 24 * 3600;

#[tokio::test]
async fn oa_6_refresh_rotates_and_dies_with_the_password() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let first = shop.sign_in(&app.browser(), &ada, &[]).await;
    let second = Tokens::of(&shop.refresh(&first.refresh, &[]).await);
    assert_ne!(first.refresh, second.refresh);
    steps::reset_password(&app, &app.browser(), &ada.email, NEW).await;
    for tokens in [&first, &second] {
        assert_error(&shop.refresh(&tokens.refresh, &[]).await, 400, "invalid_grant");
        assert_error(&shop.get_userinfo(&tokens.access).await, 401, "invalid_token");
    }
}

#[tokio::test]
async fn v10_4_2_code_replay_revokes() {
    let (app, ada) = start().await;
    for client in [Client::of(&app, "shop"), confidential_client(&app)] {
        let authorization = client.authorization_request(&[]);
        let page = app.browser().get(&authorization.path).await.follow_redirects().await;
        app.clock.advance(1);
        let code = client.authorization_code(&authorization, &page.sign_in(&ada.email, &ada.password).await);
        let tokens = client.exchange_code(&authorization, &code).await;
        assert!(!client.are_invalid(&Tokens::of(&client.refresh(&tokens.refresh, &[]).await)).await);
        let again = client.post_form("/oidc/token", &client.token_request(&authorization, &code)).await;
        assert_error(&again, 400, "invalid_grant");
        assert!(client.are_invalid(&tokens).await);
    }
}

#[tokio::test]
async fn v10_4_3_code_lives_a_minute_at_most() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    for (wait, is_good) in [(59, true), (60, false)] {
        let authorization = shop.authorization_request(&[]);
        let page = app.browser().get(&authorization.path).await.follow_redirects().await;
        app.clock.advance(1);
        let code = shop.authorization_code(&authorization, &page.sign_in(&ada.email, &ada.password).await);
        app.clock.advance(wait);
        let answer = shop.post_form("/oidc/token", &shop.token_request(&authorization, &code)).await;
        assert_eq!(answer.status == 200, is_good, "{wait}");
    }
}

#[tokio::test]
async fn v10_4_5_reuse_of_a_refresh_token_ends_the_family() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let stolen = shop.sign_in(&app.browser(), &ada, &[]).await;
    let mut newest = stolen.clone();
    for _ in 0..3 {
        app.clock.advance(60);
        newest = Tokens::of(&shop.refresh(&newest.refresh, &[]).await);
    }
    assert_error(&shop.refresh(&stolen.refresh, &[]).await, 400, "invalid_grant");
    assert!(shop.are_invalid(&newest).await);
}

#[tokio::test]
async fn v10_4_8_refresh_tokens_end_whatever_happens() {
    let (app, ada) = start().await;
    let (shop, desk) = (Client::of(&app, "shop"), confidential_client(&app));
    let mut of_shop = shop.sign_in(&app.browser(), &ada, &[]).await;
    for _ in 0..13 {
        app.clock.advance(DAY);
        of_shop = Tokens::of(&shop.refresh(&of_shop.refresh, &[]).await);
    }
    app.clock.advance(DAY);
    assert_error(&shop.refresh(&of_shop.refresh, &[]).await, 400, "invalid_grant");
    let mut of_desk = desk.sign_in(&app.browser(), &ada, &[]).await;
    let mut days = 0;
    loop {
        let page = desk.refresh(&of_desk.refresh, &[]).await;
        if page.status != 200 {
            break;
        }
        of_desk = Tokens::of(&page);
        app.clock.advance(10 * DAY);
        days += 10;
        assert!(days < 200, "it slides for ever");
    }
    assert_eq!(days, 180, "its sign-in is good for half a year");
}

#[tokio::test]
async fn v10_4_9_people_end_tokens_themselves() {
    let (app, ada) = start().await;
    let (shop, phone, desk) = (Client::of(&app, "shop"), app.browser(), app.browser());
    let lost = shop.sign_in(&phone, &ada, &[]).await;
    let stored = shop.sign_in(&desk, &ada, &[]).await;
    desk.get("/account").await.submit_to("/account/sessions/end-others").await;
    assert!(shop.are_invalid(&lost).await);
    assert!(!shop.are_invalid(&stored).await);
}
