use altcha::Payload;
use data_encoding::BASE64;

use super::WorkFault;

/// A longer header is not decoded; clients write about 900 bytes.
pub(super) const HEADER_BYTES: usize = 4096;

/// Reads the `Altcha` header: base64 of a JSON object, whose unknown members are ignored.
///
/// serde_json nests 128 levels at most, and nothing in here can be longer than the header.
pub(super) fn payload(header: &[u8]) -> Result<Payload, WorkFault> {
    if header.len() > HEADER_BYTES {
        return Err(WorkFault::Malformed);
    }
    let json = BASE64
        .decode(header.trim_ascii())
        .map_err(|_| WorkFault::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| WorkFault::Malformed)
}
