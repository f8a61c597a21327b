//! `cargo demo`: from nothing to a website that answers, with dumps about people who do not exist.

use std::net::SocketAddr;

use anyhow::Context;
use clap::Parser;
use serde_json::Value;
use tekser_tools::demo::{Demo, Question, Site};
use tekser_tools::workspace;

/// Makes dumps about people who do not exist, indexes them, looks some of these people up, and opens the website
#[derive(Parser)]
#[command(name = "cargo demo", version)]
struct Args {
    /// Rows in the dumps
    #[arg(long, default_value_t = 20_000)]
    records: u64,
    /// Where to serve the website
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Stop before the website, which needs Node.js
    #[arg(long)]
    indexer_only: bool,
}

/// The kinds shown, one person of each.
const KINDS: [&str; 5] = ["iin", "phone", "email", "card", "plate"];

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let root = workspace::root()?;
    println!("Building the indexer and the server …");
    let demo = Demo::prepare(&root, &workspace::target(&root))?;

    println!(
        "Writing dumps with {} rows about people who do not exist …",
        args.records
    );
    let truth = demo.make_dumps(args.records)?;
    println!(
        "  {} breaches, {} different identifiers",
        truth.breaches.len(),
        truth.unique()
    );

    println!("Making a key: without it nobody can tell what is in the index …");
    demo.make_key()?;
    println!("Building the index …");
    demo.build_index()?;

    let questions = demo.questions()?;
    demo.look_up(&questions)
        .context("the index does not answer as it should")?;
    println!(
        "\nAsked the index {} questions: every answer is as it must be. Some of them:",
        questions.len()
    );
    examples(&questions).for_each(show);
    println!(
        "\nEverything is in {}. {}",
        demo.folder().display(),
        how_to_go_on(&demo, &questions)
    );
    if args.indexer_only {
        return Ok(());
    }
    println!("\nBuilding the website …");
    let site = Site::open(&demo, &root, args.listen)?;
    let asked = site.look_up(&questions)?;
    println!(
        "\nAsked the server {asked} questions as a browser does: every answer is proven and as it must be.\n\n\
         Open {} and type one of the values above. Ctrl-C ends the server.\n",
        site.url()
    );
    Ok(site.wait()?)
}

/// One leaked identifier of each kind and one that is in no breach.
fn examples(questions: &[Question]) -> impl Iterator<Item = &Question> {
    let leaked = |kind| {
        questions
            .iter()
            .find(move |asked| asked.kind == kind && !exposures(asked).is_empty())
    };
    let safe = questions.iter().find(|asked| exposures(asked).is_empty());
    KINDS.into_iter().filter_map(leaked).chain(safe)
}

fn exposures(asked: &Question) -> &[Value] {
    asked.exposures.as_array().map_or(&[], Vec::as_slice)
}

fn show(asked: &Question) {
    println!(
        "\n  {} {}",
        asked.kind.replace('_', " "),
        asked.value.trim()
    );
    for exposure in exposures(asked) {
        println!(
            "    leaked in {}, with:",
            exposure["breach"].as_str().unwrap_or("?")
        );
        println!("      {}", classes(exposure));
    }
    if exposures(asked).is_empty() {
        println!("    in none of these leaks");
    }
}

fn classes(exposure: &Value) -> String {
    let names = exposure["classes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    names
        .map(|name| name.replace('-', " "))
        .collect::<Vec<_>>()
        .join(", ")
}

fn how_to_go_on(demo: &Demo, questions: &[Question]) -> String {
    let example = questions
        .iter()
        .find(|asked| asked.kind == "iin")
        .map_or("", |asked| asked.value.trim());
    format!(
        "Ask for more, one `kind:value` a line,\nby standard input (arguments can be seen by everybody on the \
         machine):\n\n  echo 'iin:{example}' | {} lookup --index {} --key {}\n\nMore values to try stand in \
         {}; the dumps are in {}.",
        demo.indexer().display(),
        demo.index().display(),
        demo.key().display(),
        demo.folder().join("truth").join("queries.jsonl").display(),
        demo.breaches().display(),
    )
}
