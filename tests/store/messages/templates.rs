//! Templates: stored, replaced, found and removed.

use rekey_core::messages::template_type::TemplateType;
use rekey_core::templates;
use rekey_core::templates::store::{Filter, TemplateRow};
use rekey_core::templates::template::TemplateChannel;

use crate::store::{NOW, begin};

fn row(id: &str, template_type: TemplateType, language: &str) -> TemplateRow {
    TemplateRow {
        id: id.to_owned(),
        channel: TemplateChannel::Email,
        template_type,
        language_tag: language.to_owned(),
        variant: String::new(),
        project: String::new(),
        details: "{}".to_owned(),
        created_at: NOW,
    }
}

#[tokio::test]
async fn a_template_for_the_same_message_is_replaced_and_keeps_its_id() {
    let (_database, mut tx) = begin().await;
    let first = templates::store::save(&mut tx, &row("one", TemplateType::SignIn, "en")).await.unwrap();
    assert_eq!((first.id.as_str(), first.created_at), ("one", NOW));
    let other = TemplateRow { details: "{\"a\":1}".to_owned(), ..row("two", TemplateType::SignIn, "en") };
    let again = templates::store::save(&mut tx, &other).await.unwrap();
    assert_eq!((again.id.as_str(), again.details.as_str()), ("one", "{\"a\":1}"));
    let variant = TemplateRow { variant: "b".to_owned(), ..row("three", TemplateType::SignIn, "en") };
    templates::store::save(&mut tx, &variant).await.unwrap();
    let sms = TemplateRow { channel: TemplateChannel::Sms, ..row("four", TemplateType::SignIn, "en") };
    templates::store::save(&mut tx, &sms).await.unwrap();
    assert_eq!(templates::store::list_all(&mut tx).await.unwrap().len(), 3);
    let changed = templates::store::save_details(&mut tx, "one", "{\"b\":2}").await.unwrap().unwrap();
    assert_eq!(changed.details, "{\"b\":2}");
    assert!(templates::store::save_details(&mut tx, "none", "{}").await.unwrap().is_none());
    let read = templates::store::by_id(&mut tx, "four").await.unwrap().unwrap();
    assert_eq!((read.channel, read.template_type), (TemplateChannel::Sms, TemplateType::SignIn));
}

#[tokio::test]
async fn a_template_of_the_file_is_stored_by_its_id_and_replaces_others() {
    let (_database, mut tx) = begin().await;
    templates::store::save(&mut tx, &row("api", TemplateType::SignIn, "en")).await.unwrap();
    let file = row("file", TemplateType::SignIn, "en");
    assert!(templates::store::delete_others(&mut tx, &file).await.unwrap());
    assert!(!templates::store::delete_others(&mut tx, &file).await.unwrap());
    templates::store::save_by_id(&mut tx, &file).await.unwrap();
    let moved = TemplateRow { details: "{\"a\":1}".to_owned(), ..row("file", TemplateType::Generic, "de") };
    templates::store::save_by_id(&mut tx, &moved).await.unwrap();
    let all = templates::store::list_all(&mut tx).await.unwrap();
    let seen = |row: &TemplateRow| {
        (row.id.clone(), row.template_type, row.language_tag.clone(), row.details.clone())
    };
    let expected = ("file".to_owned(), TemplateType::Generic, "de".to_owned(), "{\"a\":1}".to_owned());
    assert_eq!(all.iter().map(seen).collect::<Vec<_>>(), [expected]);
}

#[tokio::test]
async fn a_filter_finds_and_removes_matching_templates() {
    let (_database, mut tx) = begin().await;
    for (id, kind, language) in [
        ("a", TemplateType::SignIn, "en"),
        ("b", TemplateType::SignIn, "de"),
        ("c", TemplateType::Generic, "de"),
    ] {
        templates::store::save(&mut tx, &row(id, kind, language)).await.unwrap();
    }
    let german = Filter { language_tag: Some("de".to_owned()), ..Filter::default() };
    let sign_in = Filter { template_type: Some(TemplateType::SignIn), ..Filter::default() };
    let odd = Filter { variant: Some("odd".to_owned()), ..Filter::default() };
    for (filter, count) in [(&german, 2), (&sign_in, 2), (&odd, 0), (&Filter::default(), 3)] {
        assert_eq!(templates::store::list(&mut tx, filter).await.unwrap().len(), count, "{filter:?}");
    }
    assert_eq!(templates::store::delete_all(&mut tx, &german).await.unwrap(), 2);
    let shops = TemplateRow { project: "shop".to_owned(), ..row("d", TemplateType::SignIn, "en") };
    templates::store::save(&mut tx, &shops).await.unwrap();
    templates::store::delete_by_app(&mut tx, "shop").await.unwrap();
    assert!(templates::store::by_id(&mut tx, "d").await.unwrap().is_none());
    assert!(templates::store::delete(&mut tx, "a").await.unwrap());
    assert!(!templates::store::delete(&mut tx, "a").await.unwrap());
}
