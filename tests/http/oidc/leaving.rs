//! How a response leaves for the app when a plain redirect can't carry it: in a form, or with a state that is too
//! long for the headers that a proxy accepts.

use super::{PASSWORD, start};
use crate::support::client::Client;
use crate::support::page::Page;

/// What nginx accepts of all headers of a response unless it is configured.
const PROXY_BYTES: usize = 4096;

fn header_bytes(page: &Page) -> usize {
    page.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// The state that the app gets, by redirect or by the link of our page.
fn delivered_state(page: &Page) -> String {
    let address = match page.status {
        303 => page.location().to_owned(),
        _ => page.links().into_iter().find(|link| link.starts_with("https://shop.example/")).unwrap(),
    };
    let url = url::Url::parse(&address).unwrap();
    url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

#[tokio::test]
async fn a_state_of_any_length_arrives_through_a_default_proxy() {
    let (app, ada) = start().await;
    let shop = Client::of(&app, "shop");
    for length in [100, 1000, 2000, 3000, 3500, 4096] {
        let state = "s".repeat(length);
        let (browser, path) = (app.browser(), shop.authorization_request(&[("state", &state)]).path);
        let left = browser.get(&path).await.follow_redirects().await.sign_in(&ada.email, PASSWORD).await;
        let silent = format!("{path}&prompt=none");
        for page in [left, browser.get(&silent).await, app.browser().get(&silent).await] {
            assert!(header_bytes(&page) < PROXY_BYTES, "{length}: {} bytes", header_bytes(&page));
            assert_eq!(delivered_state(&page), state, "{length}");
        }
    }
}

#[tokio::test]
async fn a_short_state_is_redirected_and_a_long_one_led_on_by_a_page() {
    let (app, _) = start().await;
    let shop = Client::of(&app, "shop");
    let open = async |state: &str| {
        app.browser().get(&shop.authorization_request(&[("state", state), ("prompt", "none")]).path).await
    };
    assert_eq!(open("short").await.status, 303);
    let page = open(&"long".repeat(1000)).await;
    assert_eq!(page.status, 200);
    page.says("leave-title");
    let refresh = page.all("meta[http-equiv=refresh]", "content");
    assert!(refresh[0].starts_with("0; url=https://shop.example/callback?"), "{refresh:?}");
    assert!(!page.header("content-security-policy").contains("form-action"));
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_response_in_a_form_has_the_same_fields() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let state = "\"quoted\" <b> & 'more'";
    let authorization = shop.authorization_request(&[("response_mode", "form_post"), ("state", state)]);
    let page =
        browser.get(&authorization.path).await.follow_redirects().await.sign_in(&ada.email, PASSWORD).await;
    assert_eq!((page.status, page.location()), (200, ""));
    assert_eq!(page.all("form[data-auto]", "action"), ["https://shop.example/callback"]);
    assert_eq!(page.value("state"), state);
    shop.exchange_code(&authorization, &page.value("code")).await;
    let refused = format!("{}&prompt=none", authorization.path);
    let page = app.browser().get(&refused).await;
    assert_eq!(page.value("error"), "login_required");
    assert_eq!(page.all("form[data-auto]", "action"), ["https://shop.example/callback"]);
}
