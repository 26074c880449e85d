//! The door to the disk: reads sites, appends to the history, publishes folders.
//!
//! The only room that writes. Every error names its path.

mod publish;

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

pub use publish::{MARKER, PublishError, Published, publish};

use crate::model::Source;
use crate::problem::Problem;

/// Something the disk refused.
#[derive(Debug)]
pub struct DiskError {
    action: &'static str,
    path: PathBuf,
    error: io::Error,
}

impl DiskError {
    fn new(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self { action, path: path.to_owned(), error }
    }

    /// Whether the file or folder is simply not there.
    pub fn is_not_found(&self) -> bool {
        self.error.kind() == io::ErrorKind::NotFound
    }
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}`: {}", self.action, self.path.display(), self.error)
    }
}

impl std::error::Error for DiskError {}

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<u8>, DiskError> {
    check_is_file(path)?;
    fs::read(path).map_err(DiskError::new("read", path))
}

/// Reads the first bytes of a file, which has to have as many.
pub fn read_first(path: &Path, length: u64) -> Result<Vec<u8>, DiskError> {
    check_is_file(path)?;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(length).read_to_end(&mut bytes))
        .map_err(DiskError::new("read", path))?;
    if (bytes.len() as u64) < length {
        return Err(DiskError::new("read", path)(io::Error::other("it became shorter")));
    }
    Ok(bytes)
}

/// A pipe would keep us waiting, and a device may have no end.
fn check_is_file(path: &Path) -> Result<(), DiskError> {
    let meta = fs::metadata(path).map_err(DiskError::new("read", path))?;
    if meta.is_file() {
        return Ok(());
    }
    Err(DiskError::new("read", path)(io::Error::other("it is not a file")))
}

/// Everything below a folder that is not a folder, hidden or not.
pub fn entries(folder: &Path) -> Result<Vec<String>, DiskError> {
    let mut entries = Vec::new();
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.map_err(|error| DiskError::new("read", folder)(error.into()))?;
        if !entry.file_type().is_dir() {
            let inner = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            entries.push(inner.to_string_lossy().into_owned());
        }
    }
    entries.sort();
    Ok(entries)
}

/// Hands a file to `take` block by block. It returns how many bytes it has done with; the others
/// come again with more behind them. What is left at the end is returned.
pub fn read_blocks(
    path: &Path,
    take: &mut dyn FnMut(&[u8]) -> usize,
) -> Result<Vec<u8>, DiskError> {
    check_is_file(path)?;
    let mut file = File::open(path).map_err(DiskError::new("read", path))?;
    let mut buffer = vec![0; 1 << 18];
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(DiskError::new("read", path)(error)),
        }
        let done = take(&buffer[..filled]);
        buffer.copy_within(done..filled, 0);
        filled -= done;
    }
    buffer.truncate(filled);
    Ok(buffer)
}

/// What changes whenever a file does: its length, when it was written and last touched in any
/// way, in seconds and nanoseconds, and its number. Touching cannot be undone.
pub fn seen(path: &Path) -> Result<[i64; 6], DiskError> {
    fs::metadata(path).map(|meta| stamp(&meta)).map_err(DiskError::new("read", path))
}

fn stamp(meta: &fs::Metadata) -> [i64; 6] {
    use std::os::unix::fs::MetadataExt;
    let times = [meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()];
    let [written, written_ns, touched, touched_ns] = times;
    let number = i64::from_ne_bytes(meta.ino().to_ne_bytes());
    let length = i64::try_from(meta.len()).unwrap_or(i64::MAX);
    [length, written, written_ns, touched, touched_ns, number]
}

/// What [`seen`] says of all files of these parts of a site, which are files or folders; hidden
/// ones are passed over. What cannot be looked at is as if it were not there: this only notices
/// changes, and whoever reads the file will say what is wrong.
pub fn seen_below(site: &Path, parts: &[&str]) -> Vec<(PathBuf, [i64; 6])> {
    let mut found = Vec::new();
    for part in parts {
        let walk = walkdir::WalkDir::new(site.join(part)).follow_links(true).into_iter();
        let is_hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
        let entries =
            walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()));
        for entry in entries.flatten().filter(|entry| !entry.file_type().is_dir()) {
            if let Ok(meta) = entry.metadata() {
                found.push((entry.into_path(), stamp(&meta)));
            }
        }
    }
    // A folder tells its entries in any order.
    found.sort_unstable();
    found
}

/// The second at which something was last touched, as [`seen`] gave it.
pub fn touched(seen: &[i64; 6]) -> i64 {
    seen[3]
}

/// Puts bytes into a file all at once: a reader finds the old ones or these. Who may read and
/// write it stays as it is.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let staging = beside(path);
    let written = fs::write(&staging, bytes)
        .and_then(|()| match fs::metadata(path) {
            Ok(meta) => fs::set_permissions(&staging, meta.permissions()),
            Err(_) => Ok(()),
        })
        .and_then(|()| fs::rename(&staging, path));
    if written.is_err() {
        // Nothing can be done about a file that stays.
        let _ = fs::remove_file(&staging);
    }
    written.map_err(DiskError::new("write", path))
}

/// A hidden file beside another, for what is not whole yet: nobody reads one that is left behind.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

/// What lies below a folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Paths within the site, in order.
    pub paths: Vec<String>,
    /// Entries that cannot be read as files.
    pub problems: Vec<Problem>,
}

/// The files below a folder of a site. A folder that is not there holds none; hidden files,
/// such as the locks of editors, are passed over.
pub fn list(site: &Path, folder: &str) -> Result<Listing, DiskError> {
    let root = site.join(folder);
    let mut listing = Listing::default();
    if !root.exists() {
        return Ok(listing);
    }
    if !root.is_dir() {
        return Err(DiskError::new("read", &root)(io::ErrorKind::NotADirectory.into()));
    }
    let inner = |path: &Path| {
        let inner = path.strip_prefix(site).unwrap_or(path);
        inner.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    let is_hidden = |path: &Path| {
        path != root && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
    };
    let walk = walkdir::WalkDir::new(&root).follow_links(true);
    for entry in walk.into_iter().filter_entry(|entry| !is_hidden(entry.path())) {
        let mut problem = |path: &Path, message: &str, help: &str| {
            listing.problems.push(Problem::in_file(inner(path), message, help));
        };
        match entry {
            Err(error) => match error.path() {
                Some(path) if is_hidden(path) => {}
                Some(path) if path.is_symlink() => {
                    problem(
                        path,
                        "this link leads nowhere, or in a circle",
                        "remove it or mend its target",
                    );
                }
                path => {
                    let path = path.unwrap_or(&root).to_owned();
                    return Err(DiskError { action: "read", path, error: error.into() });
                }
            },
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) if !entry.file_type().is_file() => {
                problem(entry.path(), "this is not a file", "remove it: only files are read here");
            }
            Ok(entry) if entry.path().to_str().is_none() => {
                problem(entry.path(), "the name of this file is not UTF-8", "rename it");
            }
            Ok(entry) => listing.paths.push(inner(entry.path())),
        }
    }
    listing.paths.sort();
    Ok(listing)
}

/// Reads text files of a site.
pub fn sources(site: &Path, paths: &[String]) -> Result<Vec<Source>, DiskError> {
    paths.iter().map(|path| Ok(Source::new(path.clone(), &read(&site.join(path))?))).collect()
}

/// Writes a file that is not there yet, with its folders. Tells whether it did.
pub fn write_new(path: &Path, text: &str) -> Result<bool, DiskError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(DiskError::new("create", parent))?;
    }
    if path.symlink_metadata().is_ok() {
        return Ok(false);
    }
    // It has its name when it is whole, and never takes that of another.
    let staging = beside(path);
    let written = fs::write(&staging, text).and_then(|()| fs::hard_link(&staging, path));
    let _ = fs::remove_file(&staging);
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Some disks know no second name for a file.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => create(path, text),
        Err(error) => Err(DiskError::new("create", path)(error)),
    }
}

fn create(path: &Path, text: &str) -> Result<bool, DiskError> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).map_err(DiskError::new("write", path))?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(DiskError::new("create", path)(error)),
    }
}

/// Held until it is dropped.
pub type Lock = File;

/// Waits until nobody else holds this lock, and holds it until dropped. The file stays.
pub fn lock(path: &Path) -> Result<File, DiskError> {
    // Not truncated: should anybody have a file of this name, it stays as it is.
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(DiskError::new("create", path))?;
    file.lock().map_err(DiskError::new("lock", path))?;
    Ok(file)
}

/// Waits until nobody else holds the lock of this folder, and holds it until dropped.
pub fn lock_folder(path: &Path) -> Result<File, DiskError> {
    let folder = File::open(path).map_err(DiskError::new("open", path))?;
    folder.lock().map_err(DiskError::new("lock", path))?;
    Ok(folder)
}

/// Whether a folder holds a file, at any depth, whose name fits.
pub fn holds(folder: &Path, fits: impl Fn(&str) -> bool) -> Result<bool, DiskError> {
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.map_err(|error| DiskError::new("read", folder)(error.into()))?;
        if fits(&entry.file_name().to_string_lossy()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The absolute path of what exists.
pub fn absolute(path: &Path) -> Result<PathBuf, DiskError> {
    fs::canonicalize(path).map_err(DiskError::new("open", path))
}

/// A folder for a while, removed when dropped.
#[derive(Debug)]
pub struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// Makes a new folder below the system's folder for temporary files.
    pub fn new(name: &str) -> Result<Self, DiskError> {
        let parent = std::env::temp_dir();
        for number in 0..10_000 {
            let path = parent.join(format!("{name}-{}-{number}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(DiskError::new("create", &path)(error)),
            }
        }
        Err(DiskError::new("create", &parent)(io::Error::other("too many leftovers")))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // Nothing can be done about a folder that stays.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Appends whole lines to a file, below `header` if it is new, and waits until the
/// disk has them. Two writers take turns; a torn tail of a killed one is mended first:
/// `is_whole` tells whether a tail lacks only its line break.
pub fn append(
    path: &Path,
    header: &[u8],
    lines: &[u8],
    is_whole: fn(&[u8]) -> bool,
) -> Result<(), DiskError> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(DiskError::new("create", parent))?;
    let is_new = !path.exists();
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(path)
        .map_err(DiskError::new("open", path))?;
    file.lock().map_err(DiskError::new("lock", path))?;
    append_locked(&mut file, header, lines, is_whole).map_err(DiskError::new("append to", path))?;
    if is_new {
        // The name of a new file is only on the disk once its folder is. The rows are
        // written all the same, and some file systems cannot do this.
        let _ = File::open(parent).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

fn append_locked(
    file: &mut File,
    header: &[u8],
    lines: &[u8],
    is_whole: fn(&[u8]) -> bool,
) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    let tail = torn_tail(file, length)?;
    let mut keep = length;
    let mut text = Vec::with_capacity(lines.len() + header.len() + 1);
    if is_whole(&tail) {
        text.push(b'\n');
    } else if !tail.is_empty() {
        keep = length - tail.len() as u64;
        file.set_len(keep)?;
    }
    if keep == 0 {
        text.extend_from_slice(header);
    }
    text.extend_from_slice(lines);
    let written = file.write_all(&text).and_then(|()| file.sync_data());
    if written.is_err() {
        // Half a line on a full disk is worse than none. This can fail too; the next
        // writer then mends the tail.
        let _ = file.set_len(keep);
    }
    written
}

/// What follows the last line break.
fn torn_tail(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    let mut block = 4096;
    loop {
        let from = length.saturating_sub(block);
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        Read::by_ref(file).take(length - from).read_to_end(&mut bytes)?;
        if let Some(last) = bytes.iter().rposition(|byte| *byte == b'\n') {
            return Ok(bytes.split_off(last + 1));
        }
        if from == 0 {
            return Ok(bytes);
        }
        block *= 16;
    }
}

/// Removes a file.
pub fn remove_file(path: &Path) -> Result<(), DiskError> {
    fs::remove_file(path).map_err(DiskError::new("remove", path))
}

/// Removes a folder with all that is in it, if it is there.
pub fn remove(folder: &Path) -> Result<(), DiskError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(DiskError::new("remove", folder)(error))
        }
        _ => Ok(()),
    }
}
