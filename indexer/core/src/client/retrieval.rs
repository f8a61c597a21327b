use url::Url;

use super::call::{Call, Caller};
use super::{ClientError, Doubt, IndexView, RetrievalView, Transport, range};
use crate::index::{Exposure, Prefix};
use crate::oprf::Tag;
use crate::retrieval::{combine, split};

/// The exposures of each tag, from records that no single server sees the places of.
///
/// One query for each tag, also where two have one prefix: how many differ is nobody's business. Every answer is there before
/// any is looked at, so that nothing that is sent depends on what the servers answered or on whether it fits.
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
    // An error of one server changes each record by the same bits, so that it is found whichever record it was; only how it
    // shows depends on the record, and is not said.
    let proven = proven.ok_or(Doubt::Retrieved)?.into_iter();
    let read = proven.zip(tags).map(|(range, tag)| {
        range::read(range, view, *tag).map_err(|_| ClientError::from(Doubt::Range))
    });
    read.collect()
}

/// The XOR of what all servers answer; `None` if it is not equally long.
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
