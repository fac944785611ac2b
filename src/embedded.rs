//! What is compiled into the program beside its templates: translations and static files. They are in this
//! crate, so that an edit of one compiles nothing below it again.

use rekey_adapters::i18n::{Catalog, Lang, Texts};
use rekey_server::app::Embedded;
use rekey_server::http::html::assets::{AssetBundle, Assets, Sources};

/// Everything, for the server.
pub const EMBEDDED: Embedded = Embedded { texts, bundles: &BUNDLES };

macro_rules! embedded {
    ($tag:literal) => {
        [
            include_str!(concat!("../locales/", $tag, "/common.ftl")),
            include_str!(concat!("../locales/", $tag, "/apps.ftl")),
            include_str!(concat!("../locales/", $tag, "/sign_in.ftl")),
            include_str!(concat!("../locales/", $tag, "/recovery.ftl")),
            include_str!(concat!("../locales/", $tag, "/account.ftl")),
            include_str!(concat!("../locales/", $tag, "/reasons.ftl")),
            include_str!(concat!("../locales/", $tag, "/api.ftl")),
            include_str!(concat!("../locales/", $tag, "/dev.ftl")),
            include_str!(concat!("../locales/", $tag, "/mail.ftl")),
        ]
    };
}

/// The texts of a language.
pub fn texts(lang: Lang) -> Texts {
    match lang {
        Lang::En => embedded!("en"),
        Lang::De => embedded!("de"),
        Lang::Ar => embedded!("ar"),
    }
}

/// The translations.
pub fn catalog() -> anyhow::Result<Catalog> {
    Catalog::from_texts(texts)
}

/// The static files.
pub fn assets() -> Assets {
    Assets::load(&BUNDLES)
}

macro_rules! sources {
    ($($path:literal),+) => { &[$(($path, include_bytes!(concat!("../static/", $path)))),+] };
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

static BUNDLES: [AssetBundle; 11] = [
    bundle("app.css", CSS, sources!["css/tokens.css", "css/base.css", "css/ui.css", "css/pages.css"]),
    bundle("app.js", JS, sources!["js/common.js", "js/password.js", "js/code.js", "js/waiting.js"]),
    bundle("captcha.js", JS, sources!["js/captcha.js"]),
    bundle("icon.svg", SVG, sources!["img/icon.svg"]),
    bundle("demo-app.css", CSS, sources!["demo-app/app.css"]),
    bundle("demo-app.js", JS, sources!["demo-app/app.js"]),
    bundle("demo-app.svg", SVG, sources!["demo-app/icon.svg"]),
    bundle("auth-client.js", JS, sources!["sdk/auth-client.js"]),
    bundle("auth-client.d.ts", "text/plain; charset=utf-8", sources!["sdk/auth-client.d.ts"]),
    bundle("demo/demo.js", JS, sources!["sdk/demo/demo.js"]),
    bundle("demo/demo.css", CSS, sources!["sdk/demo/demo.css"]),
];

const fn bundle(name: &'static str, mime: &'static str, sources: Sources) -> AssetBundle {
    AssetBundle { name, mime, sources }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{assets, catalog};
    use rekey_adapters::i18n::{Catalog, Lang};

    #[test]
    fn the_translations_on_disk_are_the_embedded_ones() {
        let disk = Catalog::load_from(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/locales"))).unwrap();
        assert_eq!(disk.keys(Lang::En), catalog().unwrap().keys(Lang::En));
    }

    #[test]
    fn addresses_carry_the_version_of_what_they_lead_to() {
        let assets = assets();
        let css = assets.find("app.css").unwrap();
        assert_eq!(assets.url("app.css"), format!("/static/app.css?v={}", css.etag));
        assert!(assets.find("passwd").is_none());
    }

    #[test]
    fn what_everyone_downloads_stays_small() {
        let assets = assets();
        let size = |name| assets.find(name).unwrap().gzip.len();
        assert!((1..=5 * 1024).contains(&size("app.css")), "app.css is {} bytes", size("app.css"));
        assert!((1..=4 * 1024).contains(&size("app.js")), "app.js is {} bytes", size("app.js"));
    }
}
