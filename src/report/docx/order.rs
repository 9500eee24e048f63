//! Puts the properties of a Word part into the order that the schema demands (ECMA-376 part 1, annex A, `wml.xsd`):
//! the library writes them in an order of its own, which readers mostly forgive and validators do not.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Elements whose children have a fixed order, with that order as far as the library writes them.
const ORDERS: [(&str, &[&str]); 7] = [
    (
        "w:pPr",
        &[
            "w:pStyle",
            "w:keepNext",
            "w:keepLines",
            "w:pageBreakBefore",
            "w:framePr",
            "w:widowControl",
            "w:numPr",
            "w:pBdr",
            "w:shd",
            "w:tabs",
            "w:bidi",
            "w:adjustRightInd",
            "w:snapToGrid",
            "w:spacing",
            "w:ind",
            "w:jc",
            "w:textAlignment",
            "w:outlineLvl",
            "w:rPr",
            "w:sectPr",
        ],
    ),
    (
        "w:rPr",
        &[
            "w:rStyle",
            "w:rFonts",
            "w:b",
            "w:bCs",
            "w:i",
            "w:iCs",
            "w:caps",
            "w:strike",
            "w:dstrike",
            "w:vanish",
            "w:color",
            "w:spacing",
            "w:w",
            "w:sz",
            "w:szCs",
            "w:highlight",
            "w:u",
            "w:bdr",
            "w:shd",
            "w:fitText",
            "w:vertAlign",
            "w:lang",
            "w:specVanish",
        ],
    ),
    (
        "w:style",
        &[
            "w:name",
            "w:basedOn",
            "w:next",
            "w:link",
            "w:uiPriority",
            "w:semiHidden",
            "w:unhideWhenUsed",
            "w:qFormat",
            "w:pPr",
            "w:rPr",
            "w:tblPr",
            "w:trPr",
            "w:tcPr",
        ],
    ),
    (
        "w:sectPr",
        &[
            "w:headerReference",
            "w:footerReference",
            "w:type",
            "w:pgSz",
            "w:pgMar",
            "w:pgNumType",
            "w:cols",
            "w:titlePg",
            "w:textDirection",
            "w:docGrid",
        ],
    ),
    ("w:tblPr", &["w:tblStyle", "w:tblpPr", "w:tblW", "w:jc", "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar"]),
    ("w:tcPr", &["w:tcW", "w:gridSpan", "w:vMerge", "w:tcBorders", "w:shd", "w:tcMar", "w:textDirection", "w:vAlign"]),
    ("w:settings", &["w:zoom", "w:defaultTabStop", "w:evenAndOddHeaders", "w:compat", "w:docVars"]),
];

struct Element {
    name: String,
    open: String,
    children: Vec<(String, String)>,
}

/// The part with its properties in order. A part that cannot be parsed stays as it is.
pub(super) fn in_schema_order(xml: &str) -> String {
    sorted(xml).unwrap_or_else(|| xml.to_owned())
}

fn sorted(xml: &str) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let mut above: Vec<Element> = Vec::new();
    let mut current = Element { name: String::new(), open: String::new(), children: Vec::new() };
    let mut from = 0;
    loop {
        let event = reader.read_event().ok()?;
        let to = usize::try_from(reader.buffer_position()).ok()?;
        let raw = xml.get(from..to)?.to_owned();
        from = to;
        match event {
            Event::Start(start) => {
                let element = Element { name: start.name().as_ref().to_owned(), open: raw, children: Vec::new() };
                above.push(std::mem::replace(&mut current, element));
            }
            Event::End(_) => {
                let closed = std::mem::replace(&mut current, above.pop()?);
                let name = closed.name.clone();
                current.children.push((name, written(closed, &raw)));
            }
            Event::Empty(empty) => current.children.push((empty.name().as_ref().to_owned(), raw)),
            Event::Eof => return above.is_empty().then(|| written(current, "")),
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {
                current.children.push((String::new(), raw));
            }
        }
    }
}

fn written(mut element: Element, close: &str) -> String {
    if let Some((_, order)) = ORDERS.iter().find(|(name, _)| *name == element.name) {
        element.children.sort_by_key(|(name, _)| order.iter().position(|o| o == name).unwrap_or(order.len()));
    }
    let mut out = element.open;
    for (_, child) in &element.children {
        out.push_str(child);
    }
    out.push_str(close);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_sorted_and_content_is_not() {
        for (input, expected) in [
            (
                r#"<w:p><w:pPr><w:rPr><w:sz w:val="2" /><w:b /></w:rPr><w:pStyle w:val="A" /></w:pPr><w:r><w:t>b &amp; a</w:t></w:r></w:p>"#,
                r#"<w:p><w:pPr><w:pStyle w:val="A" /><w:rPr><w:b /><w:sz w:val="2" /></w:rPr></w:pPr><w:r><w:t>b &amp; a</w:t></w:r></w:p>"#,
            ),
            ("<?xml version=\"1.0\"?><a><c/><b/></a>", "<?xml version=\"1.0\"?><a><c/><b/></a>"),
            ("<a><b>", "<a><b>"),
        ] {
            assert_eq!(in_schema_order(input), expected);
        }
    }
}
