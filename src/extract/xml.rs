//! Small helpers over the XML reader that all Office formats share: attributes by local name, character references,
//! and the refusal of document type declarations. It resolves no entity but the five predefined ones.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart};

use crate::evidence::Unreadable;

/// A reader over one part; empty elements come as a start and an end.
pub fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = true;
    reader
}

/// The value of an attribute, whatever its prefix.
pub fn attribute(element: &BytesStart<'_>, local_name: &str) -> Option<String> {
    element.attributes().with_checks(false).flatten().find_map(|attribute| {
        if attribute.key.local_name().as_ref() != local_name {
            return None;
        }
        Some(
            attribute
                .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                .map_or_else(|_| attribute.value.to_string(), std::borrow::Cow::into_owned),
        )
    })
}

/// The `val` attribute as an on/off switch: present without a value means on (ISO/IEC 29500-1, 17.17.4).
pub fn is_on(element: &BytesStart<'_>) -> bool {
    attribute(element, "val").is_none_or(|value| !matches!(value.as_str(), "0" | "false" | "off" | "none"))
}

/// The character that a reference stands for; nothing for an entity that is not predefined.
pub fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => Some(c),
        Ok(None) => match &**reference {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => None,
        },
        Err(_) => None,
    }
}

/// A part that is not well formed.
pub fn damaged() -> Unreadable {
    Unreadable::Damaged { detail: "its XML is not well formed".into() }
}

/// A part with a document type declaration: no Office program writes one, attackers do.
pub fn declares_entities() -> Unreadable {
    Unreadable::Damaged { detail: "it declares XML entities, which no office program writes".into() }
}

/// A part nested deeper than the limit.
pub fn too_deep(limit: usize) -> Unreadable {
    Unreadable::TooLarge { limit: format!("XML nested deeper than {limit} elements") }
}
