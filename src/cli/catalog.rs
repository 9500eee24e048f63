//! `crosswalk catalog`: check, list, show, compare and export the catalog of clauses, and help its authors.

mod attempt;
mod check;
mod compare;
mod export;
mod mistakes;
mod show;
mod skeleton;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use crate::app::open_catalog::{self, OpenedCatalog};
use crate::catalog::{Catalog, Clause};
use crate::cli::{Exit, Failure};

/// Arguments of `crosswalk catalog`.
#[derive(Args)]
pub struct CatalogArgs {
    #[command(subcommand)]
    command: CatalogCommand,
}

#[derive(Subcommand)]
enum CatalogCommand {
    /// Find every mistake in the catalog and run the entries' own tests.
    Check {
        #[command(flatten)]
        source: SourceArgs,
    },
    /// List all clauses with requirements.
    List {
        #[command(flatten)]
        source: SourceArgs,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Show one clause, or a standard with its clauses.
    Show {
        /// `iec-81001-5-1-2021/4.2`, or `iec-81001-5-1-2021`.
        id: String,
        #[command(flatten)]
        source: SourceArgs,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Print the skeleton of a full entry for a clause that has none yet.
    New {
        /// Id of the standard: `iec-62366-1-2015-a1-2020`.
        standard: String,
        /// Number of the clause: `5.1`.
        clause: String,
        #[command(flatten)]
        source: SourceArgs,
    },
    /// Try one document on one entry: which constraints it meets, and why not the others.
    Try {
        /// `iec-81001-5-1-2021/4.2`.
        entry: String,
        /// The document.
        file: PathBuf,
        #[command(flatten)]
        source: SourceArgs,
    },
    /// Say what changed in meaning between two catalogs.
    Diff {
        /// The older one: a folder in the catalog's format, or `built-in`.
        old: PathBuf,
        /// The newer one, likewise.
        new: PathBuf,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Write the catalog in a format of others: OSCAL 1.2.1 (NIST) as a folder of JSON files, or CSV.
    Export {
        #[command(flatten)]
        source: SourceArgs,
        /// What to write.
        #[arg(long, value_enum)]
        format: ExportFormat,
        /// For OSCAL the folder, which is made; for CSV the file (without it, the terminal).
        #[arg(long, value_name = "PATH")]
        out: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum ExportFormat {
    /// Catalogs and mapping collections of OSCAL 1.2.1.
    Oscal,
    /// One row per clause; `--catalog` reads it again.
    Csv,
}

#[derive(Args)]
struct SourceArgs {
    /// Your own requirements: a folder in the catalog's format, or a CSV or JSONL file. A folder with a
    /// catalog.toml stands in place of the built-in catalog.
    #[arg(long, value_name = "PATH")]
    catalog: Option<PathBuf>,
    /// Judge imported rows by their own text even where the built-in catalog has an entry for the clause.
    #[arg(long, requires = "catalog")]
    no_alias: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For scripts.
    Json,
}

/// Runs the command.
///
/// # Errors
/// What happened and what to do, with the exit code.
pub fn run(args: &CatalogArgs) -> Result<Exit, Failure> {
    let text = match &args.command {
        CatalogCommand::Check { source } => check::run(source)?,
        CatalogCommand::List { source, format } => {
            let (catalog, _) = open(source.catalog.as_deref(), source.no_alias)?;
            match format {
                Format::Text => list_as_text(&catalog),
                Format::Json => list_as_json(&catalog),
            }
        }
        CatalogCommand::Show { id, source, format } => {
            let (catalog, _) = open(source.catalog.as_deref(), source.no_alias)?;
            show::run(&catalog, id, *format)?
        }
        CatalogCommand::New { standard, clause, source } => {
            skeleton::run(&open(source.catalog.as_deref(), source.no_alias)?.0, standard, clause)?
        }
        CatalogCommand::Try { entry, file, source } => attempt::run(open(source.catalog.as_deref(), source.no_alias)?.0, entry, file)?,
        CatalogCommand::Diff { old, new, format } => compare::run(old, new, *format)?,
        CatalogCommand::Export { source, format, out } => {
            let (catalog, _) = open(source.catalog.as_deref(), source.no_alias)?;
            match format {
                ExportFormat::Oscal => export::oscal(&catalog, out.as_deref())?,
                ExportFormat::Csv => export::csv(&catalog, out.as_deref())?,
            }
        }
    };
    print(&text)?;
    Ok(Exit::Done)
}

/// Opens the catalog of a run. Notices and mistakes go to stderr. Gives the catalog and the ids of the standards
/// that the path added.
///
/// # Errors
/// The path cannot be read, or the catalog has mistakes.
pub(crate) fn open(path: Option<&Path>, no_alias: bool) -> Result<(Catalog, Vec<String>), Failure> {
    let opened = read(path, no_alias)?;
    let count = opened.mistakes.len();
    match opened.catalog {
        Some(catalog) => Ok((catalog, opened.added)),
        None => Err(mistakes::failure(count)),
    }
}

/// Reads the catalog and prints its notices and mistakes on stderr.
fn read(path: Option<&Path>, no_alias: bool) -> Result<OpenedCatalog, Failure> {
    let opened = open_catalog::open(path, no_alias).map_err(|(path, error)| {
        Failure::new(
            Exit::Usage,
            format!("the catalog {} cannot be read: {error}", path.display()),
            "Give a folder in the catalog's format, or a CSV or JSONL file with standard, clause, title and paraphrase.",
        )
    })?;
    for notice in &opened.notices {
        let _ = writeln!(std::io::stderr().lock(), "{}", super::outcome::printable(notice));
    }
    mistakes::print(&opened.mistakes, &opened.texts);
    Ok(opened)
}

fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // The reader of a pipe may stop reading; that is its right.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Internal, format!("the result could not be printed: {error}"), "Check where the output goes."))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn list_as_text(catalog: &Catalog) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for standard in &catalog.standards {
        let _ = writeln!(out, "{}  {}", standard.id, standard.title);
        for clause in &standard.clauses {
            let _ = writeln!(out, "  {:<12} {:<14} {}", clause.number, stage_and_count(clause), clause.title);
        }
    }
    out
}

fn stage_and_count(clause: &Clause) -> String {
    match clause.constraints.len() {
        1 => clause.status.stage.word().to_owned(),
        count => format!("{} ({count})", clause.status.stage.word()),
    }
}

fn list_as_json(catalog: &Catalog) -> String {
    let rows: Vec<serde_json::Value> = catalog
        .standards
        .iter()
        .flat_map(|standard| {
            standard.clauses.iter().map(|clause| {
                serde_json::json!({
                    "standard": standard.id,
                    "clause": clause.number,
                    "title": clause.title,
                    "constraints": clause.constraints.len(),
                    "stage": clause.status.stage.word(),
                })
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::Array(rows))
}
