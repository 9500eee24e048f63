//! DOCX to a document: opens the container, reads styles, body, notes, headers and footers, and hands the pieces to
//! the assembly in reading order. It never follows a link out of the container and never reads comments.

mod body;
mod open;
mod pieces;
mod styles;

use crate::evidence::{BlockKind, Document, Locator, Unreadable, Visibility};
use crate::extract::assembly::{Assembly, Looks};
use crate::extract::docx::pieces::{Piece, PieceKind, Row};
use crate::extract::docx::styles::Styles;
use crate::extract::package::Package;
use crate::ports::ExtractLimits;

/// Reads a Word document.
pub fn read(bytes: &[u8], limits: &ExtractLimits) -> Result<Document, Unreadable> {
    let mut package = Package::open(bytes, limits)?;
    let main = package.related("_rels/.rels", "officeDocument")?.unwrap_or_else(|| "word/document.xml".into());
    let folder = main.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"));
    let styles = match package.text(&format!("{folder}styles.xml"))? {
        Some(text) => Styles::parse(&text)?,
        None => Styles::default(),
    };
    let text = match package.text(&main)? {
        Some(text) => text,
        None => package
            .text("word/document.xml")?
            .ok_or_else(|| Unreadable::Damaged { detail: "its container has no main document part".into() })?,
    };
    let mut pieces = body::parse(&text, &styles, limits)?;
    drop(text);
    pieces::guess_headings(&mut pieces);

    let mut assembly = Assembly::new(limits);
    if let Some(title) = pieces.iter().find(|piece| matches!(piece.kind, PieceKind::Title)) {
        assembly.set_title(&title.visible);
    }
    if let Some(title) = package.title() {
        assembly.set_title(&title);
    }
    let mut tables = 0;
    for piece in pieces {
        push(&mut assembly, piece, &mut tables)?;
    }
    for (part, kind) in [("footnotes.xml", BlockKind::Footnote), ("endnotes.xml", BlockKind::Footnote)] {
        if let Some(text) = package.text(&format!("{folder}{part}"))? {
            push_flat(&mut assembly, body::parse(&text, &styles, limits)?, &kind, &mut Vec::new())?;
        }
    }
    let mut seen = Vec::new();
    for prefix in ["header", "footer"] {
        for name in package.names(&format!("{folder}{prefix}"), ".xml") {
            if let Some(text) = package.text(&name)? {
                push_flat(&mut assembly, body::parse(&text, &styles, limits)?, &BlockKind::PageMargin, &mut seen)?;
            }
        }
    }
    Ok(assembly.finish())
}

fn push(assembly: &mut Assembly, piece: Piece, tables: &mut u32) -> Result<(), Unreadable> {
    let kind = match piece.kind {
        PieceKind::Table(rows) => return push_table(assembly, &rows, tables),
        PieceKind::Heading(level) => BlockKind::Heading { level },
        PieceKind::Title => BlockKind::Heading { level: 1 },
        PieceKind::Paragraph => BlockKind::Paragraph,
        PieceKind::ListItem(level) => BlockKind::ListItem { level },
        PieceKind::Contents => BlockKind::ContentsEntry,
    };
    if piece.visible.trim().is_empty() && piece.hidden.trim().is_empty() {
        return Ok(());
    }
    assembly.next_paragraph();
    let looks = Looks { visibility: Visibility::Visible, is_italic: piece.is_italic };
    assembly.push(kind, &piece.visible, Locator::default(), looks)?;
    assembly.push(BlockKind::Paragraph, &piece.hidden, Locator::default(), Looks::HIDDEN)
}

fn push_table(assembly: &mut Assembly, rows: &[Row], tables: &mut u32) -> Result<(), Unreadable> {
    *tables += 1;
    let names_columns = pieces::first_row_names_columns(rows);
    let has_marked_header = rows.iter().any(|row| row.is_header);
    for (number, row) in (1_u32..).zip(rows) {
        let place = || Locator { table: Some(*tables), row: Some(number), ..Locator::default() };
        let is_header = if has_marked_header { row.is_header } else { number == 1 && names_columns };
        let cells: Vec<String> = row.cells.iter().map(|cell| cell.visible.clone()).collect();
        let looks = Looks { visibility: Visibility::Visible, is_italic: row.is_italic() };
        assembly.push_row(&cells, is_header, place(), looks)?;
        let hidden: Vec<String> = row.cells.iter().map(|cell| cell.hidden.clone()).collect();
        assembly.push_row(&hidden, false, place(), Looks::HIDDEN)?;
    }
    Ok(())
}

/// Pushes the pieces of a part that is no body: every paragraph and row as that kind, each text once.
fn push_flat(assembly: &mut Assembly, pieces: Vec<Piece>, kind: &BlockKind, seen: &mut Vec<String>) -> Result<(), Unreadable> {
    for piece in pieces {
        let texts = match piece.kind {
            PieceKind::Table(rows) => rows.iter().map(Row::text).collect(),
            PieceKind::Heading(_) | PieceKind::Title | PieceKind::Paragraph | PieceKind::ListItem(_) | PieceKind::Contents => {
                vec![piece.visible]
            }
        };
        for text in texts {
            if *kind == BlockKind::PageMargin && seen.contains(&text) {
                continue;
            }
            assembly.push(kind.clone(), &text, Locator::default(), Looks::default())?;
            if seen.len() < 1000 {
                seen.push(text);
            }
        }
    }
    Ok(())
}
