//! `crosswalk catalog try`.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::app::extract_file::extract_file;
use crate::assessment::{Chosen, Engine, Trial, Verdict, WHOLE_STANDARD};
use crate::catalog::{Catalog, SafetyClass};
use crate::cli::catalog::show::unknown;
use crate::cli::{Exit, Failure};
use crate::evidence::{FileContent, SourceFile};

/// Which constraints of an entry a document meets, and why not the others.
pub(super) fn run(catalog: Catalog, entry: &str, path: &Path) -> Result<String, Failure> {
    let (standard, number) = entry
        .match_indices('/')
        .map(|(at, _)| (entry[..at].to_owned(), entry[at + 1..].to_owned()))
        .find(|(standard, number)| catalog.clause(standard, number).is_some())
        .ok_or_else(|| unknown(&catalog, entry))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let document = extract_file(path)?;
    let chosen = Chosen { standards: vec![standard.clone()], profile: WHOLE_STANDARD.to_owned(), safety_class: SafetyClass::C };
    let refused = || Failure::new(Exit::Internal, "the judge refuses this catalog", "Run `crosswalk catalog check`.");
    let engine = Engine::new(Arc::new(catalog), chosen).map_err(|_| refused())?;
    let file = SourceFile {
        path: name.clone(),
        file_id: None,
        resource_key: None,
        mime: String::new(),
        revision: None,
        content: FileContent::Stored { size_bytes: None, checksum: None },
        web_link: None,
    };
    let trials = engine.try_clause(&standard, &number, &file, &document).ok_or_else(refused)?;
    Ok(as_text(entry, &name, &trials))
}

fn as_text(entry: &str, name: &str, trials: &[Trial]) -> String {
    let mut out = format!("{entry} by {name}\n");
    for trial in trials {
        let _ = writeln!(out, "\n{} {}: {}", trial.constraint, trial.verdict.in_words(), trial.shall);
        let Some(components) = &trial.components else {
            let _ = writeln!(out, "  The document does not speak of it.");
            cues(&mut out, trial);
            continue;
        };
        let _ = writeln!(out, "  {}", components.because);
        for evidence in &trial.evidence {
            let counts = if trial.verdict >= Verdict::Weak { "" } else { " (near, does not count)" };
            let _ = writeln!(out, "  \u{201c}{}\u{201d}{counts}", evidence.quote);
        }
        if let Some(kind) = &components.document_kind {
            let by = components.document_kind_by.as_deref().unwrap_or("nothing tells");
            let language = components.language.as_deref().unwrap_or("unknown");
            let _ = writeln!(out, "  Kind of document: {kind} ({by}). Language: {language}. Finder: {:.2}.", components.finder.value());
        }
        if !components.vetoes.is_empty() {
            let _ = writeln!(out, "  Against it: {}.", components.vetoes.join(", "));
        }
        if trial.verdict < Verdict::Supported {
            cues(&mut out, trial);
        }
    }
    out
}

fn cues(out: &mut String, trial: &Trial) {
    for (number, cue) in (1..).zip(&trial.cues) {
        let lack = if cue.missing.is_empty() {
            "all named, but not together, or a pattern or veto stands against it".to_owned()
        } else {
            format!("the document never names {}", cue.missing.join(", "))
        };
        let _ = writeln!(out, "  cue {number} ({}): {lack}", cue.asked.join(" + "));
    }
}
