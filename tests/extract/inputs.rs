//! Small files made for the tests.

use std::io::{Cursor, Write};

use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="urn:wps" xmlns:v="urn:schemas-microsoft-com:vml""#;

/// A Word part with that root element.
pub fn part(root: &str, content: &str) -> String {
    format!(r#"<?xml version="1.0" encoding="UTF-8"?><w:{root} {NAMESPACES}>{}</w:{root}>"#, content.trim())
}

/// A main document part.
pub fn body(content: &str) -> String {
    part("document", &format!("<w:body>{}</w:body>", content.trim()))
}

/// A paragraph of plain text.
pub fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A container of these parts.
pub fn archive(parts: &[(&str, String)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A Word document of these parts.
pub fn docx(parts: &[(&str, String)]) -> Vec<u8> {
    archive(parts)
}

/// A Word document of these paragraphs.
pub fn docx_of(paragraphs: &[&str]) -> Vec<u8> {
    let content: String = paragraphs.iter().map(|text| paragraph(text)).collect();
    docx(&[("word/document.xml", body(&content))])
}

/// A PDF whose pages have these content streams; `F1` is Helvetica, `F2` bold, `F3` italic, `I` a grey image.
pub fn pdf(pages: &[&str]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let pages_id = document.new_object_id();
    let mut font = |name: &str| {
        document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name, "Encoding" => "WinAnsiEncoding" })
    };
    let fonts = dictionary! { "F1" => font("Helvetica"), "F2" => font("Helvetica-Bold"), "F3" => font("Helvetica-Oblique") };
    let image = Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 2, "Height" => 2, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 },
        vec![0x80; 4],
    );
    let image_id = document.add_object(image);
    let resources = document.add_object(dictionary! { "Font" => fonts, "XObject" => dictionary! { "I" => image_id } });
    let kids: Vec<Object> = pages
        .iter()
        .map(|content| {
            let content_id = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
            document
                .add_object(dictionary! {
                    "Type" => "Page", "Parent" => pages_id, "Contents" => content_id, "Resources" => resources,
                    "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
                })
                .into()
        })
        .collect();
    let count = i64::try_from(kids.len()).unwrap();
    document.objects.insert(pages_id, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages_id });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}
