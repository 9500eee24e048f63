//! `crosswalk catalog export`.

use std::path::Path;

use crate::app::export_catalog::{write_oscal, write_text};
use crate::catalog::{Catalog, oscal_documents};
use crate::cli::{Exit, Failure};

/// Writes the catalogs and mapping collections of OSCAL into a folder and says what was written.
pub(super) fn oscal(catalog: &Catalog, folder: Option<&Path>) -> Result<String, Failure> {
    let Some(folder) = folder else {
        return Err(Failure::new(Exit::Usage, "OSCAL is a folder of files, and no folder was named", "Add `--out FOLDER`."));
    };
    let documents = oscal_documents(catalog);
    write_oscal(folder, &documents)?;
    Ok(format!("{} files of OSCAL 1.2.1 in {}\n", documents.len(), folder.display()))
}

/// One row per clause, to a file or to be printed.
pub(super) fn csv(catalog: &Catalog, path: Option<&Path>) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut rows = vec![["standard", "clause", "title", "paraphrase", "stage", "rev", "constraints"].map(str::to_owned)];
    for standard in &catalog.standards {
        for clause in &standard.clauses {
            let requirement = clause.texts.requirement.split_whitespace().collect::<Vec<_>>().join(" ");
            rows.push([
                standard.id.clone(),
                clause.number.clone(),
                clause.title.clone(),
                requirement,
                clause.status.stage.word().to_owned(),
                clause.rev.to_string(),
                clause.constraints.iter().filter(|c| c.retired.is_none()).count().to_string(),
            ]);
        }
    }
    let failed = || Failure::new(Exit::Internal, "the rows could not be written", "Report this.");
    for row in rows {
        writer.write_record(row.map(|cell| without_formula(&cell))).map_err(|_| failed())?;
    }
    let text = String::from_utf8(writer.into_inner().map_err(|_| failed())?).map_err(|_| failed())?;
    let Some(path) = path else { return Ok(text) };
    write_text(path, &text)?;
    Ok(format!("{}\n", path.display()))
}

/// A cell that a spreadsheet does not take for a formula.
fn without_formula(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_owned() }
}
