//! The text format of Prometheus, version 0.0.4, read strictly: whatever a lenient reader would let pass is an error here.

use std::collections::{BTreeMap, BTreeSet};

/// The labels of a series.
pub type Labels = BTreeMap<String, String>;

/// All samples of one name.
#[derive(Debug, Default)]
pub struct Family {
    pub kind: String,
    pub help: String,
    /// By the suffix of the name (`_bucket`, `_sum`, `_count`, or nothing) and the labels.
    pub samples: BTreeMap<(String, Labels), f64>,
}

impl Family {
    /// The sum of all samples with these labels.
    pub fn sum(&self, labels: &[(&str, &str)]) -> f64 {
        let has = |found: &Labels| labels.iter().all(|(name, value)| found.get(*name).is_some_and(|found| found == value));
        self.samples.iter().filter(|((suffix, found), _)| suffix.is_empty() && has(found)).map(|(_, value)| value).sum()
    }
}

/// Reads a page.
///
/// # Panics
/// Where it is not of the format.
pub fn read(page: &str) -> BTreeMap<String, Family> {
    assert!(page.ends_with('\n') && !page.contains('\r'), "lines end with a line feed, the last one too");
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut current = String::new();
    let mut closed = BTreeSet::new();
    let mut begin = |families: &mut BTreeMap<String, Family>, current: &mut String, name: &str| {
        if name != current {
            assert!(closed.insert(current.clone()), "{current} twice");
            assert!(!closed.contains(name), "the lines of {name} do not stand together");
            name.clone_into(current);
            families.insert(name.to_owned(), Family::default());
        }
    };
    for line in page.lines().filter(|line| !line.is_empty()) {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let (keyword, name, rest) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap_or_default());
            assert!(is_name(name), "{line}");
            begin(&mut families, &mut current, name);
            let family = families.get_mut(name).unwrap();
            assert!(family.samples.is_empty(), "{line} stands behind the samples");
            let place = match keyword {
                "HELP" => &mut family.help,
                "TYPE" => &mut family.kind,
                other => panic!("{other}: {line}"),
            };
            assert!(place.is_empty() && !rest.is_empty(), "{line}");
            rest.clone_into(place);
        } else {
            let (name, labels, value) = sample(line);
            let family = families.get_mut(&current).unwrap_or_else(|| panic!("no type before {line}"));
            let suffix = name.strip_prefix(current.as_str()).unwrap_or_else(|| panic!("{line} stands below {current}"));
            let allowed: &[&str] = if family.kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
            assert!(allowed.contains(&suffix), "{line} is no sample of a {}", family.kind);
            assert_eq!(labels.contains_key("le"), suffix == "_bucket", "{line}");
            assert!(family.samples.insert((suffix.to_owned(), labels), value).is_none(), "a second time: {line}");
        }
    }
    for (name, family) in &families {
        assert!(["counter", "gauge", "histogram"].contains(&family.kind.as_str()), "{name} is a {:?}", family.kind);
        assert!(family.kind == "gauge" || family.samples.values().all(|value| *value >= 0.0), "{name}");
        if family.kind == "histogram" {
            check_histogram(name, family);
        }
    }
    families
}

/// Buckets hold what the smaller ones hold, and the last one holds all.
fn check_histogram(name: &str, family: &Family) {
    let mut buckets: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
    for ((suffix, labels), count) in &family.samples {
        if suffix == "_bucket" {
            let mut labels = labels.clone();
            let end = labels.remove("le").unwrap();
            buckets.entry(labels).or_default().push((number(&end), *count));
        }
    }
    for (labels, mut counts) in buckets {
        counts.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert!(counts.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{name}: {counts:?}");
        let all = counts.last().unwrap();
        let of = |suffix: &str| family.samples[&(suffix.to_owned(), labels.clone())];
        assert!(all.0.is_infinite() && (all.1 - of("_count")).abs() < f64::EPSILON && of("_sum") >= 0.0, "{name}: {counts:?}");
    }
}

/// `name{label="value",…} number`: no other blank, no time.
fn sample(line: &str) -> (&str, Labels, f64) {
    let end = line.find(['{', ' ']).unwrap_or_else(|| panic!("{line}"));
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{line}");
    let mut labels = Labels::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (label, more) = rest.split_once("=\"").unwrap_or_else(|| panic!("{line}"));
            assert!(is_name(label) && !label.contains(':'), "{line}");
            let (value, more) = quoted(more, line);
            assert!(labels.insert(label.to_owned(), value).is_none(), "{line}");
            rest = more;
            if let Some(more) = rest.strip_prefix(',') {
                rest = more;
            } else {
                rest = rest.strip_prefix('}').unwrap_or_else(|| panic!("{line}"));
                break;
            }
        }
    }
    let value = rest.strip_prefix(' ').unwrap_or_else(|| panic!("{line}"));
    assert!(!value.contains(' '), "{line}");
    (name, labels, number(value))
}

fn quoted<'a>(text: &'a str, line: &str) -> (String, &'a str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.push(match chars.next() {
                Some((_, 'n')) => '\n',
                Some((_, c @ ('\\' | '"'))) => c,
                other => panic!("{other:?}: {line}"),
            }),
            c => value.push(c),
        }
    }
    panic!("no end of a label: {line}")
}

fn number(text: &str) -> f64 {
    match text {
        "+Inf" => f64::INFINITY,
        _ => text.parse().unwrap_or_else(|_| panic!("{text} is no number")),
    }
}

fn is_name(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    text.starts_with(|c: char| is_part(c) && !c.is_ascii_digit()) && text.chars().all(is_part)
}
