//! docs/moving-in.md: its table is the program's, and its lines can be imported.

use rekey_core::passwords::hash_formats::formats::{FORMATS, Format};

use super::{import, printed, problems};
use crate::support::server_process::ServerFixture;

const PAGE: &str = include_str!("../../docs/moving-in.md");

fn row(format: &Format) -> String {
    let prefixes: Vec<String> = format.prefixes.iter().map(|prefix| format!("`{prefix}`")).collect();
    format!("| {} | {} | {} | {} |", format.name, prefixes.join(", "), format.systems, format.limits)
}

#[test]
fn every_format_is_in_the_table() {
    for format in &FORMATS {
        assert!(PAGE.lines().any(|line| line == row(format)), "missing or different: {}", row(format));
    }
}

#[tokio::test]
async fn every_example_can_be_imported() {
    let blocks = PAGE.split("```json\n").skip(1).map(|block| block.split("```").next().unwrap());
    let lines: String = blocks.collect();
    let output = import(&ServerFixture::new().await, &lines, &[]).await;
    assert_eq!(problems(&output), Vec::<String>::new());
    assert_eq!(printed(&output), format!("added {}, already here 0, refused 0\n", lines.lines().count()));
}
