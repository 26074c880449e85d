//! Where a published page is: a folder, or an address.

use std::path::PathBuf;

use serde::de::DeserializeOwned;
use url::Url;

use crate::commands::Failure;
use crate::files::Files;
use crate::model::template::Variables;
use crate::probe::{Downloads, Proxies};
use crate::{config, disk};

/// How many files are held at once.
const BATCH: usize = 8;

/// A published page.
pub enum Published {
    /// A folder that `build` made.
    Folder(PathBuf),
    /// The address of a site.
    Address(Url, Downloads),
}

/// What becomes of a file: its number, and its bytes if it is there.
type Take<'t> = dyn FnMut(usize, Option<Vec<u8>>) + 't;

impl Published {
    /// An address begins with `http://` or `https://`; all else is a folder.
    pub fn open(place: &str, variables: &Variables) -> Result<Self, Failure> {
        if !place.starts_with("http://") && !place.starts_with("https://") {
            let folder = PathBuf::from(place);
            if folder.join(config::FILE).is_file() && !folder.join("status.json").is_file() {
                return Err(Failure::Usage(format!(
                    "`{place}` is the folder of a site, not of a page; name what `aboveboard build` has published, such as `{}`",
                    folder.join("public").display()
                )));
            }
            if folder.is_dir() {
                return Ok(Self::Folder(folder));
            }
            return Err(Failure::Usage(format!(
                "there is no folder `{place}`; name one that `aboveboard build` has published, or the address of a site, which begins with `https://`"
            )));
        }
        let url = config::site_url(place).ok_or_else(|| {
            Failure::Usage(format!("`{place}` is not the address of a site; write one such as `https://acme.github.io/status`"))
        })?;
        let downloads = Downloads::new(Proxies::from_variables(variables))
            .map_err(|error| Failure::World(format!("cannot begin to download: {error}")))?;
        Ok(Self::Address(url, downloads))
    }

    /// Hands over files one by one, in order.
    pub fn each(&self, paths: &[String], take: &mut Take<'_>) -> Result<(), Failure> {
        let mut number = 0;
        for batch in paths.chunks(BATCH) {
            match self {
                Self::Folder(folder) => {
                    for path in batch {
                        match disk::read(&folder.join(path)) {
                            Ok(bytes) => take(number, Some(bytes)),
                            Err(error) if error.is_not_found() => take(number, None),
                            Err(error) => return Err(error.into()),
                        }
                        number += 1;
                    }
                }
                Self::Address(url, downloads) => {
                    let urls = batch.iter().map(|path| address(url, path)).collect();
                    for (path, file) in batch.iter().zip(downloads.get(urls)) {
                        let bytes = file.map_err(|why| {
                            Failure::World(format!(
                                "cannot get `{}`: {why}; is this the address of the page?",
                                address(url, path)
                            ))
                        })?;
                        take(number, bytes);
                        number += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// A file that must be there.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let mut found = None;
        self.each(&[path.to_owned()], &mut |_, bytes| found = bytes)?;
        found.ok_or_else(|| self.broken(path, "it is not there"))
    }

    /// The same, as JSON.
    pub fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let bytes = self.bytes(path)?;
        serde_json::from_slice(&bytes).map_err(|error| self.broken(path, &error.to_string()))
    }

    /// The failure of a page that cannot be verified at all.
    pub fn broken(&self, path: &str, why: &str) -> Failure {
        let place = match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Address(url, _) => url.to_string(),
        };
        Failure::World(format!(
            "`{place}` cannot be verified, for its `{path}` cannot be used: {why}; was it published by `aboveboard build`?"
        ))
    }

    /// Files of a folder that are no part of the page. Who knows a page by its address only
    /// cannot tell.
    pub fn others(&self, files: &Files) -> Result<Vec<String>, Failure> {
        let Self::Folder(folder) = self else { return Ok(Vec::new()) };
        let mut others = disk::entries(folder)?;
        others.retain(|path| !files.has(path) && path != disk::MARKER);
        Ok(others)
    }
}

/// The address of a file. A host shows a folder's page at the folder.
fn address(site: &Url, path: &str) -> Url {
    let path = match path.strip_suffix("index.html") {
        Some(folder) => folder,
        None => path,
    };
    let mut url = site.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/'));
    }
    url
}
