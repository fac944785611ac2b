//! `prompt`, `max_age` and `id_token_hint`: no page at all, another sign-in, a recent one, or a certain user.

use serde_json::json;

use super::{PASSWORD, SIGN_IN, create_user, start};
use crate::support::client::Client;

#[tokio::test]
async fn prompt_none_shows_no_page() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let authorization = shop.authorization_request(&[("prompt", "none")]);
    let answer = shop.authorization_response(&browser.get(&authorization.path).await);
    assert_eq!(answer["error"], "login_required");
    assert_eq!((&answer["state"], &answer["iss"]), (&json!(authorization.state), &json!(shop.issuer)));
    assert!(answer.get("code").is_none());
    shop.sign_in(&browser, &ada, &[]).await;
    shop.sign_in_silently(&browser, &[("prompt", "none")]).await;
    for screen in ["reset_password", "register"] {
        shop.sign_in_silently(&browser, &[("prompt", "none"), ("first_screen", screen)]).await;
    }
}

#[tokio::test]
async fn prompt_none_can_not_be_combined() {
    let (app, _) = start().await;
    let shop = Client::of(&app, "shop");
    for prompt in ["none login", "consent none", "none create", "every", "login every"] {
        let authorization = shop.authorization_request(&[("prompt", prompt)]);
        let answer = shop.authorization_response(&app.browser().get(&authorization.path).await);
        assert_eq!(
            (&answer["error"], &answer["state"]),
            (&json!("invalid_request"), &json!(authorization.state)),
            "{prompt}"
        );
    }
}

#[tokio::test]
async fn prompt_login_requires_a_new_sign_in() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let first = shop.verify_id_token(&shop.sign_in(&browser, &ada, &[]).await).await;
    for prompt in ["login", "select_account", "login consent", "consent login"] {
        app.clock.advance(60);
        let authorization = shop.authorization_request(&[("prompt", prompt)]);
        let page = browser.get(&authorization.path).await.follow_redirect_to(SIGN_IN).await;
        // Going on without doing so leads back to the page.
        let waiting = browser.get("/oidc/auth/none").await;
        assert_eq!(waiting.status, 410, "{prompt}");
        app.clock.advance(1);
        let left = page.sign_in(&ada.email, PASSWORD).await;
        let tokens =
            shop.exchange_code(&authorization, &shop.authorization_code(&authorization, &left)).await;
        let again = shop.verify_id_token(&tokens).await;
        assert!(again["auth_time"].as_i64() > first["auth_time"].as_i64(), "{prompt}");
    }
    shop.sign_in_silently(&browser, &[("prompt", "consent")]).await;
}

#[tokio::test]
async fn max_age_requires_a_recent_sign_in() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let began = shop.verify_id_token(&shop.sign_in(&browser, &ada, &[]).await).await["auth_time"].clone();
    app.clock.advance(600);
    let tokens = shop.sign_in_silently(&browser, &[("max_age", "600")]).await;
    assert_eq!(shop.verify_id_token(&tokens).await["auth_time"], began, "the last second counts");
    app.clock.advance(1);
    let silent = shop.authorization_request(&[("max_age", "600"), ("prompt", "none")]);
    assert_eq!(shop.authorization_response(&browser.get(&silent.path).await)["error"], "login_required");
    for age in ["600", "0"] {
        let authorization = shop.authorization_request(&[("max_age", age)]);
        let page = browser.get(&authorization.path).await.follow_redirect_to(SIGN_IN).await;
        app.clock.advance(5);
        let tokens = shop
            .exchange_code(
                &authorization,
                &shop.authorization_code(&authorization, &page.sign_in(&ada.email, PASSWORD).await),
            )
            .await;
        let since = app.program().core.now().0 / 1000;
        assert_eq!(shop.verify_id_token(&tokens).await["auth_time"], since, "{age}");
        app.clock.advance(5);
    }
}

#[tokio::test]
async fn max_age_is_a_number_up_to_a_year() {
    let (app, _) = start().await;
    let shop = Client::of(&app, "shop");
    for age in ["-1", "soon", "31536001", "1.5", "99999999999999999999"] {
        let authorization = shop.authorization_request(&[("max_age", age)]);
        assert_eq!(
            shop.authorization_response(&app.browser().get(&authorization.path).await)["error"],
            "invalid_request",
            "{age}"
        );
    }
}

#[tokio::test]
async fn an_id_token_hint_selects_the_user() {
    let (app, ada) = start().await;
    let bob = create_user(&app, "bob@example.org").await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let of_ada = shop.sign_in(&browser, &ada, &[]).await;
    let of_bob = shop.sign_in(&app.browser(), &bob, &[]).await;
    shop.sign_in_silently(&browser, &[("id_token_hint", &of_ada.id)]).await;
    let silent = shop.authorization_request(&[("id_token_hint", &of_bob.id), ("prompt", "none")]);
    assert_eq!(shop.authorization_response(&browser.get(&silent.path).await)["error"], "login_required");
    app.clock.advance(60);
    let authorization = shop.authorization_request(&[("id_token_hint", &of_bob.id)]);
    let page = browser.get(&authorization.path).await.follow_redirect_to(SIGN_IN).await;
    let left = page.sign_in(&bob.email, PASSWORD).await;
    let tokens = shop.exchange_code(&authorization, &shop.authorization_code(&authorization, &left)).await;
    assert_eq!(shop.verify_id_token(&tokens).await["sub"], bob.id.as_str());
}

#[tokio::test]
async fn another_user_than_hinted_is_an_error_for_the_app() {
    let (app, ada) = start().await;
    let bob = create_user(&app, "bob@example.org").await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let of_bob = shop.sign_in(&app.browser(), &bob, &[]).await;
    let authorization = shop.authorization_request(&[("id_token_hint", &of_bob.id)]);
    let page = browser.get(&authorization.path).await.follow_redirects().await;
    app.clock.advance(5);
    let answer = shop.authorization_response(&page.sign_in(&ada.email, PASSWORD).await);
    assert_eq!((&answer["error"], &answer["state"]), (&json!("login_required"), &json!(authorization.state)));
}

#[tokio::test]
async fn a_hint_is_an_id_token_of_this_app() {
    let (app, ada) = start().await;
    let (shop, blog, browser) = (Client::of(&app, "shop"), Client::of(&app, "blog"), app.browser());
    let tokens = shop.sign_in(&browser, &ada, &[]).await;
    let mut broken = tokens.id.clone();
    broken.replace_range(broken.len() - 4.., "AAAA");
    for (client, hint) in
        [(&blog, tokens.id.as_str()), (&shop, &broken), (&shop, "x"), (&shop, &tokens.access)]
    {
        let authorization = client.authorization_request(&[("id_token_hint", hint)]);
        assert_eq!(
            client.authorization_response(&browser.get(&authorization.path).await)["error"],
            "invalid_request",
            "{hint}"
        );
    }
    // Apps keep them longer than they are good.
    app.clock.advance(10 * 24 * 3600);
    let authorization = shop.authorization_request(&[("id_token_hint", &tokens.id), ("prompt", "none")]);
    let answer = shop.authorization_response(&browser.get(&authorization.path).await);
    assert_ne!(answer["error"], "invalid_request", "{answer}");
}
