use jiff::Timestamp;

use super::{Doubt, IndexView};
use crate::breach::{BreachId, ClassSet, DataClass};
use crate::index::{Exposure, GenerationId};
use crate::messages::{BreachDocument, CatalogueDocument};

/// What the index says about an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// Generation that was asked.
    pub generation: GenerationId,
    /// The breaches that the identifier is in, ascending by id; none if it is in none.
    pub exposures: Vec<ExposedBreach>,
    /// Time at which the version of the index that this client speaks was to be retired, if it has passed: the
    /// person needs a newer client, whose answers may know more.
    pub outdated_since: Option<Timestamp>,
}

/// A breach, and what leaked in it with the identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExposedBreach {
    /// The breach.
    pub breach: BreachId,
    /// The classes of what leaked, ascending.
    pub classes: Vec<DataClass>,
}

impl Answer {
    /// Translates the exposures of a range into names.
    pub(super) fn new(
        view: &IndexView,
        exposures: &[Exposure],
        catalogue: &CatalogueDocument,
    ) -> Result<Self, Doubt> {
        let named = exposures.iter().map(|exposure| named(exposure, catalogue));
        Ok(Self {
            generation: view.generation,
            outdated_since: view.sunset.filter(|sunset| *sunset <= Timestamp::now()),
            exposures: named.collect::<Option<_>>().ok_or(Doubt::Names)?,
        })
    }
}

fn named(exposure: &Exposure, catalogue: &CatalogueDocument) -> Option<ExposedBreach> {
    let breach = catalogue.breaches.get(usize::from(exposure.breach.0))?;
    let classes = exposure.classes.places();
    Some(ExposedBreach {
        breach: breach.metadata.id.clone(),
        classes: classes
            .map(|place| breach.classes.get(place).cloned())
            .collect::<Option<_>>()?,
    })
}

/// Whether breaches and classes are in the order by which ranges name them.
pub(super) fn check_catalogue(catalogue: &CatalogueDocument) -> Result<(), Doubt> {
    let breaches = &catalogue.breaches;
    let in_order = breaches.is_sorted_by(|one, next| one.metadata.id < next.metadata.id);
    if in_order && breaches.iter().all(classes_in_order) {
        Ok(())
    } else {
        Err(Doubt::Catalogue)
    }
}

fn classes_in_order(breach: &BreachDocument) -> bool {
    let classes = &breach.classes;
    classes.len() <= ClassSet::CAPACITY && classes.is_sorted_by(|one, next| one < next)
}
