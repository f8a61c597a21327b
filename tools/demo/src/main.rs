//! The demo that `cargo demo` compiles and starts: from nothing to a website that answers, with dumps about people who
//! do not exist.

use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::Instant;

use anyhow::Context;
use clap::Parser;
use tekser_demo::demo::{Demo, DemoError, ExpectedAnswer, Institution, Question, Site};
use tekser_demo::synth::{Kind, WarnedKind};
use tekser_workspace::{build_website, root, target};

/// Make dumps about people who do not exist, index them, look some of these people up, and open the website
#[derive(Parser)]
#[command(name = "cargo demo", version)]
struct Args {
    /// Rows in the dumps
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    records: u64,
    /// Address to serve the website at
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Stop before the website, which needs Node.js
    #[arg(long)]
    indexer_only: bool,
}

/// A site that is not on the website's built-in list.
const LOOK_ALIKE: &str = "kaspi.kz.example.com";

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let root = root()?;
    let demo = Demo::prepare(&target(&root))?;
    step("Making a key for the tags and one for signatures", || {
        demo.make_keys()
    })?;
    if args.indexer_only {
        index(&demo, args.records)?;
        return Ok(());
    }
    let questions = thread::scope(|scope| {
        let website = scope.spawn(|| build_site(&demo, &root));
        let questions = index(&demo, args.records)?;
        step("Building the website that believes this key alone", || {
            let built = website.join();
            built.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
        anyhow::Ok(questions)
    })?;
    serve(&demo, &root, args.listen, &questions)
}

fn build_site(demo: &Demo, root: &Path) -> Result<(), DemoError> {
    build_website(root, &demo.public_key()?)?;
    Ok(())
}

/// Runs dumps, an index of them, and look-ups.
fn index(demo: &Demo, records: u64) -> anyhow::Result<Vec<Question>> {
    let truth = step(
        &format!("Writing dumps with {records} rows about people who do not exist"),
        || demo.make_dumps(records),
    )?;
    println!(
        "  {} breaches, {} different identifiers, and warning lists in five forms",
        truth.breaches.len(),
        truth.unique()
    );
    step("Building the index", || demo.build_index(records))?;
    step("Signing it", || demo.sign())?;
    let questions = demo.questions()?;
    let asking = format!("Asking the index {} questions", questions.len());
    step(&asking, || demo.look_up(&questions)).context("the index does not answer as it should")?;
    println!(
        "  every answer is as it must be; one of each kind that is in a leak, and one that is not:\n"
    );
    show_examples(&questions);
    println!("\n{}", how_to_go_on(demo, &questions));
    Ok(questions)
}

fn serve(
    demo: &Demo,
    root: &Path,
    listen: SocketAddr,
    questions: &[Question],
) -> anyhow::Result<()> {
    let [one, other] = demo.institutions().each_ref().map(Institution::name);
    let starting = format!("Starting the server, and those of two institutions: {one} and {other}");
    let site = step(&starting, || Site::open(demo, root, listen))?;
    let asked = step("Asking it as a browser does", || site.look_up(questions))?;
    println!(
        "  {asked} answers, all proven, signed and as they must be; {one} and {other} saw random bits, and neither which ranges \
         were fetched"
    );
    println!(
        "\n    Open  {}\n\nand type one of the values above. Ctrl-C ends the server.\n",
        site.url()
    );
    Ok(site.wait()?)
}

/// Prints what is done, does it, and prints how long it took.
fn step<T, E>(what: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    println!("{what} …");
    let begun = Instant::now();
    let done = work()?;
    println!("  {:.1} s", begun.elapsed().as_secs_f64());
    Ok(done)
}

/// One identifier of each kind that is in a leak, if possible in several, and one that is in none; the same of warning
/// lists.
fn show_examples(questions: &[Question]) {
    for kind in Kind::ALL.map(Kind::name) {
        let of_kind = || of_kind(questions, kind, Question::is_of_leaks);
        // In two, since the website does not show those of the sealed one.
        let leaked = of_kind()
            .find(|asked| asked.found().len() > 1)
            .or_else(|| of_kind().find(|asked| !asked.found().is_empty()));
        let safe = of_kind().find(|asked| asked.found().is_empty());
        leaked.into_iter().chain(safe).for_each(show);
    }
    println!("\n  and of callers, sites, companies, wallets and accounts:\n");
    for kind in WarnedKind::ALL.map(WarnedKind::name) {
        let of_kind = || of_kind(questions, kind, |asked| !asked.is_of_leaks());
        let listed = of_kind().find(|asked| !asked.found().is_empty());
        let unlisted = of_kind().find(|asked| asked.found().is_empty());
        listed.into_iter().chain(unlisted).for_each(show);
    }
    line(
        "site",
        LOOK_ALIKE,
        "on no list, but made to look like kaspi.kz",
    );
}

fn of_kind<'q>(
    questions: &'q [Question],
    kind: &'static str,
    is_meant: impl Fn(&Question) -> bool,
) -> impl Iterator<Item = &'q Question> {
    let of_kind = questions.iter().filter(move |asked| asked.kind == kind);
    of_kind.filter(move |asked| is_meant(asked))
}

fn show(asked: &Question) {
    let (member, none) = match asked.expected {
        ExpectedAnswer::Exposures(_) => ("breach", "in none of these leaks"),
        ExpectedAnswer::Warnings(_) => ("list", "on none of these lists"),
    };
    let names = asked.found().iter().filter_map(|one| one[member].as_str());
    let names = names.collect::<Vec<_>>().join(", ");
    let found = if names.is_empty() { none } else { &names };
    line(&asked.kind.replace('_', " "), asked.value.trim(), found);
}

fn line(kind: &str, value: &str, found: &str) {
    println!("  {kind:<9} {value:<42} {found}");
}

fn how_to_go_on(demo: &Demo, questions: &[Question]) -> String {
    let example = questions
        .iter()
        .find(|asked| asked.kind == "iin")
        .map_or("", |asked| asked.value.trim());
    format!(
        "Ask for more, one `kind:value` a line, on standard input (arguments can be seen by everybody on the machine):\n\n  \
         echo 'iin:{example}' | {} lookup --index {} --key {} --offline-key {} --trust {} --audit {} --reason 'a try'\n\n\
         More values to try are in {}, the dumps in {}.",
        demo.indexer().display(),
        demo.index().display(),
        demo.key().display(),
        demo.offline_key().display(),
        demo.release_key().display(),
        demo.audit().display(),
        demo.folder().join("truth").join("queries.jsonl").display(),
        demo.breaches().display(),
    )
}
