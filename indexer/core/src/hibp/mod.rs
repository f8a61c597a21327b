//! How does [Have I Been Pwned] say this? Its model of a breach, which other programs know, made of ours.
//!
//! [Have I Been Pwned]: https://haveibeenpwned.com/api/v3

mod breach;
mod class;

pub use breach::Breach;
pub use class::{class_of, name_of};

/// What of a text can be in our names, in lower case, its words joined by hyphens.
#[must_use]
pub fn slug(text: &str) -> String {
    let is_ours = |c: char| c.is_ascii_alphanumeric();
    let words = text.split(|c| !is_ours(c)).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    words.join("-")
}
