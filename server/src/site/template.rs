//! How does a server fill a page? With placeholders in the notation of Mustache:
//! `{{name}}` is an escaped text, `{{#name}}…{{/}}` stays if the name has a text, `{{^name}}…{{/}}` if it has none. Of
//! several names in a section one is enough. `server/web/src/site/filled.tsx` writes them.

use std::collections::HashMap;
use std::fmt::Write as _;

/// Values of placeholders, by name.
pub(crate) type Values = HashMap<String, String>;

/// Values of a page with lists: texts by name, and lists, each item of which fills the section of that name once.
#[derive(Default)]
pub(crate) struct PageContent {
    pub(crate) texts: Values,
    pub(crate) lists: HashMap<&'static str, Vec<PageContent>>,
}

impl PageContent {
    /// Adds a text.
    #[cfg(feature = "owners")]
    pub(crate) fn put(&mut self, name: &str, text: &str) {
        self.texts.insert(name.to_owned(), text.to_owned());
    }
}

/// Sections within sections; a page of ours has two.
const MAX_DEPTH: usize = 8;

/// A page, or a part of one, with placeholders.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(String),
    Section {
        names: Vec<String>,
        is_inverted: bool,
        within: Template,
    },
}

/// Why a text is not a template.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TemplateError {
    #[error("a section is opened and not closed, or closed and not opened")]
    Unbalanced,
    #[error("there are sections within sections more than {MAX_DEPTH} deep")]
    Deep,
}

/// How a text is escaped in a file, so that it stays text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escaping {
    /// HTML and XML: whatever could end a text or an attribute becomes a character reference.
    Markup,
    /// Plain text.
    None,
}

impl Template {
    /// Parses a template. O(length).
    ///
    /// # Errors
    /// [`TemplateError`] if sections do not close.
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        let (template, rest) = Self::until_close(text, 0)?;
        match rest {
            None => Ok(template),
            Some(_) => Err(TemplateError::Unbalanced),
        }
    }

    /// Returns the parts up to the close of the section, and what follows it; `None` if the text ends first.
    fn until_close(mut text: &str, depth: usize) -> Result<(Self, Option<&str>), TemplateError> {
        if depth > MAX_DEPTH {
            return Err(TemplateError::Deep);
        }
        let mut parts = Vec::new();
        while let Some((before, tag, after)) = next_tag(text) {
            push_text(&mut parts, before);
            text = after;
            match tag.split_at_checked(1) {
                Some(("/", "")) => return Ok((Self(parts), Some(text))),
                Some((mark @ ("#" | "^"), names)) => {
                    let (within, rest) = Self::until_close(text, depth + 1)?;
                    parts.push(Part::Section {
                        names: names.split(' ').map(str::to_owned).collect(),
                        is_inverted: mark == "^",
                        within,
                    });
                    text = rest.ok_or(TemplateError::Unbalanced)?;
                }
                _ => parts.push(Part::Place(tag.to_owned())),
            }
        }
        push_text(&mut parts, text);
        Ok((Self(parts), None))
    }

    /// Fills the page.
    pub(super) fn fill(&self, values: &Values, escaping: Escaping) -> String {
        let mut page = String::new();
        self.fill_into(&mut page, values, &HashMap::new(), escaping);
        page
    }

    /// Fills an HTML page and writes out its lists.
    #[cfg(feature = "owners")]
    pub(crate) fn fill_with(&self, PageContent { texts, lists }: &PageContent) -> String {
        let mut page = String::new();
        self.fill_into(&mut page, texts, lists, Escaping::Markup);
        page
    }

    fn fill_into(
        &self,
        page: &mut String,
        values: &Values,
        lists: &HashMap<&'static str, Vec<PageContent>>,
        escaping: Escaping,
    ) {
        for part in &self.0 {
            match part {
                Part::Text(text) => page.push_str(text),
                Part::Place(name) => {
                    let text = values.get(name).map_or("", String::as_str);
                    escape_into(page, text, escaping);
                }
                Part::Section {
                    names,
                    is_inverted,
                    within,
                } => {
                    if let Some(items) = list_of(lists, names) {
                        for PageContent { texts, lists } in items {
                            within.fill_into(page, texts, lists, escaping);
                        }
                        continue;
                    }
                    let is_given = names.iter().any(|name| values.contains_key(name));
                    if is_given != *is_inverted {
                        within.fill_into(page, values, lists, escaping);
                    }
                }
            }
        }
    }

    /// Returns every name in it.
    pub(super) fn names(&self) -> Vec<&str> {
        let of_part = |part| match part {
            &Part::Text(_) => Vec::new(),
            Part::Place(name) => vec![name.as_str()],
            Part::Section { names, within, .. } => {
                let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
                all.extend(within.names());
                all
            }
        };
        self.0.iter().flat_map(of_part).collect()
    }
}

/// Returns the list that a section is written out for.
fn list_of<'a>(
    lists: &'a HashMap<&'static str, Vec<PageContent>>,
    names: &[String],
) -> Option<&'a [PageContent]> {
    match names {
        [name] => lists.get(name.as_str()).map(Vec::as_slice),
        _ => None,
    }
}

/// Returns the text before the next `{{…}}`, its content, and the text after it. Braces within make no tag.
fn next_tag(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(opened) = text[from..].find("{{").map(|found| from + found) {
        let inner = &text[opened + 2..];
        let length = inner.find(['{', '}'])?;
        if let Some(after) = inner[length..].strip_prefix("}}") {
            return Some((&text[..opened], &inner[..length], after));
        }
        from = opened + 1;
    }
    None
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

fn escape_into(page: &mut String, text: &str, escaping: Escaping) {
    for character in text.chars() {
        let is_special = matches!(character, '&' | '<' | '>' | '"' | '\'');
        if is_special && escaping == Escaping::Markup {
            // Cannot fail: writing to a String never does.
            let _ = write!(page, "&#{};", u32::from(character));
        } else {
            page.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const VECTORS: &str = include_str!("../../web/test/site/templates.json");

    #[test]
    fn pages_become_what_the_sites_own_program_makes_of_them() {
        let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
        let values: Values = serde_json::from_value(vectors["values"].clone()).expect("values");
        let cases = vectors["cases"].as_array().expect("cases");
        assert!(cases.len() > 10);
        for case in cases {
            let page = case["page"].as_str().expect("a page");
            let template = Template::parse(page).expect("a template");
            assert_eq!(
                template.fill(&values, Escaping::Markup),
                case["filled"].as_str().expect("a page"),
                "{page}"
            );
        }
    }

    #[test]
    fn sections_that_do_not_close_are_refused() {
        for text in ["{{#a}}", "{{/}}", "{{#a}}{{/}}{{/}}", "{{#a}}{{^b}}{{/}}"] {
            assert_eq!(
                Template::parse(text),
                Err(TemplateError::Unbalanced),
                "{text}"
            );
        }
        let deep = "{{#a}}".repeat(MAX_DEPTH + 1);
        assert_eq!(Template::parse(&deep), Err(TemplateError::Deep));
    }

    #[test]
    fn a_section_of_a_list_is_written_out_for_each_item_with_what_is_its_own() {
        let template = Template::parse("{{t}}{{#l}}[{{a}}{{#b}}!{{/}}{{t}}]{{/}}{{#none}}x{{/}}");
        let item = |a: &str, b: Option<&str>| {
            let mut item = PageContent::default();
            item.put("a", a);
            b.into_iter().for_each(|b| item.put("b", b));
            item
        };
        let mut filling = item("outer", None);
        filling.put("t", "T");
        filling
            .lists
            .insert("l", vec![item("<1>", Some("1")), item("2", None)]);
        filling.lists.insert("none", Vec::new());
        let page = template.expect("a template").fill_with(&filling);
        assert_eq!(page, "T[&#60;1&#62;!][2]");
    }

    #[test]
    fn names_are_those_of_places_and_sections() {
        let template = Template::parse("{{a}}{{#b c}}{{d}}{{/}}").expect("a template");
        assert_eq!(template.names(), ["a", "b", "c", "d"]);
    }

    proptest! {
        #[test]
        fn no_text_ends_an_element_or_an_attribute(text in "\\PC*") {
            let template = Template::parse("{{a}}").expect("a template");
            let page = template.fill(&Values::from([("a".to_owned(), text)]), Escaping::Markup);
            prop_assert!(!page.contains(['<', '>', '"', '\'']));
        }

        #[test]
        fn whatever_a_page_holds_it_is_parsed_or_refused(text in "([{}#^/ aқ]|\\PC){0,60}") {
            // Finds panics where a placeholder is cut within a letter or does not end.
            let _ = Template::parse(&text);
        }
    }
}
