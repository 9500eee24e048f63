//! Tells bold and italic fonts. Embedded TrueType and CID fonts say so themselves; for the others, which do not reach
//! the device with a name, the page's font resources are tried out once with every code. It draws nothing.

use std::collections::{HashMap, HashSet};

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_syntax::content::TypedIter;
use hayro_interpret::hayro_syntax::object::{Dict, MaybeRef, Name, ObjectIdentifier};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::BezPath;
use hayro_interpret::{BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask, interpret};

/// Most glyphs that are remembered; beyond, fonts are asked again.
const REMEMBERED_GLYPHS: usize = 200_000;
/// Most fonts that are tried out.
const FONTS_TRIED: usize = 500;

/// Bold and italic.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct FontLook {
    /// Bold.
    pub is_bold: bool,
    /// Italic or oblique.
    pub is_italic: bool,
}

impl FontLook {
    fn of_name(name: &str) -> Self {
        let bare = name.rsplit('+').next().unwrap_or(name);
        let lower = bare.to_ascii_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
        Self {
            // CMBX, CMTI and so on are the Computer Modern fonts of TeX.
            is_bold: has(&["bold", "black", "heavy", "demi"]) || has(&["cmbx", "sfbx", "cmssbx"]),
            is_italic: has(&["italic", "oblique", "slanted"]) || has(&["cmti", "cmsl", "sfti"]),
        }
    }
}

/// What is known about the fonts of a document.
#[derive(Default)]
pub struct FontLooks {
    by_glyph: HashMap<u128, FontLook>,
    tried: HashSet<ObjectIdentifier>,
}

impl FontLooks {
    /// Tries out the page's fonts that cannot say by themselves what they look like.
    pub fn learn<'a>(&mut self, page: &Page<'a>, context: &mut Context<'a>) {
        let resources = page.resources();
        for (name, font) in resources.fonts.entries() {
            let identifier = match &font {
                MaybeRef::Ref(reference) => Some(ObjectIdentifier::from(*reference)),
                MaybeRef::NotRef(_) => None,
            };
            if self.tried.len() >= FONTS_TRIED || identifier.is_some_and(|identifier| !self.tried.insert(identifier)) {
                continue;
            }
            let Some(font) = resources.fonts.get::<Dict<'_>>(name.as_ref()) else { continue };
            let base_name = font.get::<Name<'_>>("BaseFont").map(|name| name.as_str().to_owned()).unwrap_or_default();
            let is_simple = font.get::<Name<'_>>("Subtype").is_some_and(|kind| matches!(kind.as_str(), "Type1" | "MMType1" | "TrueType"));
            let look = FontLook::of_name(&base_name);
            let name = name.as_str();
            let is_plain_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+'));
            if !is_simple || look == FontLook::default() || !is_plain_name {
                continue;
            }
            let codes = (32..=255_u8).fold(String::new(), |codes, code| codes + &format!("{code:02x}"));
            let stream = format!("BT /{name} 1 Tf <{codes}> Tj ET");
            let mut learner = Learner { look, by_glyph: &mut self.by_glyph };
            interpret(TypedIter::new(stream.as_bytes()), resources, context, &mut learner);
        }
    }

    /// How a glyph's font looks.
    pub fn look(&mut self, glyph: &Glyph<'_>) -> FontLook {
        let Glyph::Outline(outline) = glyph else { return FontLook::default() };
        let key = outline.identifier().cache_key();
        if let Some(look) = self.by_glyph.get(&key) {
            return *look;
        }
        let look = outline.font_data().map_or_else(FontLook::default, |font| {
            let named = font.postscript_name.as_deref().map(FontLook::of_name).unwrap_or_default();
            FontLook {
                is_bold: named.is_bold || font.weight.is_some_and(|weight| weight >= 600),
                is_italic: named.is_italic || font.is_italic,
            }
        });
        if self.by_glyph.len() < REMEMBERED_GLYPHS {
            self.by_glyph.insert(key, look);
        }
        look
    }
}

/// A device that only notes which glyphs belong to the font that is tried out.
struct Learner<'m> {
    look: FontLook,
    by_glyph: &'m mut HashMap<u128, FontLook>,
}

impl<'a> Device<'a> for Learner<'_> {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            if let Glyph::Outline(outline) = &**glyph
                && self.by_glyph.len() < REMEMBERED_GLYPHS
            {
                self.by_glyph.insert(outline.identifier().cache_key(), self.look);
            }
        }
    }
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
