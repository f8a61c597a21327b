//! What can the server's framework do at best? A handler that only answers every path with the same number of bytes;
//! `cargo bench-all` runs it: `bare-actix ADDRESS BYTES WORKERS [FILE]`.
//!
//! The bytes are always the same, and so in the processor's cache; or with FILE, those at the place that the last
//! digits of the path name, as a server of an index has to fetch them.

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use anyhow::{Context, bail, ensure};

/// The same as the server's: a whole answer in one write.
const WRITE_BUFFER: usize = 1 << 17;
/// Places in the file.
const PLACES: usize = 1 << 9;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (address, bytes, workers, file) = match arguments.as_slice() {
        [address, bytes, workers] => (address, bytes, workers, None),
        [address, bytes, workers, file] => (address, bytes, workers, Some(file)),
        _ => bail!("usage: bare-actix ADDRESS BYTES WORKERS [FILE]"),
    };
    let length: usize = bytes.parse().context("BYTES")?;
    let content = match file {
        Some(file) => Bytes::from(std::fs::read(file).context("FILE")?),
        None => Bytes::from(vec![0x5a; length]),
    };
    ensure!(content.len() >= length, "FILE is too short");
    let step = (content.len() - length) / PLACES;
    let server = HttpServer::new(move || {
        let content = content.clone();
        App::new().default_service(web::to(move |request: HttpRequest| {
            let start = step * place(request.path());
            let answer = HttpResponse::Ok().body(content.slice(start..start + length));
            async { answer }
        }))
    });
    server
        .workers(workers.parse().context("WORKERS")?)
        .h1_write_buffer_size(WRITE_BUFFER)
        .bind(address.as_str())?
        .run()
        .await?;
    Ok(())
}

/// Returns the number that the last three characters of a path spell, below [`PLACES`]; 0 if they spell none.
fn place(path: &str) -> usize {
    let digits = path.get(path.len().saturating_sub(3)..).unwrap_or_default();
    usize::from_str_radix(digits, 16).unwrap_or(0) % PLACES
}
