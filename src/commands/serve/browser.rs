//! Opens the browser of the person at this machine.

use std::process::{Command, Stdio};

use crate::commands::err;

/// The program that opens an address with whatever is meant for it.
const PROGRAM: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// Opens a page. When nothing opens it, one can still do so by hand, so this is only told.
pub fn open(page: &str) {
    let child = Command::new(PROGRAM)
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return tell(page, &error),
    };
    // It may last as long as the browser does.
    std::thread::spawn({
        let page = page.to_owned();
        move || match child.wait() {
            Ok(status) if status.success() => {}
            Ok(status) => tell(&page, &status),
            Err(error) => tell(&page, &error),
        }
    });
}

fn tell(page: &str, why: &dyn std::fmt::Display) {
    err(format_args!("warning: `{PROGRAM}` did not open the page: {why}; open {page} by hand"));
}
