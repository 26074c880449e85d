//! The files of a site before they touch the disk.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Site path to content, in order.
#[derive(Debug, Default)]
pub struct Files {
    files: BTreeMap<String, Content>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The first bytes of a file on the disk.
    Copy {
        /// The file.
        source: PathBuf,
        /// How many bytes of it.
        length: u64,
    },
}

impl Files {
    /// Adds a text.
    pub fn text(&mut self, path: &str, text: impl Into<String>) {
        self.insert(path, Content::Bytes(text.into().into_bytes()));
    }

    /// Adds bytes.
    pub fn bytes(&mut self, path: &str, bytes: Vec<u8>) {
        self.insert(path, Content::Bytes(bytes));
    }

    /// Adds the published part of a history file.
    pub fn copy(&mut self, path: &str, file: &DataFile) {
        self.insert(path, Content::Copy { source: file.source.clone(), length: file.length });
    }

    fn insert(&mut self, path: &str, content: Content) {
        let relative =
            !path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        assert!(relative, "the path `{path}` leads out of the site");
        let before = self.files.insert(path.to_owned(), content);
        assert!(before.is_none(), "two files want the path `{path}`");
    }

    /// Each path with its content.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Content)> {
        self.files.iter().map(|(path, content)| (path.as_str(), content))
    }

    /// What the file at a path holds.
    pub fn content(&self, path: &str) -> Option<&Content> {
        self.files.get(path)
    }

    /// The text at a path, for tests.
    pub fn get(&self, path: &str) -> Option<&str> {
        match self.files.get(path)? {
            Content::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            Content::Copy { .. } => None,
        }
    }

    /// Whether there is a file at a path.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// A file of the history, published as it is.
#[derive(Debug, Clone)]
pub struct DataFile {
    /// The path below `data/`.
    pub path: String,
    /// Where it lies on the disk.
    pub source: PathBuf,
    /// How many of its bytes are whole lines; the rest is a torn tail, or came later.
    pub length: u64,
    /// The SHA-256 of those bytes, in hexadecimal.
    pub sha256: String,
}
