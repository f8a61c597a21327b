/// Learns how far the reading of rows is, which takes seconds where there are millions of them.
pub trait RowWatch: Sync {
    /// So many more rows will be read.
    fn begin(&self, rows: u64);

    /// So many of them have been read.
    fn advance(&self, rows: u64);
}
