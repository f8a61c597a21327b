use serde_json::json;

use super::super::output;
use super::watched;
use crate::build::{Force, Watch, without_erased};
use crate::generation::{IndexDirectory, Lock};
use crate::index::GenerationId;

/// A generation that came into force.
pub(in crate::commands) struct Entered {
    in_force: GenerationId,
    /// The one that was asked for, if one was made of it without what was erased since.
    made_from: Option<GenerationId>,
    before: Option<GenerationId>,
}

/// Puts a generation in force that is there already, or one that is made of it without what was erased since.
pub(in crate::commands) fn enter(
    directory: &IndexDirectory,
    lock: &Lock,
    generation: GenerationId,
) -> anyhow::Result<Entered> {
    let before = directory.current().ok();
    let work = |watch: Watch<'_>| without_erased(directory, lock, generation, watch);
    let made = watched(Force::AtOnce, work)?;
    if made.is_none() {
        directory.put_in_force(lock, generation)?;
    }
    Ok(Entered {
        in_force: made.as_ref().map_or(generation, |made| made.generation),
        made_from: made.map(|_| generation),
        before,
    })
}

impl Entered {
    pub(in crate::commands) fn print(&self, json: bool) -> anyhow::Result<()> {
        let before = self.before.as_ref().map(GenerationId::as_str);
        let made_from = self.made_from.as_ref().map(GenerationId::as_str);
        let in_force = self.in_force;
        if json {
            return Ok(output::line(json!({
                "generation": in_force.as_str(),
                "made_from": made_from,
                "before": before,
            }))?);
        }
        output::line(format_args!("in force    {in_force}"))?;
        if let Some(from) = made_from {
            output::line(format_args!(
                "made from   {from}, without what was erased since"
            ))?;
        }
        output::line(format_args!("before      {}", before.unwrap_or("-")))?;
        Ok(())
    }
}
