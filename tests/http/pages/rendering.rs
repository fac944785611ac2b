//! Every page in every state and every language: it renders, it is labelled, it runs no code of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use rekey::http::pages::views;
use rekey_adapters::i18n::{Lang, Translations};
use rekey_server::http::html::page::{AppLink, Page};
use scraper::{ElementRef, Html, Selector};

#[test]
fn every_page_says_its_language_and_has_one_heading() {
    each_page(|name, lang, html| {
        let root = html.root_element();
        assert_eq!((root.attr("lang"), root.attr("dir")), (Some(lang.tag()), Some(lang.dir())), "{name}");
        assert_eq!(all(html, "h1[tabindex='-1']").len(), 1, "{name}: one heading that can take the focus");
        assert_eq!(all(html, "main").len(), 1, "{name}: one main");
        assert!(!text(html, "title").trim().is_empty(), "{name}: a title");
    });
}

#[test]
fn no_translation_is_missing() {
    let catalog = rekey::embedded::catalog().unwrap();
    let keys: BTreeSet<&str> = catalog.keys(Lang::En).iter().map(String::as_str).collect();
    each_page(|name, _, html| {
        let texts: Vec<&str> = html.root_element().text().map(str::trim).collect();
        let bare: Vec<&&str> =
            texts.iter().filter(|word| word.contains('-') && keys.contains(**word)).collect();
        assert!(bare.is_empty(), "{name} shows keys: {bare:?}");
        assert!(!texts.concat().contains('{'), "{name} shows a placeholder");
    });
}

#[test]
fn every_field_has_a_label_and_says_what_it_is_for() {
    each_page(|name, _, html| {
        for field in all(html, "input:not([type=hidden])") {
            let id = field.attr("id").unwrap_or_default();
            assert_eq!(all(html, &format!("label[for='{id}']")).len(), 1, "{name}: a label for {id}");
            assert!(!field.attr("autocomplete").unwrap_or_default().is_empty(), "{name}: a purpose for {id}");
            assert!(field.attr("maxlength").is_none(), "{name}: {id} would cut what is pasted");
            for described in field.attr("aria-describedby").unwrap_or_default().split_whitespace() {
                assert_eq!(
                    all(html, &format!("#{described}")).len(),
                    1,
                    "{name}: {id} points to {described}"
                );
            }
        }
        for button in all(html, "button, a") {
            let label = button.attr("aria-label").map_or_else(|| button.text().collect(), str::to_owned);
            assert!(!label.trim().is_empty(), "{name}: a name for every control");
        }
    });
}

#[test]
fn every_form_has_the_csrf_token() {
    each_page(|name, _, html| {
        for form in all(html, "form") {
            let token = Selector::parse("input[type=hidden][name=csrf][value='a-token']").unwrap();
            assert_eq!(form.attr("method"), Some("post"), "{name}");
            // What is posted to an app is the app's, and no token of ours may go there.
            let is_ours =
                !name.starts_with("leave/") || !form.attr("action").unwrap_or_default().contains("://");
            assert_eq!(form.select(&token).count(), usize::from(is_ours), "{name}: a token in each form");
        }
    });
}

#[test]
fn pages_comply_with_the_content_security_policy() {
    each_page(|name, _, html| {
        assert!(all(html, "style, [style], script:not([src])").is_empty(), "{name}: inline style or script");
        let handlers = html.root_element().descendants().filter_map(|node| node.value().as_element());
        let handlers =
            handlers.flat_map(scraper::node::Element::attrs).filter(|(name, _)| name.starts_with("on"));
        assert_eq!(handlers.count(), 0, "{name}: inline handlers");
        for node in all(html, "[src], link[href]") {
            let address = node.attr("src").or(node.attr("href")).unwrap_or_default();
            assert!(address.starts_with("/static/"), "{name}: {address} is not ours");
        }
    });
}

#[test]
fn ids_are_unique_and_the_focus_has_one_place() {
    each_page(|name, _, html| {
        let ids: Vec<&str> = all(html, "[id]").iter().filter_map(|node| node.attr("id")).collect();
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{name}: {ids:?}");
        assert!(all(html, "[autofocus]").len() <= 1, "{name}: one autofocus");
    });
}

#[test]
fn a_failed_step_says_so_in_the_title_and_at_the_field() {
    for (_, state, html) in views::samples(&page(Lang::En)) {
        let html = Html::parse_document(&html);
        let failed = !all(&html, "[aria-invalid=true], [role=alert]").is_empty();
        assert_eq!(text(&html, "title").starts_with("Error:"), failed, "{state}");
    }
}

#[test]
fn a_page_with_its_assets_stays_small() {
    let assets = rekey::embedded::assets();
    let shared = |name| assets.find(name).unwrap().gzip.len();
    for (name, state, html) in views::samples(&page(Lang::Ar)) {
        let own = compressed(&html);
        assert!(own + shared("app.css") <= 12 * 1024, "{name}/{state}: {own} bytes of HTML");
        assert!(own + shared("app.css") + shared("app.js") <= 30 * 1024, "{name}/{state} with scripts");
    }
}

fn each_page(check: impl Fn(&str, Lang, &Html)) {
    for lang in Lang::ALL {
        for (name, state, html) in views::samples(&page(lang)) {
            check(&format!("{name}/{state}/{}", lang.tag()), lang, &Html::parse_document(&html));
        }
    }
}

fn page(lang: Lang) -> Page {
    Page {
        translations: Translations::new(Arc::new(rekey::embedded::catalog().unwrap()), lang),
        csrf: "a-token".to_owned(),
        brand: "Rekey".to_owned(),
        app: Some(AppLink {
            id: "lumen".to_owned(),
            name: "Lumen".to_owned(),
            start: Some("https://app.example.org/".to_owned()),
        }),
        interaction: Some("mwvwszkz3gu227ven12dc".to_owned()),
        assets: Arc::new(rekey::embedded::assets()),
        dev: true,
    }
}

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(html: &Html, selector: &str) -> String {
    all(html, selector).iter().flat_map(ElementRef::text).collect()
}

fn compressed(html: &str) -> usize {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(html.as_bytes()).unwrap();
    encoder.finish().unwrap().len()
}
