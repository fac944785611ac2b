//! Codes and refresh tokens: how long, how often, and what ends them.

use super::{desk, refused, start};
use crate::http::oidc::NEW;
use crate::http::pages::steps;
use crate::support::client::{Client, Tokens};

const DAY: i64 = 24 * 3600;

#[tokio::test]
async fn oa_6_refresh_rotates_and_dies_with_the_password() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let first = shop.signs_in(&app.browser(), &ada, &[]).await;
    let second = Tokens::of(&shop.refreshes(&first.refresh, &[]).await);
    assert_ne!(first.refresh, second.refresh);
    steps::reset(&app, &app.browser(), &ada.email, NEW).await;
    for tokens in [&first, &second] {
        refused(&shop.refreshes(&tokens.refresh, &[]).await, 400, "invalid_grant");
        refused(&shop.asks_me(&tokens.access).await, 401, "invalid_token");
    }
}

#[tokio::test]
async fn v10_4_2_code_replay_revokes() {
    let (app, ada) = start().await;
    for client in [Client::of(&app, "shop"), desk(&app)] {
        let asked = client.ask(&[]);
        let page = app.browser().get(&asked.path).await.walks().await;
        app.clock.advance(1);
        let code = client.takes(&asked, &page.signs_in(&ada.email, &ada.password).await);
        let tokens = client.buys(&asked, &code).await;
        assert!(!client.are_over(&Tokens::of(&client.refreshes(&tokens.refresh, &[]).await)).await);
        let again = client.sends("/oidc/token", &client.purchase(&asked, &code)).await;
        refused(&again, 400, "invalid_grant");
        assert!(client.are_over(&tokens).await);
    }
}

#[tokio::test]
async fn v10_4_3_code_lives_a_minute_at_most() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    for (wait, is_good) in [(59, true), (60, false)] {
        let asked = shop.ask(&[]);
        let page = app.browser().get(&asked.path).await.walks().await;
        app.clock.advance(1);
        let code = shop.takes(&asked, &page.signs_in(&ada.email, &ada.password).await);
        app.clock.advance(wait);
        let answer = shop.sends("/oidc/token", &shop.purchase(&asked, &code)).await;
        assert_eq!(answer.status == 200, is_good, "{wait}");
    }
}

#[tokio::test]
async fn v10_4_5_reuse_of_a_refresh_token_ends_the_family() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let stolen = shop.signs_in(&app.browser(), &ada, &[]).await;
    let mut newest = stolen.clone();
    for _ in 0..3 {
        app.clock.advance(60);
        newest = Tokens::of(&shop.refreshes(&newest.refresh, &[]).await);
    }
    refused(&shop.refreshes(&stolen.refresh, &[]).await, 400, "invalid_grant");
    assert!(shop.are_over(&newest).await);
}

#[tokio::test]
async fn v10_4_8_refresh_tokens_end_whatever_happens() {
    let (app, ada) = start().await;
    let (shop, desk) = (Client::of(&app, "shop"), desk(&app));
    let mut of_shop = shop.signs_in(&app.browser(), &ada, &[]).await;
    for _ in 0..13 {
        app.clock.advance(DAY);
        of_shop = Tokens::of(&shop.refreshes(&of_shop.refresh, &[]).await);
    }
    app.clock.advance(DAY);
    refused(&shop.refreshes(&of_shop.refresh, &[]).await, 400, "invalid_grant");
    let mut of_desk = desk.signs_in(&app.browser(), &ada, &[]).await;
    let mut days = 0;
    loop {
        let page = desk.refreshes(&of_desk.refresh, &[]).await;
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
    let lost = shop.signs_in(&phone, &ada, &[]).await;
    let kept = shop.signs_in(&desk, &ada, &[]).await;
    desk.get("/account").await.submit_to("/account/sessions/end-others").await;
    assert!(shop.are_over(&lost).await);
    assert!(!shop.are_over(&kept).await);
}
