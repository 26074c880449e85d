//! Publishing: a folder becomes another one, all at once.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::{DiskError, entries, lock, remove};
use crate::files::{Content, Files};

/// The file that marks a folder as ours.
pub const MARKER: &str = ".aboveboard";
const MARKER_TEXT: &str = "Made by `aboveboard build`, which replaces this folder as a whole.\n";

/// What publishing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Files of the site.
    pub files: usize,
    /// Those that were written, because they are new or differ.
    pub written: usize,
}

/// Why a folder was not published.
#[derive(Debug)]
pub enum PublishError {
    /// The folder holds something that we did not make.
    NotOurs(PathBuf),
    /// The disk refused.
    Disk(DiskError),
}

impl From<DiskError> for PublishError {
    fn from(error: DiskError) -> Self {
        Self::Disk(error)
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOurs(path) => write!(
                f,
                "`{}` holds files that aboveboard did not make, and a build would replace them; name another folder with `--output`, or empty this one",
                path.display()
            ),
            Self::Disk(error) => error.fmt(f),
        }
    }
}

/// Makes `output` hold exactly `files`, all at once: a reader sees the old folder or the
/// new one, also when this is killed at any moment.
///
/// The new folder is built beside the old one, where files that did not change are hard
/// links to the published ones; then the two change places.
pub fn publish(files: &Files, output: &Path) -> Result<Published, PublishError> {
    let output = resolve(output)?;
    let exists = output.exists();
    if exists && !is_ours(&output)? {
        return Err(PublishError::NotOurs(output));
    }
    let parent = output.parent().unwrap_or(Path::new("/"));
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    fs::create_dir_all(parent).map_err(DiskError::new("create", parent))?;
    let _lock = lock(&parent.join(format!(".{name}.lock")))?;

    // What a killed build may have left.
    let staging = parent.join(format!(".{name}.new"));
    remove(&staging)?;

    // Another build may have made it while this one waited.
    let exists = output.exists();
    let changed: Vec<&str> = files
        .iter()
        .filter(|(path, content)| !is_same(&output.join(path), content))
        .map(|(path, _)| path)
        .collect();
    let published = Published { files: files.len(), written: changed.len() };
    if changed.is_empty() && exists && !has_others(&output, files)? {
        return Ok(published);
    }
    fs::create_dir(&staging).map_err(DiskError::new("create", &staging))?;
    stage(files, &changed, &output, &staging)?;
    if exists {
        exchange(&staging, &output)?;
        remove(&staging)?;
    } else {
        fs::rename(&staging, &output).map_err(DiskError::new("rename", &staging))?;
    }
    Ok(published)
}

/// The absolute path, with a link at its end followed, so that the link stays.
fn resolve(output: &Path) -> Result<PathBuf, DiskError> {
    if output.exists() || output.is_symlink() {
        return fs::canonicalize(output).map_err(DiskError::new("open", output));
    }
    std::path::absolute(output).map_err(DiskError::new("open", output))
}

fn is_ours(output: &Path) -> Result<bool, DiskError> {
    if output.join(MARKER).is_file() {
        return Ok(true);
    }
    let mut entries = fs::read_dir(output).map_err(DiskError::new("read", output))?;
    Ok(entries.next().is_none())
}

fn is_same(path: &Path, content: &Content) -> bool {
    let same = || -> io::Result<bool> {
        let meta = fs::symlink_metadata(path)?;
        let length = match content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Copy { length, .. } => *length,
        };
        if !meta.is_file() || meta.len() != length {
            return Ok(false);
        }
        match content {
            Content::Bytes(bytes) => Ok(fs::read(path)? == *bytes),
            Content::Copy { source, length } => {
                same_bytes(File::open(path)?, File::open(source)?.take(*length))
            }
        }
    };
    same().unwrap_or(false)
}

fn same_bytes(mut a: impl Read, mut b: impl Read) -> io::Result<bool> {
    let (mut left, mut right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let count = a.read(&mut left)?;
        if count == 0 {
            return Ok(b.read(&mut right)? == 0);
        }
        if b.read_exact(&mut right[..count]).is_err() || left[..count] != right[..count] {
            return Ok(false);
        }
    }
}

/// Whether the published folder holds a file that the site no longer has.
fn has_others(output: &Path, files: &Files) -> Result<bool, DiskError> {
    Ok(entries(output)?.len() != files.len() + 1)
}

fn stage(files: &Files, changed: &[&str], output: &Path, staging: &Path) -> Result<(), DiskError> {
    let mut changed = changed.iter().copied().peekable();
    let mut last_folder = PathBuf::new();
    for (path, content) in files.iter() {
        let target = staging.join(path);
        if let Some(folder) = target.parent().filter(|folder| *folder != last_folder) {
            fs::create_dir_all(folder).map_err(DiskError::new("create", folder))?;
            last_folder = folder.to_owned();
        }
        // Both lists are in the order of the paths.
        let is_changed = changed.next_if_eq(&path).is_some();
        let linked = !is_changed && fs::hard_link(output.join(path), &target).is_ok();
        if !linked {
            write(content, &target).map_err(DiskError::new("write", &target))?;
        }
    }
    let marker = staging.join(MARKER);
    fs::write(&marker, MARKER_TEXT).map_err(DiskError::new("write", &marker))
}

fn write(content: &Content, target: &Path) -> io::Result<()> {
    let mut file = File::create_new(target)?;
    match content {
        Content::Bytes(bytes) => file.write_all(bytes),
        Content::Copy { source, length } => {
            let copied = io::copy(&mut File::open(source)?.take(*length), &mut file)?;
            if copied < *length {
                return Err(io::Error::other(
                    "the history file became shorter while it was published",
                ));
            }
            Ok(())
        }
    }
}

/// Lets two folders change places.
fn exchange(staging: &Path, output: &Path) -> Result<(), DiskError> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, staging, CWD, output, RenameFlags::EXCHANGE) {
            Ok(()) => return Ok(()),
            // Some file systems cannot; the slower way works on all.
            Err(
                rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP,
            ) => {}
            Err(error) => return Err(DiskError::new("replace", output)(error.into())),
        }
    }
    let mut aside = staging.as_os_str().to_owned();
    aside.push(".old");
    let aside = PathBuf::from(aside);
    remove(&aside)?;
    fs::rename(output, &aside).map_err(DiskError::new("rename", output))?;
    if let Err(error) = fs::rename(staging, output) {
        let back = fs::rename(&aside, output);
        return Err(DiskError::new("replace", output)(back.err().unwrap_or(error)));
    }
    fs::rename(&aside, staging).map_err(DiskError::new("rename", &aside))
}
