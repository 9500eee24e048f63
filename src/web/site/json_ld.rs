//! What a page says of itself to search engines, as a data block (JSON-LD, schema.org). Nothing in it is executed.

use serde_json::{Value, json};

/// A place on the way from the home page: its name and its complete address.
pub(super) type Crumb = (String, String);

/// A page with the way to it. `kind` is a schema.org type such as `TechArticle`.
pub(super) fn page(kind: &str, name: &str, description: &str, address: &str, about: Option<&str>, way: &[Crumb]) -> String {
    let mut page = json!({
        "@type": kind,
        "@id": address,
        "url": address,
        "name": name,
        "headline": name,
        "description": description,
        "inLanguage": "en",
        "isAccessibleForFree": true,
    });
    if let (Some(about), Some(fields)) = (about, page.as_object_mut()) {
        fields.insert("about".into(), json!({ "@type": "Thing", "name": about }));
    }
    let items: Vec<Value> = way
        .iter()
        .zip(1_u32..)
        .map(|((name, address), position)| json!({ "@type": "ListItem", "position": position, "name": name, "item": address }))
        .collect();
    let crumbs = json!({ "@type": "BreadcrumbList", "itemListElement": items });
    as_block(&json!({ "@context": "https://schema.org", "@graph": [page, crumbs] }))
}

/// JSON that cannot end the script element it stands in, whatever its texts hold.
fn as_block(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_block() {
        let hostile = "</script><script>alert(1)</script>";
        let block =
            page("WebPage", hostile, hostile, "https://x.example/", Some(hostile), &[(hostile.into(), "https://x.example/".into())]);
        assert!(!block.contains('<'));
        let read: Value = serde_json::from_str(&block).unwrap_or_default();
        assert_eq!(read["@graph"][0]["name"], hostile);
    }
}
