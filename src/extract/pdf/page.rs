//! What one page shows, as numbers and characters: glyphs with positions and looks, painted areas, rules and images.
//! Positions are in points from the top left corner of the page, y downwards. Plain values.

/// A rectangle.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
}

impl Area {
    /// Whether the point lies in it.
    pub fn holds(&self, x: f32, y: f32) -> bool {
        x >= self.left && x <= self.right && y >= self.top && y <= self.bottom
    }

    /// The part of it that lies in the other.
    pub fn within(&self, other: &Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// It with a border of that width around it.
    pub fn grown(&self, border: f32) -> Self {
        Self { left: self.left - border, top: self.top - border, right: self.right + border, bottom: self.bottom + border }
    }

    /// Width.
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// Height.
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }
}

/// How a glyph looks and what the file says about it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties of a glyph, not states")]
pub struct GlyphLook {
    /// Bold font, or painted twice.
    pub is_bold: bool,
    /// Italic font.
    pub is_italic: bool,
    /// A reader does not see it.
    pub is_unseen: bool,
    /// Marked by the file as running head or foot.
    pub is_artifact: bool,
    /// Heading level that the file's marks state; 0 for none.
    pub marked_level: u8,
}

/// One glyph; its characters stand in the page's text.
#[derive(Clone, Copy)]
pub struct Glyph {
    /// First byte of its characters.
    pub start: usize,
    /// Byte behind its characters.
    pub end: usize,
    /// Position along the direction of writing.
    pub along: f32,
    /// End along the direction of writing.
    pub along_end: f32,
    /// Position across the direction of writing; grows from line to line.
    pub across: f32,
    /// Font size in points.
    pub size: f32,
    /// Direction of writing in whole degrees.
    pub angle: i16,
    /// Its looks.
    pub look: GlyphLook,
}

/// A painted ground.
#[derive(Clone, Copy)]
pub struct Ground {
    /// Where.
    pub area: Area,
    /// Whether it is white or nearly so.
    pub is_white: bool,
}

/// Everything that matters of a page.
#[derive(Default)]
pub struct PageContent {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// Characters of all glyphs.
    pub text: String,
    /// Glyphs in the order of the content stream.
    pub glyphs: Vec<Glyph>,
    /// Glyphs whose characters nobody knows.
    pub unknown_glyphs: usize,
    /// Images.
    pub images: Vec<Area>,
    /// Horizontal and vertical rules, thin.
    pub rules: Vec<Area>,
    /// Invisible glyphs that lie on an image: recognised text.
    pub recognised_glyphs: usize,
}
