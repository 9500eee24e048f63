//! The sample company: a fictional maker of wound-documentation software, and its documents.
//! It owns which documents exist and where they lie in the Drive; it never renders them itself.

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::source_text::{Part, SourceText, parse};
use super::{render_docx, render_pdf, render_scan, render_xlsx};

/// The documents, in the order in which they are listed.
const SOURCES: &[&str] = &[
    include_str!("company/quality_manual.md"),
    include_str!("company/security_risk_procedure.md"),
    include_str!("company/disclosure_procedure.md"),
    include_str!("company/maintenance_procedure_de.md"),
    include_str!("company/risk_management_plan.md"),
    include_str!("company/threat_model.md"),
    include_str!("company/security_risk_register.md"),
    include_str!("company/security_requirements.md"),
    include_str!("company/penetration_test_report.md"),
    include_str!("company/software_development_plan.md"),
    include_str!("company/soup_list.md"),
    include_str!("company/configuration_management_de.md"),
    include_str!("company/document1_defect_review.md"),
    include_str!("company/scan_code_review.md"),
    include_str!("company/security_test_report_unfilled.md"),
    include_str!("company/vulnerability_monitoring_draft.md"),
    include_str!("company/threat_model_obsolete.md"),
    include_str!("company/operations_security_plan.md"),
    include_str!("company/clause_mapping.md"),
    include_str!("company/brochure.md"),
    include_str!("company/supplier_questionnaire.md"),
    include_str!("company/invoice.md"),
    include_str!("company/hosting_audit_encrypted.md"),
    include_str!("company/release_notes_a.md"),
    include_str!("company/release_notes_b.md"),
    include_str!("company/hostile_name.md"),
    include_str!("company/trashed_notes.md"),
    include_str!("company/consultant_notes.md"),
    include_str!("company/security_guide.md"),
    include_str!("company/accompanying_review.md"),
    include_str!("company/shortcut_threat_model.md"),
];

/// How a document is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Word document.
    Docx,
    /// PDF with text.
    Pdf,
    /// PDF whose pages are pictures.
    ScannedPdf,
    /// PDF that opens only with a password.
    EncryptedPdf,
    /// Excel workbook.
    Xlsx,
    /// Google Doc, exported as Word.
    GoogleDoc,
    /// Google Sheet, exported as Excel.
    GoogleSheet,
    /// A pointer to another file of the Drive.
    Shortcut,
}

/// Where in the simulated Drive a document lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    MyDrive,
    SharedWithMe,
    SharedDrive,
    Trash,
}

/// What is wrong with the sample company.
#[derive(Debug, Error)]
pub enum CompanyError {
    /// A source names a format that does not exist.
    #[error("document {name:?} has the unknown format {format:?}")]
    UnknownFormat {
        /// Name of the document.
        name: String,
        /// What it says.
        format: String,
    },
    /// A document could not be rendered.
    #[error("document {name:?} could not be rendered: {detail}")]
    Render {
        /// Name of the document.
        name: String,
        /// Why.
        detail: String,
    },
}

/// One document of the company.
#[derive(Debug, Clone)]
pub struct CompanyFile {
    /// File name, without folder.
    pub name: String,
    /// Folders from the root, `/`-separated; empty for the root.
    pub folder: String,
    /// How it is stored.
    pub format: FileFormat,
    /// Last change, RFC 3339.
    pub modified: String,
    pub(super) place: Place,
    pub(super) points_to: String,
    pub(super) source: SourceText,
}

/// A rendered document as a plain file.
#[derive(Clone)]
pub struct RenderedFile {
    /// Path relative to the root, `/`-separated; Google-native documents carry the extension of their export.
    pub path: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A company with its documents.
#[derive(Debug, Clone)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// The person whose Drive it is.
    pub owner_name: String,
    /// Their e-mail address (reserved domain).
    pub owner_email: String,
    /// The documents.
    pub files: Vec<CompanyFile>,
}

impl Company {
    /// The built-in sample company.
    ///
    /// # Errors
    /// When a built-in source names an unknown format; a test keeps that from happening.
    pub fn sample() -> Result<Self, CompanyError> {
        Ok(Self {
            name: "Tannhauer Medical GmbH (fictional)".to_owned(),
            owner_name: "Ines Brandl".to_owned(),
            owner_email: "ines.brandl@tannhauer-medical.example".to_owned(),
            files: SOURCES.iter().map(|text| CompanyFile::from_source(text)).collect::<Result<_, _>>()?,
        })
    }

    /// Puts a sentence with a unique word at the end of each document and gives (file name, word) back, so that a
    /// test can search for the words where no document text may be. Shortcuts have no text and are left out.
    pub fn plant_canaries(&mut self) -> Vec<(String, String)> {
        let mut planted = Vec::new();
        for (number, file) in self.files.iter_mut().enumerate().filter(|(_, file)| file.format != FileFormat::Shortcut) {
            let digest = Sha256::digest(format!("canary {number} {}", file.name));
            let word = format!("CANARY{number:02}{}", hexadecimal(&digest[..6]).to_uppercase());
            file.source.parts.push(Part::Paragraph(format!("Archive mark {word} of the filing office.")));
            planted.push((file.name.clone(), word));
        }
        planted
    }

    /// Every document that lies in the owner's Drive and is not a shortcut or in the trash, as a plain file, so that
    /// a test can put the same documents into a folder. Names that a file system does not take are changed: `/`
    /// becomes `_`, a repeated name gets ` (2)`.
    ///
    /// # Errors
    /// When a document cannot be rendered.
    pub fn render_files(&self) -> Result<Vec<RenderedFile>, CompanyError> {
        let mut rendered: Vec<RenderedFile> = Vec::new();
        for file in self.files.iter().filter(|file| file.place != Place::Trash && file.format != FileFormat::Shortcut) {
            let folder = match file.place {
                Place::SharedDrive => format!("Shared drives/{}", file.folder),
                Place::SharedWithMe => "Shared with me".to_owned(),
                Place::MyDrive | Place::Trash => file.folder.clone(),
            };
            let mut name = file.name.replace('/', "_");
            name.push_str(file.export_extension());
            let path = unused_path(&folder, &name, &rendered);
            rendered.push(RenderedFile { path, bytes: file.render()? });
        }
        Ok(rendered)
    }
}

impl CompanyFile {
    /// Reads one source.
    pub(super) fn from_source(text: &str) -> Result<Self, CompanyError> {
        let source = parse(text);
        let name = source.fact("name").to_owned();
        let format = match source.fact("format") {
            "docx" => FileFormat::Docx,
            "pdf" => FileFormat::Pdf,
            "scanned-pdf" => FileFormat::ScannedPdf,
            "encrypted-pdf" => FileFormat::EncryptedPdf,
            "xlsx" => FileFormat::Xlsx,
            "gdoc" => FileFormat::GoogleDoc,
            "gsheet" => FileFormat::GoogleSheet,
            "shortcut" => FileFormat::Shortcut,
            other => return Err(CompanyError::UnknownFormat { name, format: other.to_owned() }),
        };
        let place = match source.fact("place") {
            "shared-with-me" => Place::SharedWithMe,
            "shared-drive" => Place::SharedDrive,
            "trash" => Place::Trash,
            _ => Place::MyDrive,
        };
        Ok(Self {
            name,
            folder: source.fact("folder").to_owned(),
            format,
            modified: source.fact("modified").to_owned(),
            place,
            points_to: source.fact("points-to").to_owned(),
            source,
        })
    }

    /// The bytes of the file, or of its export when it is Google-native. A shortcut has none.
    ///
    /// # Errors
    /// When a document cannot be rendered.
    pub fn render(&self) -> Result<Vec<u8>, CompanyError> {
        let rendered = match self.format {
            FileFormat::Docx | FileFormat::GoogleDoc => render_docx::render(&self.source),
            FileFormat::Xlsx | FileFormat::GoogleSheet => render_xlsx::render(&self.source),
            FileFormat::Pdf => render_pdf::render(&self.source),
            FileFormat::EncryptedPdf => render_pdf::render_encrypted(&self.source, "nordkamm-2026"),
            FileFormat::ScannedPdf => render_scan::render(&self.source),
            FileFormat::Shortcut => Ok(Vec::new()),
        };
        rendered.map_err(|detail| CompanyError::Render { name: self.name.clone(), detail })
    }

    /// What a Google-native document is called when it becomes a file.
    fn export_extension(&self) -> &'static str {
        match self.format {
            FileFormat::GoogleDoc => ".docx",
            FileFormat::GoogleSheet => ".xlsx",
            FileFormat::Docx
            | FileFormat::Pdf
            | FileFormat::ScannedPdf
            | FileFormat::EncryptedPdf
            | FileFormat::Xlsx
            | FileFormat::Shortcut => "",
        }
    }
}

/// Lower-case hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unused_path(folder: &str, name: &str, taken: &[RenderedFile]) -> String {
    let join = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let mut path = join(name);
    let mut number = 2;
    while taken.iter().any(|file| file.path == path) {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        path = join(&format!("{stem} ({number}).{extension}"));
        number += 1;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_renders_and_renders_the_same_twice() {
        let company = Company::sample().unwrap();
        let (first, second) = (company.render_files().unwrap(), company.render_files().unwrap());
        assert!(first.len() >= 25, "{} documents", first.len());
        for (a, b) in first.iter().zip(&second) {
            assert!(a.bytes.len() > 500, "{} is nearly empty", a.path);
            assert!(a.bytes == b.bytes, "{} differs between two renderings", a.path);
        }
    }

    #[test]
    fn canaries_are_unique_and_change_the_documents() {
        let mut company = Company::sample().unwrap();
        let before = company.files[0].render().unwrap();
        let canaries = company.plant_canaries();
        let unique: std::collections::BTreeSet<_> = canaries.iter().map(|(_, word)| word).collect();
        assert_eq!(unique.len(), canaries.len());
        assert_ne!(before, company.files[0].render().unwrap());
    }
}
