//! PDF to a document: pages in order, glyphs to lines, lines to paragraphs, headings and table rows. It renders
//! nothing, decodes no image, runs no script and follows no link.

mod device;
mod fonts;
mod grid;
mod headings;
mod layout;
mod lines;
mod margins;
mod page;
mod rows;
mod tables;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};

use crate::evidence::{BlockKind, Document, Locator, Unreadable, Visibility};
use crate::extract::assembly::{Assembly, Looks};
use crate::extract::pdf::device::{TextDevice, WorkBudget, WorkExceeded};
use crate::extract::pdf::fonts::FontLooks;
use crate::extract::pdf::grid::Grid;
use crate::extract::pdf::layout::{Kind, Measure, Paragraph};
use crate::extract::pdf::lines::Line;
use crate::ports::ExtractLimits;

/// Drawing calls that a page may ask for. Dense text has some thousand; forms that call each other ask for billions.
const MOST_DRAWING_CALLS: u64 = 3_000_000;
/// Text that a page may hold, in bytes; a page of small print has some ten thousand.
const MOST_PAGE_TEXT_BYTES: usize = 2 * 1024 * 1024;
/// Share of glyphs without known characters above which the text is worthless, in percent.
const MOST_UNKNOWN_PERCENT: usize = 60;
/// An image of this share of the page is what the page shows.
const FULL_IMAGE: f32 = 0.3;

/// Reads a PDF.
pub fn read(bytes: &[u8], limits: &ExtractLimits) -> Result<Document, Unreadable> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected
            | DecryptionError::UnsupportedAlgorithm
            | DecryptionError::InvalidEncryption
            | DecryptionError::MissingIDEntry,
        ) => Unreadable::Encrypted,
        LoadPdfError::Invalid => Unreadable::Damaged { detail: "its structure cannot be understood".into() },
    })?;
    let page_count = pdf.pages().len();
    if page_count == 0 {
        return Err(Unreadable::Damaged { detail: "it has no pages".into() });
    }
    if page_count > limits.pages {
        return Err(Unreadable::TooLarge { limit: format!("{page_count} pages, the limit is {}", limits.pages) });
    }
    let mut seen = read_pages(&pdf, limits)?;
    if seen.known_glyphs == 0 && seen.unknown_glyphs == 0 {
        return Err(if seen.has_images { Unreadable::Scanned } else { Unreadable::NoText });
    }
    if seen.unknown_glyphs * 100 > (seen.known_glyphs + seen.unknown_glyphs) * MOST_UNKNOWN_PERCENT {
        return Err(Unreadable::UnknownGlyphs);
    }
    margins::mark(&mut seen.lines, &seen.heights);
    let measure = Measure::of(&seen.lines);
    let mut paragraphs = tables::paragraphs(&seen.lines, &seen.grids, &measure);
    headings::mark(&mut paragraphs, &measure);

    let mut assembly = Assembly::new(limits);
    assembly.set_page_count(page_count);
    if let Some(title) = pdf.metadata().title.as_deref() {
        assembly.set_title(&device::decode(title));
    }
    seen.state_limitations(page_count, &mut assembly);
    push(&paragraphs, &mut assembly)?;
    Ok(assembly.finish())
}

/// What all pages show.
#[derive(Default)]
struct Seen {
    lines: Vec<Line>,
    heights: Vec<f32>,
    grids: BTreeMap<u32, Vec<Grid>>,
    known_glyphs: usize,
    unknown_glyphs: usize,
    has_images: bool,
    /// Pages that show an image and no text.
    image_pages: usize,
    /// Pages whose text was recognised from an image.
    recognised_pages: usize,
    /// Pages that could not be read.
    broken_pages: usize,
}

fn read_pages(pdf: &Pdf, limits: &ExtractLimits) -> Result<Seen, Unreadable> {
    let mut seen = Seen::default();
    let cache = InterpreterCache::new();
    let mut fonts = FontLooks::default();
    let mut text_bytes = 0_usize;
    for (number, page) in (1_u32..).zip(pdf.pages().iter()) {
        let (width, height) = page.render_dimensions();
        seen.heights.push(height);
        let page_area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let transform = Affine::new(page.initial_transform(true).as_coeffs());
        let mut budget = WorkBudget { calls: MOST_DRAWING_CALLS, text_bytes: MOST_PAGE_TEXT_BYTES };
        let mut device = TextDevice::new(width, height, &mut fonts, &mut budget);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let mut context = Context::new(transform, page_area, &cache, pdf.xref(), InterpreterSettings::default());
            device.learn_fonts(page, &mut context);
            interpret_page(page, &mut context, &mut device);
        }));
        if let Err(cause) = outcome {
            if cause.is::<WorkExceeded>() {
                return Err(Unreadable::TooLarge { limit: format!("page {number} asks for more text or drawing than a page has") });
            }
            // One page that the interpreter stumbles over does not cost the others.
            seen.broken_pages += 1;
            if seen.broken_pages == pdf.pages().len() {
                resume_unwind(cause);
            }
        }
        let content = device.content;
        text_bytes = text_bytes.saturating_add(content.text.len());
        if text_bytes > limits.text_bytes {
            return Err(Unreadable::TooLarge { limit: format!("more than {} bytes of text", limits.text_bytes) });
        }
        let known = content.glyphs.len().saturating_sub(content.unknown_glyphs);
        seen.known_glyphs += known;
        seen.unknown_glyphs += content.unknown_glyphs;
        let image_share = content.images.iter().map(|image| image.width() * image.height()).sum::<f32>() / (width * height).max(1.0);
        seen.has_images |= !content.images.is_empty();
        seen.image_pages += usize::from(content.glyphs.is_empty() && image_share > FULL_IMAGE);
        seen.recognised_pages += usize::from(content.recognised_glyphs * 2 > content.glyphs.len());
        seen.grids.insert(number, grid::of_page(&content.rules));
        seen.lines.extend(lines::of_page(&content, number));
    }
    Ok(seen)
}

impl Seen {
    fn state_limitations(&self, page_count: usize, assembly: &mut Assembly) {
        if self.image_pages > 0 {
            assembly.limit(format!("{} of {page_count} pages hold only an image; their text was not read.", self.image_pages));
        }
        if self.recognised_pages > 0 {
            assembly.limit(format!(
                "The text of {} of {page_count} pages was recognised from an image and may have errors.",
                self.recognised_pages
            ));
        }
        if self.broken_pages > 0 {
            assembly.limit(format!("{} of {page_count} pages could not be read in full.", self.broken_pages));
        }
        if self.unknown_glyphs * 20 > self.known_glyphs + self.unknown_glyphs {
            assembly.limit("Some of its fonts do not say which characters they show; words may be missing.".into());
        }
    }
}

fn push(paragraphs: &[Paragraph], assembly: &mut Assembly) -> Result<(), Unreadable> {
    let mut margins = std::collections::BTreeSet::new();
    for paragraph in paragraphs {
        let place = Locator { page: Some(paragraph.page), ..Locator::default() };
        let visibility = if paragraph.is_unseen { Visibility::Hidden } else { Visibility::Visible };
        let looks = Looks { visibility, is_italic: paragraph.is_italic };
        let kind = match paragraph.kind {
            Kind::Margin => {
                if margins.insert(margins::key(&paragraph.text)) {
                    assembly.push(BlockKind::PageMargin, &paragraph.text, place, looks)?;
                }
                continue;
            }
            Kind::Row { table, row, is_header } => {
                let place = Locator { table: Some(table), row: Some(row), ..place };
                assembly.push_row(&paragraph.cells, is_header, place, looks)?;
                continue;
            }
            Kind::Heading(level) => BlockKind::Heading { level },
            Kind::Item(level) => BlockKind::ListItem { level },
            Kind::Contents => BlockKind::ContentsEntry,
            Kind::Text => BlockKind::Paragraph,
        };
        assembly.push_paragraph(kind, &paragraph.text, place, looks)?;
    }
    Ok(())
}
