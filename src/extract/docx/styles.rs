//! The styles of a Word document, as far as they say what a paragraph is and whether its text is seen: outline level,
//! lists, contents, hidden, white, tiny, italic and bold text, each with inheritance.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use crate::evidence::Unreadable;
use crate::extract::xml;

/// Longest chain of styles based on each other that is followed; a circle ends here.
const LONGEST_CHAIN: usize = 20;

/// Properties of a run of text; `None` means "as inherited".
#[derive(Clone, Copy, Default)]
pub struct RunLook {
    /// Hidden text (`w:vanish`).
    pub is_hidden: Option<bool>,
    /// Struck out: still on the page, but withdrawn.
    pub is_struck: Option<bool>,
    /// White text.
    pub is_white: Option<bool>,
    /// Shaded or highlighted ground, on which white text is seen.
    pub is_shaded: Option<bool>,
    /// Italic.
    pub is_italic: Option<bool>,
    /// Bold.
    pub is_bold: Option<bool>,
    /// Font size in half points.
    pub half_points: Option<u32>,
}

impl RunLook {
    /// This look where it says something, else the other.
    pub fn or(self, inherited: Self) -> Self {
        Self {
            is_hidden: self.is_hidden.or(inherited.is_hidden),
            is_struck: self.is_struck.or(inherited.is_struck),
            is_white: self.is_white.or(inherited.is_white),
            is_shaded: self.is_shaded.or(inherited.is_shaded),
            is_italic: self.is_italic.or(inherited.is_italic),
            is_bold: self.is_bold.or(inherited.is_bold),
            half_points: self.half_points.or(inherited.half_points),
        }
    }

    /// Takes up one element of `w:rPr`.
    pub fn take(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "vanish" => self.is_hidden = Some(xml::is_on(element)),
            "strike" | "dstrike" => self.is_struck = Some(xml::is_on(element)),
            "i" => self.is_italic = Some(xml::is_on(element)),
            "b" => self.is_bold = Some(xml::is_on(element)),
            "color" => {
                self.is_white = Some(xml::attribute(element, "val").is_some_and(|value| value.eq_ignore_ascii_case("FFFFFF")));
            }
            "sz" => self.half_points = xml::attribute(element, "val").and_then(|value| value.parse::<f64>().ok()).map(half_points),
            "shd" => self.is_shaded = Some(is_shading(element)),
            "highlight" => self.is_shaded = Some(xml::attribute(element, "val").is_some_and(|value| value != "none" && value != "white")),
            _ => {}
        }
    }
}

/// Font sizes are whole numbers, but some programs write `22.0`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is clamped to what a font size can be")]
fn half_points(value: f64) -> u32 {
    value.clamp(0.0, 4000.0) as u32
}

/// Whether a `w:shd` paints a ground that is not white.
pub fn is_shading(element: &BytesStart<'_>) -> bool {
    let is_dark = |value: &String| !value.eq_ignore_ascii_case("auto") && !value.eq_ignore_ascii_case("FFFFFF");
    xml::attribute(element, "fill").as_ref().is_some_and(is_dark)
        || xml::attribute(element, "val").is_some_and(|value| value == "solid")
            && xml::attribute(element, "color").as_ref().is_some_and(is_dark)
}

/// What a style makes of a paragraph.
#[derive(Clone, Copy, Default)]
pub struct ParagraphLook {
    /// Outline level from 1; 10 means body text.
    pub outline: Option<u8>,
    /// List level from 0.
    pub list: Option<u8>,
    /// The style "Title".
    pub is_title: bool,
    /// A style of tables of contents.
    pub is_contents: bool,
    /// Shaded ground.
    pub is_shaded: bool,
    /// How its text looks.
    pub run: RunLook,
}

#[derive(Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    look: ParagraphLook,
    /// Whether it is the default paragraph style.
    is_default: bool,
}

/// All styles of a document.
#[derive(Default)]
pub struct Styles {
    by_id: BTreeMap<String, Style>,
    default_run: RunLook,
    default_paragraph: Option<String>,
}

impl Styles {
    /// Parses `styles.xml`.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut styles = Self::default();
        let mut current: Option<(String, Style)> = None;
        let mut run_depth = 0_u32;
        let mut is_in_defaults = false;
        let mut is_in_conditional = false;
        let mut reader = xml::reader(text);
        loop {
            match reader.read_event().map_err(|_| xml::damaged())? {
                Event::DocType(_) => return Err(xml::declares_entities()),
                Event::Start(element) => match element.local_name().as_ref() {
                    "style" => {
                        let id = xml::attribute(&element, "styleId").unwrap_or_default();
                        let is_paragraph = xml::attribute(&element, "type").is_none_or(|kind| kind == "paragraph");
                        let is_default =
                            is_paragraph && xml::attribute(&element, "default").is_some_and(|value| value == "1" || value == "true");
                        current = Some((id, Style { is_default, ..Style::default() }));
                    }
                    "rPrDefault" => is_in_defaults = true,
                    // Conditional formats of table styles do not concern the style's own text.
                    "tblStylePr" => is_in_conditional = true,
                    "rPr" => run_depth += 1,
                    _ if is_in_conditional => {}
                    _ if is_in_defaults => styles.default_run.take(&element),
                    name => {
                        if let Some((_, style)) = &mut current {
                            style.take(name, &element, run_depth > 0);
                        }
                    }
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "style" => styles.keep(current.take()),
                    "rPrDefault" => is_in_defaults = false,
                    "tblStylePr" => is_in_conditional = false,
                    "rPr" => run_depth = run_depth.saturating_sub(1),
                    _ => {}
                },
                Event::Eof => return Ok(styles),
                _ => {}
            }
        }
    }

    fn keep(&mut self, style: Option<(String, Style)>) {
        if let Some((id, style)) = style {
            if style.is_default && self.default_paragraph.is_none() {
                self.default_paragraph = Some(id.clone());
            }
            self.by_id.insert(id, style);
        }
    }

    /// What a paragraph style makes of a paragraph; without a style, the default one.
    pub fn paragraph(&self, id: Option<&str>) -> ParagraphLook {
        let mut look = ParagraphLook::default();
        let mut next = id.or(self.default_paragraph.as_deref());
        if let Some(id) = next
            && !self.by_id.contains_key(id)
        {
            // A document may use a built-in style that it does not define.
            look.take_name(id);
        }
        for _ in 0..LONGEST_CHAIN {
            let Some(style) = next.and_then(|id| self.by_id.get(id)) else { break };
            look.take_name(&style.name);
            look.outline = look.outline.or(style.look.outline);
            look.list = look.list.or(style.look.list);
            look.is_shaded |= style.look.is_shaded;
            look.run = look.run.or(style.look.run);
            next = style.based_on.as_deref();
        }
        look.run = look.run.or(self.default_run);
        look
    }

    /// What a character style makes of a run.
    pub fn run(&self, id: &str) -> RunLook {
        let mut look = RunLook::default();
        let mut next = Some(id);
        for _ in 0..LONGEST_CHAIN {
            let Some(style) = next.and_then(|id| self.by_id.get(id)) else { break };
            look = look.or(style.look.run);
            next = style.based_on.as_deref();
        }
        look
    }
}

impl Style {
    fn take(&mut self, name: &str, element: &BytesStart<'_>, is_run: bool) {
        match name {
            _ if is_run => self.look.run.take(element),
            "name" => self.name = xml::attribute(element, "val").unwrap_or_default(),
            "basedOn" => self.based_on = xml::attribute(element, "val"),
            "outlineLvl" => self.look.outline = outline_level(element),
            "numId" => self.look.list = self.look.list.or(Some(0)),
            "ilvl" => self.look.list = xml::attribute(element, "val").and_then(|value| value.parse().ok()),
            "shd" => self.look.is_shaded = is_shading(element),
            _ => {}
        }
    }
}

impl ParagraphLook {
    /// Takes up what the name of a style says, if nothing nearer has said it.
    fn take_name(&mut self, name: &str) {
        let name: String = name.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
        if self.outline.is_none() {
            // Word keeps English names in the file whatever its language; other programs translate them.
            let level = ["heading", "berschrift", "überschrift", "titre", "título", "titolo"]
                .iter()
                .find_map(|prefix| name.strip_prefix(prefix))
                .and_then(|rest| rest.parse::<u8>().ok())
                .filter(|level| (1..=9).contains(level));
            self.outline = level;
        }
        self.is_title |= self.outline.is_none() && matches!(name.as_str(), "title" | "titel" | "documenttitle");
        let is_numbered = |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.parse::<u8>().is_ok());
        self.is_contents |= is_numbered("toc") || is_numbered("verzeichnis") || is_numbered("contents") || name == "tableoffigures";
        if self.list.is_none() && (name.starts_with("listbullet") || name.starts_with("listnumber")) {
            let level = name.chars().last().and_then(|c| c.to_digit(10)).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(1);
            self.list = Some(level.saturating_sub(1));
        }
    }
}

/// `w:outlineLvl` counts from 0; 9 means body text.
pub fn outline_level(element: &BytesStart<'_>) -> Option<u8> {
    xml::attribute(element, "val").and_then(|value| value.parse::<u8>().ok()).map(|level| level.saturating_add(1).min(10))
}
