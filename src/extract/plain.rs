//! Plain text, Markdown and separated values to documents. It guesses no headings in plain text.

use crate::evidence::{BlockKind, Document, Locator, Unreadable};
use crate::extract::assembly::{Assembly, Looks};
use crate::extract::spreadsheet::{looks_like_header, range};
use crate::ports::ExtractLimits;

/// Plain text: paragraphs are separated by blank lines; a line that begins with a list mark is a list item.
pub fn read_text(text: &str, limits: &ExtractLimits) -> Result<Document, Unreadable> {
    let mut assembly = Assembly::new(limits);
    let mut paragraph = String::new();
    for line in text.lines() {
        let trimmed = line.trim();
        let item = list_item(trimmed);
        if trimmed.is_empty() || item.is_some() {
            push_text(&mut assembly, &mut paragraph)?;
        }
        if let Some(item) = item {
            let kind = BlockKind::ListItem { level: indent_level(line) };
            assembly.push_paragraph(kind, item, Locator::default(), Looks::default())?;
        } else if !trimmed.is_empty() {
            paragraph.push_str(trimmed);
            paragraph.push(' ');
        }
    }
    push_text(&mut assembly, &mut paragraph)?;
    Ok(assembly.finish())
}

/// Markdown: headings, lists, tables and paragraphs; code blocks are paragraphs.
pub fn read_markdown(text: &str, limits: &ExtractLimits) -> Result<Document, Unreadable> {
    let mut assembly = Assembly::new(limits);
    let mut paragraph = String::new();
    let mut tables = 0_u32;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut is_code = false;
    let mut has_title = false;
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            push_text(&mut assembly, &mut paragraph)?;
            is_code = !is_code;
            continue;
        }
        let is_row = !is_code && trimmed.len() > 1 && trimmed.starts_with('|');
        if !is_row && !rows.is_empty() {
            push_table(&mut assembly, &std::mem::take(&mut rows), &mut tables)?;
        }
        if is_row {
            push_text(&mut assembly, &mut paragraph)?;
            rows.push(split_row(trimmed));
        } else if trimmed.is_empty() {
            push_text(&mut assembly, &mut paragraph)?;
        } else if is_code {
            paragraph.push_str(trimmed);
            paragraph.push(' ');
        } else if let Some((level, heading)) = heading(trimmed) {
            push_text(&mut assembly, &mut paragraph)?;
            let heading = without_marks(heading);
            if level == 1 && !has_title {
                assembly.set_title(&heading);
                has_title = true;
            }
            assembly.push_paragraph(BlockKind::Heading { level }, &heading, Locator::default(), Looks::default())?;
        } else if let Some(level) = underline(lines.get(number + 1)).filter(|_| paragraph.is_empty()) {
            assembly.push_paragraph(BlockKind::Heading { level }, &without_marks(trimmed), Locator::default(), Looks::default())?;
        } else if underline(Some(line)).is_some() && paragraph.is_empty() {
            // The line under a heading, or a rule.
        } else if let Some(item) = list_item(trimmed) {
            push_text(&mut assembly, &mut paragraph)?;
            let kind = BlockKind::ListItem { level: indent_level(line) };
            let item = without_marks(item);
            let (text, is_italic) = emphasised(&item);
            assembly.push_paragraph(kind, text, Locator::default(), Looks { is_italic, ..Looks::default() })?;
        } else {
            paragraph.push_str(&without_marks(trimmed.trim_start_matches('>').trim_start()));
            paragraph.push(' ');
        }
    }
    push_table(&mut assembly, &rows, &mut tables)?;
    push_text(&mut assembly, &mut paragraph)?;
    Ok(assembly.finish())
}

/// Separated values: each record is a row; the first that looks like one is the header.
pub fn read_separated(text: &str, delimiter: u8, limits: &ExtractLimits) -> Result<Document, Unreadable> {
    let mut assembly = Assembly::new(limits);
    // Programs of countries that write a decimal comma separate by semicolons, whatever the name says.
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = match delimiter {
        b',' if first.matches(';').count() > first.matches(',').count() => b';',
        b',' if first.contains('\t') && !first.contains(',') => b'\t',
        other => other,
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut has_header = false;
    for record in reader.records() {
        let record = record.map_err(|_| Unreadable::Damaged { detail: "a record cannot be read".into() })?;
        let line = record.position().map_or(1, csv::Position::line);
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        let is_header = !has_header && looks_like_header(&cells);
        has_header |= is_header;
        let row = u32::try_from(line).unwrap_or(u32::MAX);
        let place = Locator { row: Some(row), range: Some(range(row, 0, cells.len().saturating_sub(1))), ..Locator::default() };
        assembly.push_row(&cells, is_header, place, Looks::default())?;
    }
    Ok(assembly.finish())
}

fn push_text(assembly: &mut Assembly, paragraph: &mut String) -> Result<(), Unreadable> {
    let text = std::mem::take(paragraph);
    let (text, is_italic) = emphasised(&text);
    assembly.push_paragraph(BlockKind::Paragraph, text, Locator::default(), Looks { is_italic, ..Looks::default() })
}

/// The text without the marks of emphasis around it, and whether there were any: a template's guidance is written so.
fn emphasised(text: &str) -> (&str, bool) {
    let trimmed = text.trim();
    for mark in ['*', '_'] {
        if let Some(inner) = trimmed.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark))
            && !inner.contains(mark)
            && !inner.trim().is_empty()
        {
            return (inner.trim(), true);
        }
    }
    (text, false)
}

fn push_table(assembly: &mut Assembly, rows: &[Vec<String>], tables: &mut u32) -> Result<(), Unreadable> {
    if rows.is_empty() {
        return Ok(());
    }
    *tables += 1;
    let is_rule = |row: &Vec<String>| row.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':' | ' ')));
    let has_header = rows.get(1).is_some_and(is_rule);
    for (number, row) in (1_u32..).zip(rows.iter().filter(|row| !is_rule(row))) {
        let place = Locator { table: Some(*tables), row: Some(number), ..Locator::default() };
        assembly.push_row(row, has_header && number == 1, place, Looks::default())?;
    }
    Ok(())
}

/// Cells of a table row; `\|` is a bar within a cell.
fn split_row(line: &str) -> Vec<String> {
    let inner = line.trim_start_matches('|').strip_suffix('|').unwrap_or(line.trim_start_matches('|'));
    let mut cells = vec![String::new()];
    let mut is_escaped = false;
    for c in inner.chars() {
        match (c, is_escaped) {
            ('\\', false) => {
                is_escaped = true;
                continue;
            }
            ('|', false) => cells.push(String::new()),
            (c, escaped) => {
                if let Some(cell) = cells.last_mut() {
                    if escaped && c != '|' {
                        cell.push('\\');
                    }
                    cell.push(c);
                }
            }
        }
        is_escaped = false;
    }
    cells.iter().map(|cell| without_marks(cell.trim())).collect()
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let is_heading = (1..=6).contains(&level) && text.starts_with([' ', '\t']);
    is_heading.then(|| (u8::try_from(level).unwrap_or(6), text.trim().trim_end_matches('#').trim_end()))
}

/// Level of the heading that such a line underlines.
fn underline(line: Option<&&str>) -> Option<u8> {
    let line = line?.trim();
    if line.len() >= 3 && line.chars().all(|c| c == '=') {
        return Some(1);
    }
    (line.len() >= 3 && line.chars().all(|c| c == '-')).then_some(2)
}

/// Text of a list item: a bullet is left out, a number stays, since a reader quotes it with the text.
fn list_item(line: &str) -> Option<&str> {
    for mark in ["- ", "* ", "+ ", "• ", "– "] {
        if let Some(item) = line.strip_prefix(mark) {
            return Some(item.trim_start_matches("[ ] ").trim_start_matches("[x] ").trim_start_matches("[X] "));
        }
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let rest = line.get(digits..)?;
    ((1..=3).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") "))).then_some(line)
}

fn indent_level(line: &str) -> u8 {
    let width: usize = line.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum();
    u8::try_from(width / 2).unwrap_or(8).min(8)
}

/// Emphasis and code marks dropped, so that the words can be quoted as a reader sees them.
fn without_marks(text: &str) -> String {
    text.replace("**", "").replace("__", "").replace('`', "")
}
