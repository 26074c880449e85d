//! What people say of incidents and maintenance, and what alerts and checks say of them, as it was typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::duration;

/// `aboveboard incident`
#[derive(Debug, Subcommand)]
pub enum Incident {
    /// Declare a new one
    New(NewIncident),
    /// Add an update to one; to the newest that is open, if none is named
    Update(IncidentUpdate),
    /// Say that one is over
    Resolve(Said),
    /// Raise, update and resolve those that the checks tell of
    Sync(Sync),
    /// Open one in $VISUAL or $EDITOR, and tell its mistakes afterwards
    Edit(Edit),
    /// Delete one that is not public yet
    Delete(Delete),
    /// List those that are open, and the newest of the past
    List(List),
}

/// `aboveboard alert`
#[derive(Debug, Args)]
#[command(
    override_usage = "aboveboard alert [OPTIONS] <FILE>\n       aboveboard alert [OPTIONS] --from <URL>"
)]
pub struct Alert {
    /// The file of the payload; `-` is the standard input
    #[arg(value_name = "FILE", required_unless_present = "from")]
    pub file: Option<PathBuf>,
    /// Ask this Alertmanager for all that fires, such as http://127.0.0.1:9093
    #[arg(long, value_name = "URL", conflicts_with = "file")]
    pub from: Option<String>,
    /// What git does with the files.
    #[command(flatten)]
    pub git: Git,
}

/// `aboveboard incident sync`
#[derive(Debug, Args)]
pub struct Sync {
    /// What git does with the files.
    #[command(flatten)]
    pub git: Git,
}

/// `aboveboard incident edit`
#[derive(Debug, Args)]
pub struct Edit {
    /// The file name without `.md` [default: the newest that is open]
    #[arg(value_name = "SLUG")]
    pub slug: Option<String>,
    /// What git does with it.
    #[command(flatten)]
    pub git: Git,
}

/// `aboveboard incident delete`
#[derive(Debug, Args)]
pub struct Delete {
    /// The file name without `.md`
    #[arg(value_name = "SLUG")]
    pub slug: String,
    /// Do not ask, and delete also what is public
    #[arg(long)]
    pub force: bool,
}

/// `aboveboard incident new`
#[derive(Debug, Args)]
pub struct NewIncident {
    /// What visitors read first, such as "API errors"; without it a terminal is asked for everything
    #[arg(value_name = "TITLE")]
    pub title: Option<String>,
    /// A component and how it does, such as api=major_outage; may be given again
    #[arg(long, value_name = "ID=STATUS")]
    pub affects: Vec<String>,
    /// Where the work on it stands [default: investigating]
    #[arg(long, value_name = "STATUS")]
    pub status: Option<String>,
    /// Take what is not given from `content/templates/NAME.md`: its title, `affected` and text
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,
    /// The file name without `.md`, such as issue-7 [default: the day and the title]
    #[arg(long, value_name = "NAME")]
    pub slug: Option<String>,
    /// What to tell visitors, and what git does with it.
    #[command(flatten)]
    pub words: Words,
}

/// `aboveboard incident update`
#[derive(Debug, Args)]
pub struct IncidentUpdate {
    /// The file name without `.md`
    #[arg(value_name = "SLUG")]
    pub slug: Option<String>,
    /// Where the work on it stands [default: as before]
    #[arg(long, value_name = "STATUS")]
    pub status: Option<String>,
    /// A component and how it does from now on, such as api=degraded_performance; may be given again
    #[arg(long, value_name = "ID=STATUS")]
    pub affects: Vec<String>,
    /// What to tell visitors, and what git does with it.
    #[command(flatten)]
    pub words: Words,
}

/// Which one, and what to say of it.
#[derive(Debug, Args)]
pub struct Said {
    /// The file name without `.md` [default: the one that this can be said of]
    #[arg(value_name = "SLUG")]
    pub slug: Option<String>,
    /// What to tell visitors, and what git does with it.
    #[command(flatten)]
    pub words: Words,
}

/// What is told, and what git does with it.
#[derive(Debug, Args)]
pub struct Words {
    /// What to tell visitors, in Markdown
    #[arg(
        long,
        short,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    pub message: String,
    /// What git does with it.
    #[command(flatten)]
    pub git: Git,
}

/// What git does with a file that was written.
#[derive(Debug, Args)]
pub struct Git {
    /// Commit the file on your branch
    #[arg(long)]
    pub commit: bool,
    /// Commit the file and push your branch, with all that is on it
    #[arg(long)]
    pub push: bool,
}

/// What a list is printed as.
#[derive(Debug, Args)]
pub struct List {
    /// Print the list as JSON
    #[arg(long)]
    pub json: bool,
}

/// `aboveboard maintenance`
#[derive(Debug, Subcommand)]
pub enum Maintenance {
    /// Plan a new one
    New(NewMaintenance),
    /// Say that the work has begun
    Start(Said),
    /// Say that the work is done
    Complete(Said),
    /// Give it another end
    Extend(Extend),
    /// Call it off
    Cancel(Said),
    /// List those that go on or are to come, and the newest of the past
    List(List),
}

/// `aboveboard maintenance extend`
#[derive(Debug, Args)]
pub struct Extend {
    /// The file name without `.md` [default: the one that goes on, or is next]
    #[arg(value_name = "SLUG")]
    pub slug: Option<String>,
    /// Its new end
    #[arg(long, value_name = "TIME", required_unless_present = "by")]
    pub until: Option<String>,
    /// How much later than planned it ends, such as 30m
    #[arg(long, value_name = "DURATION", value_parser = duration, conflicts_with = "until")]
    pub by: Option<i64>,
    /// What to tell visitors, and what git does with it.
    #[command(flatten)]
    pub words: Words,
}

/// `aboveboard maintenance new`
#[derive(Debug, Args)]
pub struct NewMaintenance {
    /// What visitors read first, such as "Database upgrade"; without it a terminal is asked for
    /// everything
    #[arg(value_name = "TITLE")]
    pub title: Option<String>,
    /// The id of a component that it concerns; may be given again
    #[arg(long, value_name = "ID")]
    pub affects: Vec<String>,
    /// When it begins, such as "2026-11-24 02:00 UTC"; without a zone in that of the site
    #[arg(long, value_name = "TIME")]
    pub start: Option<String>,
    /// When it ends
    #[arg(long, value_name = "TIME")]
    pub end: Option<String>,
    /// How long it takes, such as 2h
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, conflicts_with = "end")]
    pub length: Option<i64>,
    /// What to tell visitors, and what git does with it.
    #[command(flatten)]
    pub words: Words,
}
