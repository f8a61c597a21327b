/// What sorted runs are made of.
pub(crate) trait Record: Copy + Ord + Send {
    /// The record as it stands on the disk, always as long.
    type Bytes: Copy + AsRef<[u8]> + for<'a> TryFrom<&'a [u8]>;

    fn to_bytes(self) -> Self::Bytes;

    fn from_bytes(bytes: Self::Bytes) -> Self;

    /// Takes up `next`, which comes behind it in order, if the two are to become one; that one must stand where this one
    /// stood.
    fn absorbs(&mut self, next: &Self) -> bool;

    /// Length on the disk, in bytes.
    const LENGTH: usize = size_of::<Self::Bytes>();
}
