//! Styles, scripts and images: embedded, versioned by their content and compressed once. In development they
//! are read from disk at every request, so that a change shows on reload. `app.css` and `app.js` are
//! concatenated here from several source files; there is no build step.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;

use rekey_core::types::secret;

/// A file, ready to send.
pub struct Asset {
    /// The uncompressed content.
    pub bytes: Vec<u8>,
    /// The content compressed with gzip.
    pub gzip: Vec<u8>,
    /// The media type.
    pub mime: &'static str,
    /// The version, without quotes: the `ETag` and the `v` of the URL.
    pub etag: String,
}

/// All static files.
pub struct Assets {
    bundles: &'static [AssetBundle],
    files: Vec<(&'static str, Arc<Asset>)>,
    disk: Option<PathBuf>,
}

/// A served file and the sources that it is made of.
pub struct AssetBundle {
    /// Its name in the URL.
    pub name: &'static str,
    /// Its media type.
    pub mime: &'static str,
    /// What it is made of.
    pub sources: Sources,
}

/// The paths below `static` and their contents.
pub type Sources = &'static [(&'static str, &'static [u8])];

impl Assets {
    /// The files that were embedded when the program was built.
    pub fn load(bundles: &'static [AssetBundle]) -> Self {
        let made = |recipe: &AssetBundle| (recipe.name, Arc::new(recipe.build_embedded()));
        Self { bundles, files: bundles.iter().map(made).collect(), disk: None }
    }

    /// The files of this directory, read at every request, for development.
    pub fn from_disk(bundles: &'static [AssetBundle], dir: &Path) -> Self {
        Self { disk: Some(dir.to_owned()), ..Self::load(bundles) }
    }

    /// The URL of a file, with its version, so that it can be cached forever.
    pub fn url(&self, name: &str) -> String {
        match self.files.iter().find(|(known, _)| *known == name) {
            Some((_, asset)) if self.disk.is_none() => format!("/static/{name}?v={}", asset.etag),
            _ => format!("/static/{name}"),
        }
    }

    /// The file with this name.
    pub fn find(&self, name: &str) -> Option<Arc<Asset>> {
        let bundle = self.bundles.iter().find(|bundle| bundle.name == name);
        let fresh = |dir: &PathBuf| Some(Arc::new(bundle?.build_from_disk(dir)?));
        let kept = || self.files.iter().find(|(known, _)| *known == name).map(|(_, asset)| Arc::clone(asset));
        self.disk.as_ref().and_then(fresh).or_else(kept)
    }
}

impl AssetBundle {
    fn build_embedded(&self) -> Asset {
        let parts: Vec<&[u8]> = self.sources.iter().map(|(_, bytes)| *bytes).collect();
        self.build_asset(&parts.concat())
    }

    fn build_from_disk(&self, dir: &Path) -> Option<Asset> {
        let paths = self.sources.iter().map(|(path, _)| dir.join(path));
        let parts: std::io::Result<Vec<Vec<u8>>> = paths.map(std::fs::read).collect();
        Some(self.build_asset(&parts.ok()?.concat()))
    }

    fn build_asset(&self, sources: &[u8]) -> Asset {
        let bytes = strip_indentation_and_comments(&String::from_utf8_lossy(sources)).into_bytes();
        let etag = secret::sha256_digest(&String::from_utf8_lossy(&bytes)).chars().take(16).collect();
        Asset { gzip: gzip(&bytes), bytes, mime: self.mime, etag }
    }
}

/// Removes the indentation, and comments on lines of their own.
fn strip_indentation_and_comments(text: &str) -> String {
    let is_comment =
        |line: &&str| line.starts_with("// ") || (line.starts_with("/*") && line.ends_with("*/"));
    let lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !is_comment(line));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}
