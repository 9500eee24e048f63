//! Glyphs to lines: words by the gaps between glyphs, segments by wide gaps, in the order of the content stream. It
//! never sorts by position, as that would mix columns.

use crate::extract::pdf::page::{Area, Glyph, PageContent};

/// A gap wider than this part of the font size parts words.
const WORD_GAP: f32 = 0.17;
/// A gap wider than this part of the font size parts segments: cells of a row, or a number and its heading.
const SEGMENT_GAP: f32 = 1.6;
/// Glyphs further from the base line than this part of the font size are on another line.
const SAME_LINE: f32 = 0.45;
/// A step back wider than this part of the font size begins another line.
const STEP_BACK: f32 = 0.6;

/// Most vertical rules of a page that are looked at; a page with more is a drawing.
const MOST_UPRIGHT_RULES: usize = 1_500;

/// Part of a line without wide gaps.
#[derive(Clone, Default)]
pub struct Segment {
    /// Its text.
    pub text: String,
    /// Left edge.
    pub left: f32,
    /// Right edge.
    pub right: f32,
    /// Characters that are no blanks.
    pub letters: usize,
    /// Of these, bold ones.
    pub bold: usize,
    /// Of these, italic ones.
    pub italic: usize,
}

/// A line of text.
#[derive(Clone, Default)]
pub struct Line {
    /// Its segments from left to right.
    pub segments: Vec<Segment>,
    /// Base line, from the top of the page.
    pub base: f32,
    /// Font size of most of its letters.
    pub size: f32,
    /// Direction of writing in degrees.
    pub angle: i16,
    /// Page, from 1.
    pub page: u32,
    /// Whether a reader does not see it.
    pub is_unseen: bool,
    /// Whether it stands at the top or bottom of pages again and again.
    pub is_margin: bool,
    /// Heading level that the file's marks state; 0 for none.
    pub marked_level: u8,
}

impl Line {
    /// Its text, segments parted by single spaces.
    pub fn text(&self) -> String {
        self.segments.iter().map(|segment| segment.text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Left edge.
    pub fn left(&self) -> f32 {
        self.segments.first().map_or(0.0, |segment| segment.left)
    }

    /// Right edge.
    pub fn right(&self) -> f32 {
        self.segments.last().map_or(0.0, |segment| segment.right)
    }

    /// Letters in it.
    pub fn letters(&self) -> usize {
        self.segments.iter().map(|segment| segment.letters).sum()
    }

    /// Whether nearly all of it is bold.
    pub fn is_bold(&self) -> bool {
        self.segments.iter().map(|segment| segment.bold).sum::<usize>() * 10 >= self.letters() * 9 && self.letters() > 0
    }

    /// Whether all of it is italic.
    pub fn is_italic(&self) -> bool {
        self.segments.iter().map(|segment| segment.italic).sum::<usize>() == self.letters() && self.letters() > 0
    }
}

/// Lines of a page, in the order of the content stream.
pub fn of_page(content: &PageContent, page: u32) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut open: Option<OpenLine> = None;
    let upright: Vec<&Area> = content.rules.iter().filter(|rule| rule.height() > rule.width()).take(MOST_UPRIGHT_RULES).collect();
    for glyph in &content.glyphs {
        let text = content.text.get(glyph.start..glyph.end).unwrap_or_default();
        let continues = open.as_ref().is_some_and(|line| line.continues_with(glyph));
        if !continues {
            lines.extend(open.take().and_then(|line| line.close(page)));
        }
        open.get_or_insert_with(|| OpenLine::begin(glyph)).add(glyph, text, &upright);
    }
    lines.extend(open.and_then(|line| line.close(page)));
    lines
}

struct OpenLine {
    line: Line,
    end: f32,
    /// Letters by font size in tenths of a point.
    sizes: Vec<(u32, usize)>,
    first: Glyph,
    has_blank: bool,
}

impl OpenLine {
    fn begin(glyph: &Glyph) -> Self {
        let line = Line {
            base: glyph.across,
            size: glyph.size,
            angle: glyph.angle,
            is_unseen: glyph.look.is_unseen,
            is_margin: glyph.look.is_artifact,
            marked_level: glyph.look.marked_level,
            ..Line::default()
        };
        Self { line, end: glyph.along, sizes: Vec::new(), first: *glyph, has_blank: true }
    }

    fn continues_with(&self, glyph: &Glyph) -> bool {
        let size = self.line.size.max(glyph.size);
        let look = glyph.look;
        glyph.angle == self.line.angle
            && look.is_unseen == self.first.look.is_unseen
            && look.is_artifact == self.first.look.is_artifact
            && look.marked_level == self.first.look.marked_level
            && (glyph.across - self.line.base).abs() <= SAME_LINE * size
            && glyph.along - self.end >= -STEP_BACK * size
    }

    fn add(&mut self, glyph: &Glyph, text: &str, upright: &[&Area]) {
        let gap = glyph.along - self.end;
        let is_apart = self.has_blank || gap > WORD_GAP * glyph.size;
        let is_new = self.line.segments.is_empty()
            || gap > SEGMENT_GAP * glyph.size.max(self.line.size * 0.7)
            || is_apart && glyph.angle == 0 && self.is_ruled_off(glyph, upright);
        if text.trim().is_empty() {
            // One blank stands for itself, but a row of them is a gap like any other.
            if !text.is_empty() && !self.has_blank && gap < WORD_GAP * glyph.size {
                self.end = self.end.max(glyph.along_end.min(glyph.along + glyph.size));
            }
            self.has_blank |= !text.is_empty();
            return;
        }
        if is_new {
            self.line.segments.push(Segment { left: glyph.along, right: glyph.along, ..Segment::default() });
            self.has_blank = true;
        }
        let Some(segment) = self.line.segments.last_mut() else { return };
        if !segment.text.is_empty() && (self.has_blank || gap > WORD_GAP * glyph.size) {
            segment.text.push(' ');
        }
        self.has_blank = text.ends_with(char::is_whitespace);
        segment.text.push_str(text.trim_end());
        segment.right = glyph.along_end.max(segment.right);
        let letters = text.chars().filter(|c| !c.is_whitespace()).count();
        segment.letters += letters;
        segment.bold += if glyph.look.is_bold { letters } else { 0 };
        segment.italic += if glyph.look.is_italic { letters } else { 0 };
        self.end = glyph.along_end;
        let key = tenths(glyph.size);
        match self.sizes.iter_mut().find(|(size, _)| *size == key) {
            Some((_, count)) => *count += letters,
            None => self.sizes.push((key, letters)),
        }
        // A line that begins with a raised mark has the base and size of its larger letters.
        if glyph.size > self.line.size * 1.15 && self.line.letters() <= 4 {
            self.line.size = glyph.size;
            self.line.base = glyph.across;
        }
    }

    /// Whether a vertical rule stands between the line so far and the glyph: then they are in two cells.
    fn is_ruled_off(&self, glyph: &Glyph, upright: &[&Area]) -> bool {
        let from = self.line.segments.last().map_or(glyph.along, |segment| segment.right - 1.0);
        let y = glyph.across - glyph.size * 0.3;
        upright.iter().any(|rule| rule.left >= from && rule.right <= glyph.along + 1.0 && rule.top <= y && rule.bottom >= y)
    }

    fn close(mut self, page: u32) -> Option<Line> {
        self.line.page = page;
        let most = self.sizes.iter().max_by_key(|(size, count)| (*count, *size)).map(|(size, _)| *size);
        if let Some(size) = most {
            self.line.size = points(size);
        }
        self.line.segments.retain(|segment| !segment.text.trim().is_empty());
        (!self.line.segments.is_empty()).then_some(self.line)
    }
}

/// A font size in tenths of a point, to be counted.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is clamped to what a font size can be")]
pub fn tenths(size: f32) -> u32 {
    (size.clamp(0.0, 5000.0) * 10.0).round() as u32
}

/// Tenths of a point back to points.
#[expect(clippy::cast_precision_loss, reason = "font sizes are small numbers")]
pub fn points(tenths: u32) -> f32 {
    tenths as f32 / 10.0
}
