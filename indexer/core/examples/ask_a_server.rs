//! Asks a server which leaks an identifier is in, and believes only what a trusted key signed.
//!
//! ```sh
//! cargo demo --records 1000    # in another terminal; it prints where the release key's public part is
//! echo '8 709 123 45 67' |
//!     cargo run -p exposure_index --features client,normalise --example ask_a_server -- http://127.0.0.1:8080/ release.key.pub
//! ```
//!
//! The identifier comes on standard input: arguments are visible to every user of the machine. The server sees neither
//! it nor its tag.

use std::env;
use std::error::Error;
use std::io;

use exposure_index::client::Client;
use exposure_index::identifier::recognise;
use exposure_index::statement::Trust;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(server), Some(release_key)) = (arguments.next(), arguments.next()) else {
        return Err("usage: ask_a_server SERVER RELEASE_KEY.pub < IDENTIFIER".into());
    };
    let client = Client::over_http(&server)?.with_trust(Trust::load(&[release_key])?);
    let mut typed = String::new();
    io::stdin().read_line(&mut typed)?;
    let recognised = recognise(&typed);
    for reading in &recognised.candidates {
        let answer = client.look_up(&reading.identifier.oprf_input())?;
        if let Some(since) = answer.outdated_since {
            eprintln!(
                "warning: the service means to end this version since {since}; use a newer program"
            );
        }
        println!(
            "{}: in {} leaks",
            reading.identifier.kind(),
            answer.exposures.len()
        );
        for exposed in &answer.exposures {
            let classes: Vec<&str> = exposed
                .classes
                .iter()
                .map(exposure_index::breach::DataClass::as_str)
                .collect();
            println!("  {}: {}", exposed.breach, classes.join(", "));
        }
    }
    Ok(())
}
