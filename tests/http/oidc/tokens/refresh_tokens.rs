//! Refresh tokens: a public app's is rotated each time, a confidential one's late in its life; reuse ends the
//! family, except in the seconds in which a response may have got lost.

use crate::http::oidc::{assert_error, confidential_client, settings_with_apps, start, start_with};
use crate::support::client::{Client, Tokens};

const DAY: i64 = 24 * 3600;

#[tokio::test]
async fn a_public_apps_token_is_replaced_each_time_and_the_family_keeps_its_end() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let mut tokens = shop.sign_in(&app.browser(), &ada, &[]).await;
    for _ in 0..3 {
        app.clock.advance(4 * DAY);
        let next = Tokens::of(&shop.refresh(&tokens.refresh, &[]).await);
        assert_ne!(next.refresh, tokens.refresh);
        assert_eq!(shop.verify_id_token(&next).await["sub"], ada.id.as_str());
        tokens = next;
    }
    app.clock.advance(2 * DAY - 1);
    let last = Tokens::of(&shop.refresh(&tokens.refresh, &[]).await);
    app.clock.advance(1);
    assert_error(&shop.refresh(&last.refresh, &[]).await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_lost_response_is_tolerated_for_ten_seconds_then_reuse_ends_the_family() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    let first = shop.sign_in(&app.browser(), &ada, &[]).await;
    let second = Tokens::of(&shop.refresh(&first.refresh, &[]).await);
    app.clock.advance(9);
    let again = Tokens::of(&shop.refresh(&first.refresh, &[]).await);
    for tokens in [&second, &again] {
        assert_eq!(shop.get_userinfo(&tokens.access).await.status, 200);
    }
    app.clock.advance(1);
    assert_error(&shop.refresh(&first.refresh, &[]).await, 400, "invalid_grant");
    for tokens in [&first, &second, &again] {
        assert!(shop.are_invalid(tokens).await);
    }
    let audited =
        app.run(|program| async move { rekey_core::audit::newest(&program.core, 1).await.unwrap() });
    assert_eq!(audited.await[0].result, "refresh.reused");
}

#[tokio::test]
async fn reuse_by_attacker_and_app_ends_the_family() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    let shop = Client::of(&app, "shop");
    let attacker = shop.via_instance(&other);
    let stolen = shop.sign_in(&app.browser(), &ada, &[]).await;
    let of_thief = Tokens::of(&attacker.refresh(&stolen.refresh, &[]).await);
    app.clock.advance(60);
    assert_error(&shop.refresh(&stolen.refresh, &[]).await, 400, "invalid_grant");
    assert!(attacker.are_invalid(&of_thief).await);
}

#[tokio::test]
async fn a_confidential_apps_token_is_rotated_late_in_its_life() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let tokens = desk.sign_in(&app.browser(), &ada, &[]).await;
    let worn = 14 * DAY * 70 / 100;
    app.clock.advance(worn);
    let same = Tokens::of(&desk.refresh(&tokens.refresh, &[]).await);
    assert_eq!(same.refresh, tokens.refresh);
    app.clock.advance(1);
    let next = Tokens::of(&desk.refresh(&tokens.refresh, &[]).await);
    assert_ne!(next.refresh, tokens.refresh);
    app.clock.advance(13 * DAY);
    Tokens::of(&desk.refresh(&next.refresh, &[]).await);
}

#[tokio::test]
async fn an_operator_can_let_a_confidential_app_keep_its_token() {
    let mut input = settings_with_apps();
    input["applications"][3]["rotateRefreshToken"] = false.into();
    input["applications"][3]["refreshTokenTtlInDays"] = 2.into();
    input["applications"][0]["accessTokenTtl"] = 60.into();
    input["applications"][0]["alwaysIssueRefreshToken"] = true.into();
    let (app, ada) = start_with(input).await;
    let desk = confidential_client(&app);
    let tokens = desk.sign_in(&app.browser(), &ada, &[]).await;
    app.clock.advance(2 * DAY - 1);
    assert_eq!(Tokens::of(&desk.refresh(&tokens.refresh, &[]).await).refresh, tokens.refresh);
    app.clock.advance(1);
    assert_error(&desk.refresh(&tokens.refresh, &[]).await, 400, "invalid_grant");
    let shop = Client::of(&app, "shop");
    let tokens = shop.sign_in(&app.browser(), &ada, &[("scope", "openid")]).await;
    assert_ne!(tokens.refresh, "", "the operator says always");
    app.clock.advance(59);
    assert_eq!(shop.get_userinfo(&tokens.access).await.status, 200);
    app.clock.advance(1);
    assert_eq!(shop.get_userinfo(&tokens.access).await.status, 401);
    assert!(!shop.are_invalid(&Tokens::of(&shop.refresh(&tokens.refresh, &[]).await)).await);
}

#[tokio::test]
async fn a_refresh_can_narrow_scopes_and_never_widen() {
    let (app, ada) = start().await;
    let desk = confidential_client(&app);
    let wide = "openid offline_access email";
    let tokens = desk.sign_in(&app.browser(), &ada, &[("scope", wide)]).await;
    let granted_scope = async |scope: &str| {
        let page = desk.refresh(&tokens.refresh, &[("scope", scope)]).await;
        Tokens::of(&page).body["scope"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(granted_scope("openid").await, "openid");
    for wider in ["openid email phone", "openid made_up", "identities"] {
        let page = desk.refresh(&tokens.refresh, &[("scope", wider)]).await;
        assert_error(&page, 400, "invalid_scope");
    }
    assert_eq!(granted_scope("openid email").await, "openid email", "a refused request uses nothing up");
    assert_eq!(granted_scope("").await, wide, "what was narrowed once is not narrowed for good");
    let narrow = Tokens::of(&desk.refresh(&tokens.refresh, &[("scope", "email")]).await);
    assert_error(&desk.get_userinfo(&narrow.access).await, 403, "insufficient_scope");
    let narrow = Tokens::of(&desk.refresh(&tokens.refresh, &[("scope", "openid")]).await);
    let me: serde_json::Value = serde_json::from_str(&desk.get_userinfo(&narrow.access).await.html).unwrap();
    assert_eq!(me, serde_json::json!({ "sub": ada.id }));
}

#[tokio::test]
async fn a_refresh_token_is_its_apps_alone() {
    let (app, ada) = start().await;
    let (shop, blog) = (Client::of(&app, "shop"), Client::of(&app, "blog"));
    let tokens = shop.sign_in(&app.browser(), &ada, &[]).await;
    for input in [tokens.refresh.as_str(), &tokens.access, &tokens.id, "x"] {
        assert_error(&blog.refresh(input, &[]).await, 400, "invalid_grant");
    }
    assert_error(&shop.refresh(&tokens.access, &[]).await, 400, "invalid_grant");
    assert_error(&shop.refresh("", &[]).await, 400, "invalid_request");
    assert!(!shop.are_invalid(&tokens).await, "nobody else's try ends it");
}
