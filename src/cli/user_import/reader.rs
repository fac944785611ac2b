//! Reads the lines of an import file: with a byte order mark or without, with either line end. A line that is
//! too long or no UTF-8 is an error of that line alone.

use std::io::{self, BufRead, Read as _};

/// The longest line, in bytes.
const MAX_LINE_BYTES: u64 = 64 * 1024;

const UTF_8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
const UTF_16_MARKS: [&[u8]; 2] = [&[0xff, 0xfe], &[0xfe, 0xff]];

/// A line that is not empty.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number, from one.
    pub(super) number: u64,
    /// Its text, or what is wrong with it.
    pub(super) text: Result<String, &'static str>,
}

/// Reads one line after the other.
pub(super) struct LineReader<R> {
    input: R,
    number: u64,
}

impl<R: BufRead> LineReader<R> {
    /// Begins with the first line.
    pub(super) const fn new(input: R) -> Self {
        Self { input, number: 0 }
    }

    /// The lines read so far, with the empty ones.
    pub(super) const fn count(&self) -> u64 {
        self.number
    }

    /// The next line that is not empty.
    pub(super) fn read_line(&mut self) -> io::Result<Option<Line>> {
        loop {
            let Some(bytes) = self.read_bytes()? else { return Ok(None) };
            match bytes.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "not UTF-8")) {
                Ok(text) if text.trim().is_empty() => {}
                text => return Ok(Some(Line { number: self.number, text })),
            }
        }
    }

    /// The bytes of the next line, unless it is too long.
    fn read_bytes(&mut self) -> io::Result<Option<Result<Vec<u8>, &'static str>>> {
        let mut bytes = Vec::new();
        let read = (&mut self.input).take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if read as u64 == MAX_LINE_BYTES && !bytes.ends_with(b"\n") {
            self.input.skip_until(b'\n')?;
            return Ok(Some(Err("longer than 64 KiB")));
        }
        if self.number == 1 {
            if UTF_16_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
                let problem = "the file is UTF-16: save it as UTF-8";
                return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
            }
            if bytes.starts_with(UTF_8_MARK) {
                bytes.drain(..UTF_8_MARK.len());
            }
        }
        Ok(Some(Ok(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, LineReader};

    fn read(input: &[u8]) -> Vec<Line> {
        let mut reader = LineReader::new(input);
        std::iter::from_fn(|| reader.read_line().unwrap()).collect()
    }

    fn line(number: u64, text: &str) -> Line {
        Line { number, text: Ok(text.to_owned()) }
    }

    #[test]
    fn lines_are_read_as_editors_write_them() {
        assert_eq!(read(b"\xef\xbb\xbfa\r\n\r\n  \nb"), [line(1, "a\r\n"), line(4, "b")]);
        assert_eq!(read(b""), []);
        assert_eq!(read(b"\xef\xbb\xbf\n"), []);
    }

    #[test]
    fn a_bad_line_does_not_end_the_file() {
        let mut file = b"a\n\xff\xc3\n".to_vec();
        file.extend(vec![b'x'; 200 * 1024]);
        file.extend(b"\nb\n");
        let lines = read(&file);
        assert_eq!(lines[1], Line { number: 2, text: Err("not UTF-8") });
        assert_eq!(lines[2], Line { number: 3, text: Err("longer than 64 KiB") });
        assert_eq!((lines.len(), &lines[3]), (4, &line(4, "b\n")));
    }

    #[test]
    fn utf_16_is_named() {
        let mut reader = LineReader::new(b"\xff\xfea\0".as_slice());
        assert!(reader.read_line().unwrap_err().to_string().contains("UTF-16"));
    }
}
