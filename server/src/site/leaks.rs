//! Which page has this leak? Pages are filled in when they are first asked for, and kept as long as their generation is
//! served.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use exposure_index::breach::BreachId;
use exposure_index::index::GenerationId;
use exposure_index::messages::BreachDocument;

use super::HTML;
use super::places::{SiteFacts, add_leak};
#[cfg(feature = "owners")]
use super::template::Values;
use super::template::{Escaping, Template};
use crate::content::Asset;
use crate::content::LANGUAGES;
use crate::serving::ServedGeneration;

/// The pages of leaks: one for each leak and language.
pub(super) struct LeakPages {
    /// In the order of the languages; without one a leak has no page in that language.
    templates: [Option<Template>; LANGUAGES.len()],
    facts: SiteFacts,
    made: Mutex<Made>,
}

/// Pages of one generation: at most one per leak and language.
#[derive(Default)]
struct Made {
    generation: Option<GenerationId>,
    pages: HashMap<(usize, BreachId), Arc<Asset>>,
}

impl LeakPages {
    pub(super) fn new(templates: [Option<Template>; LANGUAGES.len()], facts: SiteFacts) -> Self {
        Self {
            templates,
            facts,
            made: Mutex::default(),
        }
    }

    #[cfg(feature = "owners")]
    pub(super) fn values(&self, language: &str) -> Values {
        self.facts.values(language)
    }

    /// Returns the page at `LANGUAGE/leaks/ID`, if the generation has such a leak.
    pub(super) fn page(&self, path: &str, served: &ServedGeneration) -> Option<Arc<Asset>> {
        let (language, id) = path.split_once("/leaks/")?;
        let place = LANGUAGES.iter().position(|one| *one == language)?;
        let id = BreachId::try_from(id.to_owned()).ok()?;
        let leak = served.breach(&id)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.generation != Some(served.generation()) {
            *made = Made {
                generation: Some(served.generation()),
                pages: HashMap::new(),
            };
        }
        if let Some(page) = made.pages.get(&(place, id.clone())) {
            return Some(Arc::clone(page));
        }
        let page = Arc::new(self.make(place, leak)?);
        made.pages.insert((place, id), Arc::clone(&page));
        Some(page)
    }

    fn make(&self, place: usize, leak: &Asset) -> Option<Asset> {
        let template = self.templates.get(place)?.as_ref()?;
        let language = LANGUAGES.get(place)?;
        let leak: BreachDocument = serde_json::from_slice(leak.body()).ok()?;
        let mut values = self.facts.values(language);
        add_leak(&mut values, template, &leak, language);
        Some(Asset::new(HTML, template.fill(&values, Escaping::Markup)))
    }
}
