//! The device that the PDF interpreter draws on: it notes glyphs, painted grounds, rules and images of one page. It
//! decodes no image and draws no outline.

use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun, PositionedGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object::{self, Dict};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};
use hayro_interpret::{BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask};

use crate::extract::pdf::fonts::FontLooks;
use crate::extract::pdf::page::{Area, Glyph, GlyphLook, Ground, PageContent};

/// Smaller text is not seen, in points.
const SMALLEST_SEEN_POINTS: f32 = 3.0;
/// Lightest channel value that still counts as a colour other than white.
const NEARLY_WHITE: f32 = 0.97;
/// Thickest line or box that is a rule, in points.
const THICKEST_RULE_POINTS: f32 = 3.0;
/// Shortest rule, in points.
const SHORTEST_RULE_POINTS: f32 = 6.0;
/// Most grounds and rules that are kept of a page.
const MOST_SHAPES: usize = 20_000;

/// Thrown through the interpreter, which cannot be stopped otherwise, when a document asks for too much work.
pub struct WorkExceeded;

/// How much work is left for a document.
pub struct WorkBudget {
    /// Drawing calls.
    pub calls: u64,
    /// Bytes of text.
    pub text_bytes: usize,
}

/// The device of one page.
pub struct TextDevice<'f> {
    /// What was seen so far.
    pub content: PageContent,
    fonts: &'f mut FontLooks,
    budget: &'f mut WorkBudget,
    grounds: Vec<Ground>,
    marks: Vec<Mark>,
    /// What is left to see within each open clip.
    clips: Vec<Area>,
    /// Whether the run that is being drawn begins outside of its clip.
    is_run_clipped: bool,
    /// Glyphs of the last run, to tell text that is painted twice.
    last_run: std::ops::Range<usize>,
}

/// An open marked-content sequence.
#[derive(Default)]
struct Mark {
    is_artifact: bool,
    heading_level: u8,
    /// The text that replaces that of the glyphs inside (ISO 32000-1, 14.9.4), until it is used.
    actual_text: Option<String>,
    has_actual_text: bool,
}

impl<'f> TextDevice<'f> {
    /// A device for a page of that size.
    pub fn new(width: f32, height: f32, fonts: &'f mut FontLooks, budget: &'f mut WorkBudget) -> Self {
        let content = PageContent { width, height, ..PageContent::default() };
        Self { content, fonts, budget, grounds: Vec::new(), marks: Vec::new(), clips: Vec::new(), is_run_clipped: false, last_run: 0..0 }
    }

    /// Learns what the fonts of the page look like.
    pub fn learn_fonts<'a>(&mut self, page: &Page<'a>, context: &mut Context<'a>) {
        self.fonts.learn(page, context);
    }

    fn count(&mut self) {
        match self.budget.calls.checked_sub(1) {
            Some(left) => self.budget.calls = left,
            None => std::panic::resume_unwind(Box::new(WorkExceeded)),
        }
    }

    fn add_glyph(&mut self, positioned: &PositionedGlyph<'_>, transform: Affine, mut look: GlyphLook, is_invisible: bool, is_white: bool) {
        let placed = transform * positioned.transform();
        let origin = placed * Point::ZERO;
        let upwards = placed * Point::new(0.0, 1000.0) - origin;
        let direction = placed * Point::new(1000.0, 0.0) - origin;
        let size = upwards.hypot();
        let length = direction.hypot();
        let (advance, is_embedded) = match &**positioned {
            FontGlyph::Outline(outline) => (outline.advance_width(), outline.font_data().is_some()),
            FontGlyph::Type3(glyph) => (glyph.advance_width(), true),
        };
        // Substitute fonts are stretched to the width that the file states, which the advance already is.
        let scale = if is_embedded { length } else { size };
        let advance = f64::from(advance.unwrap_or(500.0)).clamp(-5000.0, 5000.0) / 1000.0 * scale;
        let degrees = direction.y.atan2(direction.x).to_degrees().round();
        let angle = if length < 1e-6 { 0 } else { whole(degrees) };
        let (x, y) = (narrow(origin.x), narrow(origin.y));
        let size = narrow(size);
        let is_on_image = self.content.images.iter().any(|image| image.holds(x, y));
        look.is_unseen = (size < SMALLEST_SEEN_POINTS && size > 0.0)
            || is_invisible && !is_on_image
            || is_white && !is_on_image && !self.is_on_paint(x, y)
            || self.is_run_clipped
            || x < -size
            || y < -size
            || x > self.content.width + size
            || y > self.content.height + size;
        if is_invisible && is_on_image {
            self.content.recognised_glyphs += 1;
        }
        let start = self.content.text.len();
        self.add_characters(positioned);
        let end = self.content.text.len();
        match self.budget.text_bytes.checked_sub(end - start) {
            Some(left) => self.budget.text_bytes = left,
            None => std::panic::resume_unwind(Box::new(WorkExceeded)),
        }
        let turn = degrees.to_radians();
        let along = narrow(origin.x * turn.cos() + origin.y * turn.sin());
        let glyph = Glyph {
            start,
            end,
            along,
            along_end: along + narrow(advance),
            across: narrow(origin.y * turn.cos() - origin.x * turn.sin()),
            size,
            angle,
            look,
        };
        self.content.glyphs.push(glyph);
    }

    fn add_characters(&mut self, glyph: &FontGlyph<'_>) {
        if let Some(mark) = self.marks.iter_mut().rev().find(|mark| mark.has_actual_text) {
            if let Some(text) = mark.actual_text.take() {
                self.content.text.push_str(&text);
            }
            return;
        }
        match glyph.as_unicode() {
            Some(BfString::Char(c)) => push_character(&mut self.content.text, c),
            Some(BfString::String(text)) => text.chars().for_each(|c| push_character(&mut self.content.text, c)),
            None => self.content.unknown_glyphs += 1,
        }
    }

    /// Whether white text is seen there: on the last thing painted, unless that is white.
    fn is_on_paint(&self, x: f32, y: f32) -> bool {
        // A little above the base line, where the letters are.
        self.grounds.iter().rev().find(|ground| ground.area.holds(x + 0.5, y - 1.0)).is_some_and(|ground| !ground.is_white)
    }

    fn is_clipped(&self, placed: Affine) -> bool {
        let origin = placed * Point::ZERO;
        let size = narrow((placed * Point::new(0.0, 1000.0) - origin).hypot());
        self.clips.last().is_some_and(|clip| !clip.grown(size).holds(narrow(origin.x), narrow(origin.y)))
    }

    fn push_clip(&mut self, clip: Area) {
        self.count();
        let left = self.clips.last().map_or(clip, |outer| clip.within(outer));
        self.clips.push(left);
    }

    fn add_rule(&mut self, area: Area) {
        let is_thin = area.width().min(area.height()) <= THICKEST_RULE_POINTS;
        if is_thin && area.width().max(area.height()) >= SHORTEST_RULE_POINTS && self.content.rules.len() < MOST_SHAPES {
            self.content.rules.push(area);
        }
    }

    fn add_lines(&mut self, path: &BezPath, transform: Affine) {
        let (mut start, mut last) = (Point::ZERO, Point::ZERO);
        for element in path.elements().iter().take(MOST_SHAPES) {
            let next = match element {
                PathEl::MoveTo(point) => {
                    start = *point;
                    last = *point;
                    continue;
                }
                PathEl::LineTo(point) => *point,
                PathEl::ClosePath => start,
                PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => {
                    last = *point;
                    continue;
                }
            };
            let area = area(Rect::from_points(transform * last, transform * next));
            self.add_rule(area);
            last = next;
        }
    }
}

impl<'a> Device<'a> for TextDevice<'_> {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.count();
        let paint = PaintKind::of(&props.paint);
        let is_invisible = matches!(mode, DrawMode::Invisible) || paint == PaintKind::Transparent;
        let is_artifact = self.marks.iter().any(|mark| mark.is_artifact);
        let marked_level = self.marks.iter().rev().map(|mark| mark.heading_level).find(|level| *level > 0).unwrap_or(0);
        let first = self.content.glyphs.len();
        let (text_before, unknown_before) = (self.content.text.len(), self.content.unknown_glyphs);
        self.is_run_clipped = run.glyphs().first().is_some_and(|glyph| self.is_clipped(props.transform * glyph.transform()));
        for glyph in run.glyphs() {
            self.count();
            let font = self.fonts.look(glyph);
            let look = GlyphLook { is_bold: font.is_bold, is_italic: font.is_italic, is_unseen: false, is_artifact, marked_level };
            self.add_glyph(glyph, props.transform, look, is_invisible, paint == PaintKind::White);
        }
        if self.repeats_last_run(first) {
            // Fill and stroke, or painted twice with a small shift: that is how programs make text bold.
            self.content.glyphs.truncate(first);
            self.content.text.truncate(text_before);
            self.content.unknown_glyphs = unknown_before;
            let repeated = self.last_run.clone();
            self.content.glyphs.get_mut(repeated).into_iter().flatten().for_each(|glyph| glyph.look.is_bold = true);
        } else {
            self.last_run = first..self.content.glyphs.len();
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.count();
        let paint = PaintKind::of(&props.paint);
        if paint == PaintKind::Transparent {
            return;
        }
        match mode {
            DrawMode::Stroke(_) => self.add_lines(path, props.transform),
            DrawMode::Fill(_) | DrawMode::FillAndStroke(..) => {
                let area = area((props.transform.transform_rect_bbox(path.bounding_box())).abs());
                let is_white = paint == PaintKind::White;
                if self.grounds.len() < MOST_SHAPES {
                    self.grounds.push(Ground { area, is_white });
                }
                if !is_white {
                    self.add_rule(area);
                }
            }
            DrawMode::Invisible => {}
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.count();
        if self.content.images.len() < MOST_SHAPES {
            // The transform is that of the image's own pixels.
            let pixels = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
            self.content.images.push(area(props.transform.transform_rect_bbox(pixels)));
        }
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        self.count();
        let actual_text =
            properties.and_then(|properties| properties.get::<object::String<'_>>("ActualText")).map(|text| decode(text.as_bytes()));
        let heading_level = match tag {
            [b'H', digit @ b'1'..=b'6'] => digit - b'0',
            _ => 0,
        };
        if self.marks.len() < 1000 {
            self.marks.push(Mark { is_artifact: tag == b"Artifact", heading_level, has_actual_text: actual_text.is_some(), actual_text });
        }
    }

    fn end_marked_content(&mut self) {
        self.marks.pop();
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.push_clip(area(clip.path.bounding_box()));
    }

    fn push_clip_rect(&mut self, clip: &Rect) {
        self.push_clip(area(*clip));
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.count();
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn pop_transparency_group(&mut self) {}
}

impl TextDevice<'_> {
    fn repeats_last_run(&self, first: usize) -> bool {
        let glyphs = &self.content.glyphs;
        let (Some(new), Some(old)) = (glyphs.get(first..), glyphs.get(self.last_run.clone())) else { return false };
        let text = |glyph: &Glyph| self.content.text.get(glyph.start..glyph.end);
        !new.is_empty()
            && new.len() == old.len()
            && new.iter().zip(old).all(|(a, b)| {
                (a.along - b.along).abs() < 0.15 * a.size && (a.across - b.across).abs() < 0.15 * a.size && text(a) == text(b)
            })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PaintKind {
    White,
    Transparent,
    Other,
}

impl PaintKind {
    fn of(paint: &Paint<'_>) -> Self {
        let Paint::Color(color) = paint else { return Self::Other };
        let [red, green, blue, alpha] = color.to_rgba().components();
        if alpha < 0.02 {
            Self::Transparent
        } else if red.min(green).min(blue) >= NEARLY_WHITE {
            Self::White
        } else {
            Self::Other
        }
    }
}

/// Ligatures of the Latin script as their letters, so that words can be found.
fn push_character(text: &mut String, c: char) {
    match c {
        '\u{fb00}' => text.push_str("ff"),
        '\u{fb01}' => text.push_str("fi"),
        '\u{fb02}' => text.push_str("fl"),
        '\u{fb03}' => text.push_str("ffi"),
        '\u{fb04}' => text.push_str("ffl"),
        '\u{fb05}' | '\u{fb06}' => text.push_str("st"),
        other => text.push(other),
    }
}

/// A text string of a PDF: UTF-16 or UTF-8 by its mark, else nearly Latin-1 (ISO 32000-1, 7.9.2.2).
pub fn decode(bytes: &[u8]) -> String {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, mark_length)) => encoding.decode_without_bom_handling(bytes.get(mark_length..).unwrap_or_default()).0.into_owned(),
        None => encoding_rs::mem::decode_latin1(bytes).into_owned(),
    }
}

fn area(rect: Rect) -> Area {
    Area { left: narrow(rect.x0), top: narrow(rect.y0), right: narrow(rect.x1), bottom: narrow(rect.y1) }
}

#[expect(clippy::cast_possible_truncation, reason = "positions on a page need no more precision; what is out of range is clamped")]
fn narrow(value: f64) -> f32 {
    if value.is_finite() { value.clamp(-1e7, 1e7) as f32 } else { 0.0 }
}

#[expect(clippy::cast_possible_truncation, reason = "an angle lies between -180 and 180")]
fn whole(degrees: f64) -> i16 {
    degrees as i16
}
