/// A record of sorted runs.
pub(crate) trait Record: Copy + Ord + Send {
    /// Bytes of the record on the disk, of fixed length.
    type Bytes: Copy + AsRef<[u8]> + for<'a> TryFrom<&'a [u8]>;

    fn to_bytes(self) -> Self::Bytes;

    fn from_bytes(bytes: Self::Bytes) -> Self;

    /// Absorbs `next`, which follows in order, if the two are to become one; the result must have the place of this
    /// record.
    fn absorbs(&mut self, next: &Self) -> bool;

    /// Length on the disk, in bytes.
    const LENGTH: usize = size_of::<Self::Bytes>();
}
