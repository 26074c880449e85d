//! A text file of a site, as it was read: its path within the site and its text.

/// A source text, kept for messages that quote it.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path within the site, with forward slashes.
    pub path: String,
    /// The text; bytes that are not UTF-8 have been replaced by U+FFFD.
    pub text: String,
    /// Byte offset of the first byte that was not UTF-8.
    pub invalid_at: Option<usize>,
}

impl Source {
    /// Takes the bytes of a file. A byte order mark is dropped: editors add it, nobody means it.
    pub fn new(path: impl Into<String>, bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let (text, invalid_at) = match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), None),
            Err(error) => (String::from_utf8_lossy(bytes).into_owned(), Some(error.valid_up_to())),
        };
        Self { path: path.into(), text, invalid_at }
    }

    /// Line and column, both from 1 and in characters, of a byte offset.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The text of a line, counted from 1, without its line ending.
    pub fn line(&self, line: usize) -> &str {
        self.text.split('\n').nth(line.saturating_sub(1)).unwrap_or("").trim_end_matches('\r')
    }
}
