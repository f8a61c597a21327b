use url::Url;

use super::call::{Call, Caller};
use super::{ClientError, Doubt, IndexView, RetrievalView, Transport, range};
use crate::index::{Exposure, Prefix};
use crate::oprf::Tag;
use crate::retrieval::{combine, split};

/// Returns the exposures of each tag from records whose places no single server sees.
///
/// Sends one query per tag, even if two share a prefix: the number of different ones stays private. All answers have
/// arrived before any is read, so nothing that is sent depends on the answers or on whether they fit.
pub(super) fn exposures<T: Transport>(
    caller: &Caller<T>,
    servers: &RetrievalView,
    view: &IndexView,
    tags: &[Tag],
) -> Result<Vec<Vec<Exposure>>, ClientError> {
    let prefixes: Vec<Prefix> = tags.iter().map(|tag| view.shape.prefix(*tag)).collect();
    let records = fetch(caller, servers, view, &prefixes)?;
    let length = tags.len() * view.range_bytes;
    let records = records
        .filter(|records| records.len() == length)
        .ok_or(Doubt::Retrieved)?;
    let records = records.chunks_exact(view.range_bytes);
    let proven: Option<Vec<&[u8]>> = records
        .zip(&prefixes)
        .map(|(record, prefix)| range::proven(record, view, *prefix).ok())
        .collect();
    // An error of one server changes each record by the same bits, so it is detected whichever record it was. Only the
    // symptom depends on the record, and is not reported.
    let proven = proven.ok_or(Doubt::Retrieved)?.into_iter();
    let read = proven.zip(tags).map(|(range, tag)| {
        range::read(range, view, *tag).map_err(|_| ClientError::from(Doubt::Range))
    });
    read.collect()
}

/// Returns the XOR of all answers; `None` if they differ in length.
fn fetch<T: Transport>(
    caller: &Caller<T>,
    servers: &RetrievalView,
    view: &IndexView,
    prefixes: &[Prefix],
) -> Result<Option<Vec<u8>>, ClientError> {
    let queries = split(prefixes, view.shape.prefix_bits(), servers.servers.len())?;
    let most = (prefixes.len() * view.range_bytes) as u64;
    let mut answers = Vec::with_capacity(queries.len());
    for (server, query) in servers.servers.iter().zip(&queries) {
        let url = query_url(server, view)?;
        let answer = caller.call(&Call::retrieve(&url, query, most));
        answers.push(answer.map_err(ClientError::without_detail)?);
    }
    Ok(combine(&answers))
}

/// `{url}/{generation}`.
fn query_url(server: &Url, view: &IndexView) -> Result<Url, ClientError> {
    let mut url = server.clone();
    url.path_segments_mut()
        .map_err(|()| Doubt::Service)?
        .pop_if_empty()
        .push(view.generation.as_str());
    Ok(url)
}
