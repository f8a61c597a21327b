use anyhow::Context;
use clap::Args;
use exposure_index::index::GenerationId;
use exposure_index::statement;
use exposure_index::store::{Address, Push, PushSummary, Store};
use serde_json::json;
use tokio::runtime;

use super::options::{GenerationOption, TrustOption, at_least};
use super::output;
use super::output::progress::Bar;
use super::publishing::on_signals;

/// Push the public part of a generation to an object store.
///
/// Servers fetch it from there (tekser-server --index s3://…). Needs no key. Sends the public file and, if it was
/// signed, statement.json and its signature; the sealed file, pairs and reports never leave. Checks the file against
/// its checksums first, sends only what the store lacks, and writes the object CURRENT, which servers watch, last.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer push --index index --to s3://tekser-public/index
  tekser-indexer push --index index --to file:///srv/shared/tekser --keep 3
  AWS_ENDPOINT_URL=https://minio.example.kz tekser-indexer push --index index --to s3://tekser/index

Credentials and region come from the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
AWS_REGION; AWS_ENDPOINT_URL names a store that is not Amazon's. Run an interrupted push again to
complete it. Push again after signing a generation.")]
pub(super) struct PushCommand {
    #[command(flatten)]
    generation: GenerationOption,
    // Not parsed by clap, which repeats what it refuses, including passwords.
    /// Store: s3://BUCKET/PREFIX or file:///FOLDER.
    #[arg(long, value_name = "URL", env = "TEKSER_STORE", hide_env_values = true)]
    to: String,
    /// Push a generation that is older than the current one of the store.
    #[arg(long)]
    allow_older: bool,
    /// Send every file again, even if the store has it: for a store that damaged one.
    #[arg(long)]
    resend: bool,
    /// Number of generations to leave in the store, the pushed one included; older ones are removed. Servers that are
    /// fetching an older one start over.
    #[arg(long, value_name = "N", value_parser = at_least::<u32>(1))]
    keep: Option<u32>,
    #[command(flatten)]
    trust: TrustOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl PushCommand {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("the network client cannot be started")?;
        runtime.block_on(self.push())
    }

    async fn push(&self) -> anyhow::Result<()> {
        let address: Address = self.to.parse()?;
        let files = self.generation.open_public()?;
        let checked = statement::check(&files.directory, &files.public, &self.trust.load()?)?;
        let attested = checked.map(|checked| checked.attested);
        let store = Store::open(&address)?;
        let push = Push {
            public: &files.public,
            attested: attested.as_ref(),
            allow_older: self.allow_older,
            resend: self.resend,
        };
        let bar = Bar::of_bytes("sending");
        let pushed = push.to(&store, &on_signals()?, &bar).await;
        drop(bar);
        let pushed = pushed?;
        let removed = match self.keep {
            Some(keep) => store.prune(files.generation, keep as usize).await?,
            None => 0,
        };
        self.print(files.generation, &address, pushed, removed)
    }

    fn print(
        &self,
        generation: GenerationId,
        address: &Address,
        pushed: PushSummary,
        removed: usize,
    ) -> anyhow::Result<()> {
        if self.json {
            return Ok(output::line(json!({
                "generation": generation.as_str(),
                "store": address.to_string(),
                "sent_bytes": pushed.sent,
                "already": pushed.already,
                "removed": removed,
            }))?);
        }
        let did = match pushed.already {
            true => "was already current there".to_owned(),
            false => format!(
                "is now current there, {} bytes sent",
                super::output::table::grouped(pushed.sent)
            ),
        };
        output::line(format_args!(
            "generation {generation} {did}, {removed} older generations removed"
        ))?;
        Ok(())
    }
}
