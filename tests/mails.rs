//! Every mail and every SMS in every state and every language: complete, in words, harmless to open.

mod codes;
mod form;
mod notices;
mod sms;

use std::sync::{Arc, LazyLock};

use rekey::mail::{SAMPLE_SITE, render, samples};
use rekey_adapters::i18n::{Catalog, Lang, Translations};
use rekey_core::messages::message::{AddressedMessage, Message, Rendered};
use rekey_core::types::identifier::address::Address;
use scraper::{ElementRef, Html, Selector};

const HOST: &str = "id.example.org";

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(rekey::embedded::catalog().unwrap()));

#[test]
fn no_translation_is_missing() {
    each(|name, _, _, message| {
        let html = message.html.as_ref().map(|_| visible_text(message)).unwrap_or_default();
        for part in [&message.subject, &message.text, &html] {
            let key = CATALOG.keys(Lang::En).iter().find(|key| key.contains('-') && part.contains(*key));
            assert_eq!(key, None, "{name} shows a key");
            assert!(!part.contains(['{', '}']), "{name} shows a placeholder");
        }
    });
}

#[test]
fn an_unknown_language_falls_back_to_english() {
    for (name, envelope) in samples() {
        let french = AddressedMessage { locale: "fr-CA".to_owned(), ..envelope.clone() };
        assert_eq!(render_envelope(&french).text, render_envelope(&envelope).text, "{name}");
        let decoy = AddressedMessage { to: None, ..envelope };
        assert!(render(&CATALOG, "Rekey", SAMPLE_SITE, &decoy).is_err(), "{name}");
    }
}

#[test]
fn the_text_of_each_mail_matches_its_snapshot() {
    for kind in ["code", "sign-in", "register", "account-exists", "reset", "changed", "first-set", "username"]
    {
        let of_kind = samples().into_iter().filter(|(name, _)| name.starts_with(kind));
        let pages: Vec<String> = of_kind
            .map(|(name, envelope)| (name, render_envelope(&envelope)))
            .map(|(name, rendered)| format!("== {name}\nSubject: {}\n\n{}", rendered.subject, rendered.text))
            .collect();
        insta::assert_snapshot!(kind, pages.join("\n\n"));
    }
}

#[test]
fn the_html_of_selected_mails_matches_its_snapshot() {
    for (name, envelope) in samples() {
        if ["code-app", "register", "account-exists", "reset", "username-changed"].contains(&name) {
            insta::assert_snapshot!(format!("{name}-html"), render_envelope(&envelope).html.unwrap());
        }
    }
}

fn each(check: impl Fn(&str, &Translations, &AddressedMessage, &Rendered)) {
    for lang in Lang::ALL {
        let translations = Translations::new(Arc::clone(&CATALOG), lang);
        for (name, mut envelope) in samples() {
            envelope.locale = lang.tag().to_owned();
            let name = format!("{name}/{}", lang.tag());
            check(&name, &translations, &envelope, &render_envelope(&envelope));
        }
    }
}

fn each_mail(check: impl Fn(&str, &Translations, &AddressedMessage, &Rendered)) {
    each(|name, translations, envelope, rendered| match envelope.to {
        Some(Address::Email(_)) => check(name, translations, envelope, rendered),
        _ => assert!(rendered.html.is_none() && rendered.subject.is_empty(), "{name}"),
    });
}

fn render_envelope(envelope: &AddressedMessage) -> Rendered {
    render(&CATALOG, "Rekey", SAMPLE_SITE, envelope).unwrap()
}

fn links(envelope: &AddressedMessage) -> Vec<&str> {
    match &envelope.message {
        Message::RecoveryCode(code) => vec![code.link.expose()],
        Message::SignIn(_)
        | Message::Register(_)
        | Message::Generic(_)
        | Message::Permission(_)
        | Message::NewAddress(_) => Vec::new(),
        Message::AccountExists(exists) => vec![&exists.sign_in, &exists.reset],
        Message::PasswordChanged(change) => vec![change.not_me.expose()],
        Message::AddressChanged(change) => vec![change.not_me.expose()],
        Message::UsernameChanged(change) => vec![&change.reset],
        Message::AttemptsBlocked(notice) => vec![&notice.reset],
    }
}

fn parse_html(mail: &Rendered) -> Html {
    Html::parse_document(mail.html.as_deref().unwrap())
}

/// What a reader shows, the preview first.
fn visible_text(mail: &Rendered) -> String {
    let html = parse_html(mail);
    let text: String = all(&html, "body").iter().flat_map(ElementRef::text).collect();
    text.trim().to_owned()
}

/// Without the marks that keep two scripts apart.
fn normalize(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}
