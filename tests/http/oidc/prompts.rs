//! What an app may insist on: nobody is asked, somebody signs in again, a sign-in is fresh, it is this very person.

use serde_json::json;

use super::{PASSWORD, SIGN_IN, person, start};
use crate::support::client::Client;

#[tokio::test]
async fn nobody_is_asked_anything() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let asked = shop.ask(&[("prompt", "none")]);
    let answer = shop.answer(&browser.get(&asked.path).await);
    assert_eq!(answer["error"], "login_required");
    assert_eq!((&answer["state"], &answer["iss"]), (&json!(asked.state), &json!(shop.issuer)));
    assert!(answer.get("code").is_none());
    shop.signs_in(&browser, &ada, &[]).await;
    shop.passes(&browser, &[("prompt", "none")]).await;
    for screen in ["reset_password", "register"] {
        shop.passes(&browser, &[("prompt", "none"), ("first_screen", screen)]).await;
    }
}

#[tokio::test]
async fn nothing_can_be_asked_beside_nothing() {
    let (app, _) = start().await;
    let shop = Client::of(&app, "shop");
    for prompt in ["none login", "consent none", "none create", "every", "login every"] {
        let asked = shop.ask(&[("prompt", prompt)]);
        let answer = shop.answer(&app.browser().get(&asked.path).await);
        assert_eq!(
            (&answer["error"], &answer["state"]),
            (&json!("invalid_request"), &json!(asked.state)),
            "{prompt}"
        );
    }
}

#[tokio::test]
async fn an_app_can_have_somebody_sign_in_again() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let first = shop.identifies(&shop.signs_in(&browser, &ada, &[]).await).await;
    for prompt in ["login", "select_account", "login consent", "consent login"] {
        app.clock.advance(60);
        let asked = shop.ask(&[("prompt", prompt)]);
        let page = browser.get(&asked.path).await.lands_on(SIGN_IN).await;
        // Going on without doing so leads back to the page.
        let waiting = browser.get("/oidc/auth/none").await;
        assert_eq!(waiting.status, 410, "{prompt}");
        app.clock.advance(1);
        let left = page.signs_in(&ada.email, PASSWORD).await;
        let tokens = shop.buys(&asked, &shop.takes(&asked, &left)).await;
        let again = shop.identifies(&tokens).await;
        assert!(again["auth_time"].as_i64() > first["auth_time"].as_i64(), "{prompt}");
    }
    shop.passes(&browser, &[("prompt", "consent")]).await;
}

#[tokio::test]
async fn a_sign_in_can_be_too_old() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let began = shop.identifies(&shop.signs_in(&browser, &ada, &[]).await).await["auth_time"].clone();
    app.clock.advance(600);
    let tokens = shop.passes(&browser, &[("max_age", "600")]).await;
    assert_eq!(shop.identifies(&tokens).await["auth_time"], began, "the last second counts");
    app.clock.advance(1);
    let silent = shop.ask(&[("max_age", "600"), ("prompt", "none")]);
    assert_eq!(shop.answer(&browser.get(&silent.path).await)["error"], "login_required");
    for age in ["600", "0"] {
        let asked = shop.ask(&[("max_age", age)]);
        let page = browser.get(&asked.path).await.lands_on(SIGN_IN).await;
        app.clock.advance(5);
        let tokens = shop.buys(&asked, &shop.takes(&asked, &page.signs_in(&ada.email, PASSWORD).await)).await;
        let since = app.program().rekey.now().0 / 1000;
        assert_eq!(shop.identifies(&tokens).await["auth_time"], since, "{age}");
        app.clock.advance(5);
    }
}

#[tokio::test]
async fn an_age_is_a_number_up_to_a_year() {
    let (app, _) = start().await;
    let shop = Client::of(&app, "shop");
    for age in ["-1", "soon", "31536001", "1.5", "99999999999999999999"] {
        let asked = shop.ask(&[("max_age", age)]);
        assert_eq!(shop.answer(&app.browser().get(&asked.path).await)["error"], "invalid_request", "{age}");
    }
}

#[tokio::test]
async fn an_app_can_say_who_it_must_be() {
    let (app, ada) = start().await;
    let bob = person(&app, "bob@example.org").await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let of_ada = shop.signs_in(&browser, &ada, &[]).await;
    let of_bob = shop.signs_in(&app.browser(), &bob, &[]).await;
    shop.passes(&browser, &[("id_token_hint", &of_ada.id)]).await;
    let silent = shop.ask(&[("id_token_hint", &of_bob.id), ("prompt", "none")]);
    assert_eq!(shop.answer(&browser.get(&silent.path).await)["error"], "login_required");
    app.clock.advance(60);
    let asked = shop.ask(&[("id_token_hint", &of_bob.id)]);
    let page = browser.get(&asked.path).await.lands_on(SIGN_IN).await;
    let left = page.signs_in(&bob.email, PASSWORD).await;
    let tokens = shop.buys(&asked, &shop.takes(&asked, &left)).await;
    assert_eq!(shop.identifies(&tokens).await["sub"], bob.id.as_str());
}

#[tokio::test]
async fn somebody_else_signing_in_is_told_to_the_app() {
    let (app, ada) = start().await;
    let bob = person(&app, "bob@example.org").await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let of_bob = shop.signs_in(&app.browser(), &bob, &[]).await;
    let asked = shop.ask(&[("id_token_hint", &of_bob.id)]);
    let page = browser.get(&asked.path).await.walks().await;
    app.clock.advance(5);
    let answer = shop.answer(&page.signs_in(&ada.email, PASSWORD).await);
    assert_eq!((&answer["error"], &answer["state"]), (&json!("login_required"), &json!(asked.state)));
}

#[tokio::test]
async fn a_hint_is_an_id_token_of_this_app() {
    let (app, ada) = start().await;
    let (shop, blog, browser) = (Client::of(&app, "shop"), Client::of(&app, "blog"), app.browser());
    let tokens = shop.signs_in(&browser, &ada, &[]).await;
    let mut broken = tokens.id.clone();
    broken.replace_range(broken.len() - 4.., "AAAA");
    for (client, hint) in
        [(&blog, tokens.id.as_str()), (&shop, &broken), (&shop, "x"), (&shop, &tokens.access)]
    {
        let asked = client.ask(&[("id_token_hint", hint)]);
        assert_eq!(client.answer(&browser.get(&asked.path).await)["error"], "invalid_request", "{hint}");
    }
    // Apps keep them longer than they are good.
    app.clock.advance(10 * 24 * 3600);
    let asked = shop.ask(&[("id_token_hint", &tokens.id), ("prompt", "none")]);
    let answer = shop.answer(&browser.get(&asked.path).await);
    assert_ne!(answer["error"], "invalid_request", "{answer}");
}
