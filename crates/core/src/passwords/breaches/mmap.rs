//! The bytes of a filter: inside the binary, or a file mapped into memory, which any number of processes
//! share. This is the only unsafe code of the program.

use std::fs::File;
use std::io;
use std::ops::Deref;

use memmap2::Mmap;

/// Where the bytes of a filter are. Both are aligned to 64 bytes; fingerprints need alignment to two.
#[derive(Debug)]
pub(super) enum FilterBytes {
    BuiltIn(&'static [u8]),
    Mapped(Mmap),
}

impl FilterBytes {
    /// Maps a file for reading. Nobody may truncate or rewrite it in place from now on: a filter is replaced
    /// by renaming another over it, which leaves the mapped one as it was.
    #[expect(
        unsafe_code,
        reason = "a map is only sound while nobody rewrites the file; operators are told to rename"
    )]
    pub(super) fn map(file: &File) -> io::Result<Self> {
        unsafe { Mmap::map(file) }.map(Self::Mapped)
    }
}

impl Deref for FilterBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::BuiltIn(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}
