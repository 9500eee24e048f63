//! Formats of the workbook's cells.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};

use crate::report::VerdictShown;

const FONT: &str = "Calibri";

/// The formats that sheets share.
pub(super) struct Formats {
    /// A cell of running text: wrapped, at the top.
    pub(super) text: Format,
    /// A cell with a link.
    pub(super) link: Format,
    /// The head of a column.
    pub(super) head: Format,
    /// A line that names what follows.
    pub(super) title: Format,
    /// Words that must not be missed.
    pub(super) notice: Format,
}

impl Formats {
    pub(super) fn new() -> Self {
        let plain = Format::new().set_font_name(FONT).set_font_size(10);
        let cell = plain.clone().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Hair).set_border_color(hex("BFC6CC"));
        Self {
            link: cell.clone().set_font_color(hex("1A5480")).set_underline(FormatUnderline::Single),
            head: cell.clone().set_bold().set_background_color(hex("EDF0F2")).set_font_color(hex("4D5965")),
            title: plain.clone().set_bold().set_font_size(13).set_font_color(hex("1D4561")).set_align(FormatAlign::Top),
            notice: plain.set_bold().set_text_wrap().set_align(FormatAlign::Top).set_font_color(hex("5B3B00")),
            text: cell,
        }
    }

    /// The cell of a verdict: words first, the colour besides.
    pub(super) fn verdict(&self, verdict: VerdictShown) -> Format {
        let (fill, text) = verdict.colours();
        self.text.clone().set_background_color(hex(fill)).set_font_color(hex(text))
    }
}

/// A colour of six hexadecimal digits; black for anything else.
fn hex(digits: &str) -> Color {
    Color::RGB(u32::from_str_radix(digits, 16).unwrap_or_default())
}
