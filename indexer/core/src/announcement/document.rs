use super::Evaluators;
use crate::generation::StatementTexts;
use crate::identifier::NORMALISATION_VERSION;
use crate::index::{FORMAT_VERSION, Header};
use crate::messages::{IndexDocument, encode};
use crate::oprf::SUITE;
use crate::statement::{Service, ServiceRetrieval, ServiceVersion, Statement};

/// Returns the document of a public index file, its evaluators and, if it has one, its statement.
#[must_use]
pub fn index_document(
    header: &Header,
    evaluators: &Evaluators,
    attested: Option<&StatementTexts>,
) -> IndexDocument {
    let service = attested.and_then(service).unwrap_or_default();
    let built_at = jiff::Timestamp::from_second(header.built_at).unwrap_or_default();
    IndexDocument {
        generation: header.generation.to_string(),
        normalisation: NORMALISATION_VERSION,
        format: FORMAT_VERSION,
        suite: SUITE.to_owned(),
        key_id: encode(&header.key_id.0),
        evaluators: evaluators.listed().to_vec(),
        retrieval: service.retrieval.as_ref().map(ServiceRetrieval::servers),
        prefix_bits: header.shape.prefix_bits(),
        bucket_bits: header.shape.bucket_bits(),
        range_bytes: header.range_bytes,
        rows: header.rows,
        sealed: header.beside_sealed,
        root: encode(&header.root),
        built_at: built_at.to_string(),
        sunset: service.sunset,
        also: service
            .also
            .map(|also| also.iter().map(ServiceVersion::listed).collect()),
        statement: attested.map(|attested| attested.statement.clone()),
        signature: attested.map(|attested| attested.signature.clone()),
    }
}

/// Returns what a signed statement says about the service.
fn service(attested: &StatementTexts) -> Option<Service> {
    Statement::parse(&attested.statement).ok()?.service
}
