use std::io::{self, Read};

use super::aes_block::{Aes, BLOCK};

/// Bytes decrypted at a time.
const CHUNK: usize = 16 << 10;

/// Decrypts a stream of blocks in CBC mode.
pub(in crate::ingest::container) struct CbcReader<R> {
    inner: R,
    aes: Aes,
    before: [u8; BLOCK],
    chunk: Vec<u8>,
    at: usize,
}

impl<R: Read> CbcReader<R> {
    pub(in crate::ingest::container) const fn new(inner: R, aes: Aes, iv: [u8; BLOCK]) -> Self {
        Self {
            inner,
            aes,
            before: iv,
            chunk: Vec::new(),
            at: 0,
        }
    }
}

impl<R: Read> Read for CbcReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() {
            self.chunk.clear();
            self.at = 0;
            (&mut self.inner)
                .take(CHUNK as u64)
                .read_to_end(&mut self.chunk)?;
            if !self.chunk.len().is_multiple_of(BLOCK) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.aes.decrypt_chain(&mut self.before, &mut self.chunk);
        }
        let read = (&self.chunk[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}
