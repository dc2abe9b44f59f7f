//! The picture of a week that the README shows is what the example draws.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/committed.rs"]
mod committed;
#[path = "../examples/week_view/main.rs"]
#[expect(dead_code, reason = "the program's `main`; the test calls what it calls")]
mod week_view;

use std::fmt::Write as _;

#[tokio::test]
async fn the_committed_picture_is_the_one_that_is_drawn() {
    let drawn = week_view::picture().await.unwrap();
    committed::check("src/guide/week.svg", &drawn);
    // The same picture for pages that cannot hold files, as Markdown calls it.
    let link = format!("[week]: <data:image/svg+xml,{}>\n", percent_encoded(&drawn));
    committed::check("src/guide/week.md", &link);
}

/// Encodes what has a meaning in Markdown, in HTML or in a URL.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.trim_end().bytes() {
        match byte {
            b'\n' => encoded.push_str("%20"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'/' | b':' | b'=' | b',' => {
                encoded.push(char::from(byte));
            }
            // Writing to a string cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}
