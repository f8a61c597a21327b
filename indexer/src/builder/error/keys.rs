use exposure_index::oprf::KeyId;

/// Why the given keys do not fit the index.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// The old and the new key are the same.
    #[error("the new key is the one the index is made with; tekser-indexer keygen makes another")]
    SameKey,
    /// The key is not that of the index.
    #[error(
        "the index was made with the key {made_with}, not with {given}. To change the key, build all dumps \
         again under the new one: tekser-indexer rekey"
    )]
    OtherKey {
        /// The id of the key that the index was made with.
        made_with: KeyId,
        /// Id of the given key.
        given: KeyId,
    },
    /// There is a sealed file, or one is needed, but no key for it.
    #[error(
        "sensitive breaches are kept under the offline key, which no evaluator holds: name its file with --offline-key \
         (tekser-indexer keygen --offline-key makes one for an index that has none yet)"
    )]
    NoOfflineKey,
    /// The offline key is not that of the sealed file.
    #[error(
        "the sealed file was made with the offline key {made_with}, not with {given}: name the file of {made_with} with \
         --offline-key"
    )]
    OtherOfflineKey {
        /// The id of the key that the sealed file was made with.
        made_with: KeyId,
        /// Id of the given key.
        given: KeyId,
    },
    /// The sealed file was made before there was an offline key.
    #[error(
        "the sealed file of this index has no key of its own, so a thief of it could confirm guesses by asking \
         the evaluators: build it again from the dumps with --offline-key, and remove the old generations"
    )]
    SealedUnderPublicKey,
}
