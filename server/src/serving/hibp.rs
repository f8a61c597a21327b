use std::collections::{BTreeSet, HashMap};

use exposure_index::hibp::Breach;
use exposure_index::messages::{BreachDocument, CatalogueDocument};

use crate::content::Asset;

/// Documents of Have I Been Pwned's interface: the public leaks, since the sealed file is not opened and HIBP
/// has no warning lists.
pub(crate) struct HibpDocuments {
    breaches: Asset,
    no_breaches: Asset,
    latest: Option<Asset>,
    by_name: HashMap<String, Asset>,
    classes: Asset,
}

impl HibpDocuments {
    /// Makes the documents of a catalogue.
    pub(super) fn of(catalogue: &CatalogueDocument) -> Result<Self, serde_json::Error> {
        let breaches: Vec<Breach> = catalogue.leaks().map(breach).collect();
        let by_name = breaches
            .iter()
            .map(|breach| Ok((breach.name.clone(), Asset::json(breach)?)));
        let latest = breaches
            .iter()
            .max_by_key(|breach| (&breach.added_date, &breach.breach_date, &breach.name));
        let classes: BTreeSet<&String> = breaches
            .iter()
            .flat_map(|breach| &breach.data_classes)
            .collect();
        Ok(Self {
            by_name: by_name.collect::<Result<_, serde_json::Error>>()?,
            latest: latest.map(Asset::json).transpose()?,
            classes: Asset::json(&classes)?,
            no_breaches: Asset::json(&[(); 0])?,
            breaches: Asset::json(&breaches)?,
        })
    }

    /// Returns all breaches.
    #[must_use]
    pub(crate) const fn breaches(&self) -> &Asset {
        &self.breaches
    }

    /// Returns the empty list, for a filter that no breach passes.
    #[must_use]
    pub(crate) const fn no_breaches(&self) -> &Asset {
        &self.no_breaches
    }

    /// Returns the breach that was added last, if there is any.
    #[must_use]
    pub(crate) const fn latest(&self) -> Option<&Asset> {
        self.latest.as_ref()
    }

    /// Returns the breach of this name, in either case.
    #[must_use]
    pub(crate) fn breach(&self, name: &str) -> Option<&Asset> {
        self.by_name.get(&name.to_ascii_lowercase())
    }

    /// Returns the names of all data classes of breaches.
    #[must_use]
    pub(crate) const fn classes(&self) -> &Asset {
        &self.classes
    }
}

fn breach(document: &BreachDocument) -> Breach {
    Breach::of(&document.metadata, &document.classes, &document.identifiers)
}
