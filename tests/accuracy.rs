//! How right the judgement is, measured on documents whose truth is known: our own labelled sets and passages always,
//! other authors' documents when `CROSSWALK_EVAL_DIR` names them. Writes one table per source to
//! `target/tmp/accuracy` and holds floors, so that a change that makes the judgement worse is seen.
//!
//! A document is judged by itself, so a removed file is a conclusion without its observations and a hollowed one is
//! judged once more: variants for every labelled clause cost next to nothing.

#![expect(clippy::print_stdout, reason = "the tables are what it is run for")]
#![expect(clippy::disallowed_methods, reason = "other authors' documents, and what to print, are named by the environment")]
#![expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]

#[path = "accuracy/drive_of_a_maker.rs"]
mod drive_of_a_maker;
#[path = "accuracy/labelled.rs"]
mod labelled;
#[path = "accuracy/measures.rs"]
mod measures;
#[path = "accuracy/passages.rs"]
mod passages;
#[path = "accuracy/reviewing.rs"]
mod reviewing;
#[path = "accuracy/variants.rs"]
mod variants;
#[path = "accuracy/voices.rs"]
mod voices;

/// Writes a part of the report into the target folder.
fn report(name: &str, text: &str) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("accuracy");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    std::fs::write(folder.join(format!("{name}.md")), text).expect("the report can be written");
}
