//! Are the documents true? Every command that a guide shows is run and prints what is shown there; every command,
//! option, link and picture that a document names exists; the front page stays short; lists of kinds are
//! whole; imports go one way; the English is
//! plain.

mod archive;
mod desk;
mod document;
mod front_page;
mod kinds;
mod licences;
mod links;
mod names;
mod rooms;
mod tokens;
mod words;

use std::fs;

use desk::Desk;
use document::Document;
use tekser_tests::leaks;

/// The documents with transcripts, in the order in which their readers meet them.
const GUIDES: [&str; 2] = ["README.md", "indexer/README.md"];
const INVESTIGATING: &str = "indexer/INVESTIGATING.md";

/// Runs the transcripts of a document at a desk, in their order.
fn follow(name: &str, desk: &Desk) {
    let document = Document::read(name);
    let mistakes = desk.follow(&document);
    assert!(
        mistakes.is_empty(),
        "{name} is not what happens (TRYCMD=overwrite rewrites it):\n{}",
        mistakes.join("\n")
    );
}

#[test]
fn the_front_page_and_the_guide_print_what_they_show() {
    for name in GUIDES {
        let desk = Desk::new();
        desk.add_leaks(&["clinic-2023", "microloans-2024", "voters-2019"]);
        archive::put_into(&desk.path("Downloads"));
        follow(name, &desk);
    }
}

#[test]
fn the_guide_for_investigators_prints_what_it_shows() {
    let desk = Desk::new();
    let all = fs::read_dir(leaks().join("breaches")).expect("the leaks");
    let names: Vec<String> = all
        .map(|leak| leak.expect("a leak").file_name())
        .map(|name| name.into_string().expect("UTF-8"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    desk.add_leaks(&names);
    archive::put_unknown_dump_into(&desk.path("found-2026"));
    follow(INVESTIGATING, &desk);
}

#[test]
fn every_block_of_commands_is_a_transcript_or_says_why_it_is_not_run() {
    for name in Document::all() {
        for block in Document::read(&name).blocks {
            assert!(
                block.language != "sh" || block.reason_not_to_run.is_some(),
                "{name}, line {}: neither a transcript (```console) nor preceded by <!-- not run: REASON -->",
                block.line
            );
        }
    }
}
