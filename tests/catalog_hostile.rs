//! Whatever bytes stand in a catalog file or in a file of requirements: mistakes are values, and every place that
//! they name lies within the text.

use crosswalk::catalog::{CatalogText, Mistake, import, load};
use proptest::prelude::*;

const HEAD: &str = "schema = 1\nedition = \"2026.11.0\"\nlicence = \"x\"\nstandards = [\"a\"]\n";
const LEXICON: &str = "schema = 1\nrev = 1\n[concept]\nthreat = ['\\bthreat']\n";
const STANDARD: &str = "schema = 1\nid = \"a\"\ntitle = \"A\"\nedition = \"1\"\ncopyright = \"c\"\nsource = \"s\"\n\
    [[clause]]\nnumber = \"1\"\nkind = \"requirement\"\ntitle = \"T\"\nbasis = \"memory\"\nconfidence = \"low\"\n";

fn files(lexicon: &str, standard: &str, entry: &str) -> Vec<CatalogText> {
    [("catalog.toml", HEAD), ("lexicon.toml", lexicon), ("standards/a.toml", standard), ("a/1.toml", entry)]
        .map(|(path, text)| CatalogText { path: path.into(), text: text.into() })
        .into()
}

fn places_hold(mistakes: &[Mistake], text: &str, file: &str) {
    for mistake in mistakes.iter().filter(|mistake| mistake.file == file) {
        assert!(text.get(mistake.span.clone()).is_some(), "{mistake}");
        assert!(mistake.line <= text.matches('\n').count() + 1, "{mistake}");
        assert!(!mistake.message.is_empty());
    }
}

/// Pieces that make interesting files more often than random characters do.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("standard,clause,title,paraphrase\n".to_owned()),
        Just("{\"standard\":\"A\",\"clause\":\"1\",\"title\":\"ü\",\"paraphrase\":\"\"}\n".to_owned()),
        Just("A,1,T,P\r\n".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("\"".to_owned()),
        Just("\n\n".to_owned()),
        Just("[[constraint]]\nid = \"c01\"\nhit = [{ all = [\"threat\"] }]\n".to_owned()),
        Just("[text]\nwhy = 'ä".to_owned()),
        Just("= [[[{".to_owned()),
        "\\PC{0,12}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_as_requirements(text in pieces(), name in prop_oneof![Just("r.csv"), Just("r.jsonl"), Just("r")]) {
        let (catalog, mistakes) = load(&files(LEXICON, STANDARD, ""));
        prop_assert!(catalog.is_none() && !mistakes.is_empty(), "an empty entry is a mistake");
        let (catalog, _) = load(&files(LEXICON, STANDARD, "")[..3]);
        let mut catalog = catalog.expect("the rest has none");
        let outcome = import(&mut catalog, name, &text, false);
        prop_assert_eq!(outcome.standards.is_empty(), !outcome.mistakes.is_empty());
        places_hold(&outcome.mistakes, &text, name);
    }

    #[test]
    fn any_text_as_a_catalog_file(text in pieces()) {
        for (files, path) in [
            (files(LEXICON, STANDARD, &text), "a/1.toml"),
            (files(LEXICON, &text, ""), "standards/a.toml"),
            (files(&text, STANDARD, ""), "lexicon.toml"),
        ] {
            let (catalog, mistakes) = load(&files);
            prop_assert!(catalog.is_none() && !mistakes.is_empty());
            places_hold(&mistakes, &text, path);
        }
    }
}
