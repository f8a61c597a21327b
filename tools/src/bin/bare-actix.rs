//! What can the server's framework do at best? A handler that answers every path with as many bytes, and nothing else;
//! `cargo bench-all` runs it: `bare-actix ADDRESS BYTES WORKERS`.

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::{Context, bail};

/// As the server's: a whole answer in one go.
const WRITE_BUFFER: usize = 1 << 17;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, bytes, workers] = arguments.as_slice() else {
        bail!("usage: bare-actix ADDRESS BYTES WORKERS");
    };
    let body = Bytes::from(vec![0x5a; bytes.parse().context("BYTES")?]);
    let server = HttpServer::new(move || {
        let body = body.clone();
        App::new().default_service(web::to(move || {
            let answer = HttpResponse::Ok().body(body.clone());
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
