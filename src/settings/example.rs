//! Compares `deploy/crosswalk.example.toml` with what the reader really asks for: no setting is missing there, none is invented, each is
//! explained, and the values that are said to hold without it do (those of `extract` are compared in `tests/deploy.rs`).

use std::collections::BTreeSet;

use super::*;

const EXAMPLE: &str = include_str!("../../deploy/crosswalk.example.toml");

/// Whether a line is a setting that is commented out: a name follows the mark without a blank.
fn is_dormant(line: &str) -> bool {
    line.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()) && rest.contains(" = "))
}

/// The example with everything set.
fn awake() -> String {
    EXAMPLE.lines().map(|line| if is_dormant(line) { &line[1..] } else { line }).fold(String::new(), |text, line| text + line + "\n")
}

fn parsed(text: &str) -> Settings {
    Settings::parse(Some(text), &[]).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

/// The keys that stand in a text, as `section.key`.
fn keys_in(text: &str) -> BTreeSet<String> {
    let table: toml::Table = text.parse().unwrap();
    let mut keys = BTreeSet::new();
    for (name, value) in table {
        match value {
            toml::Value::Table(section) => keys.extend(section.keys().map(|key| format!("{name}.{key}"))),
            _ => drop(keys.insert(name)),
        }
    }
    keys
}

#[test]
fn the_example_holds_every_setting_and_no_other() {
    let shown = keys_in(&awake());
    let known = known_settings();
    let missing: Vec<&String> = known.difference(&shown).collect();
    assert!(missing.is_empty(), "deploy/crosswalk.example.toml does not tell of {missing:?}");
    let invented: Vec<&String> = shown.difference(&known).collect();
    assert!(invented.is_empty(), "deploy/crosswalk.example.toml tells of {invented:?}, which there is not");
    assert!(known.len() > 60, "{}", known.len());
}

#[test]
fn every_setting_of_the_example_is_explained() {
    let lines: Vec<&str> = EXAMPLE.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let is_setting = is_dormant(line) || line.starts_with(|c: char| c.is_ascii_lowercase());
        if is_setting {
            assert!(at > 0 && lines[at - 1].starts_with("# "), "nothing stands above `{line}`");
        }
    }
}

#[test]
fn the_example_is_understood_as_it_is_and_with_everything_set() {
    let as_it_is = parsed(EXAMPLE);
    assert_eq!(as_it_is.server.public_url.unwrap().as_str(), "https://crosswalk.example.com/");
    parsed(&awake());
}

#[test]
fn what_holds_without_a_setting_is_what_the_example_says() {
    let (set, usual) = (parsed(&awake()), parsed(""));
    assert_eq!(set.drive, usual.drive);
    assert_eq!(set.worker, usual.worker);
    assert_eq!(set.database.max_connections, usual.database.max_connections);
    assert_eq!(set.server.listen, usual.server.listen);
    let of_server = |server: &ServerSettings| {
        let (idle, absolute, fresh) = (server.session_idle_minutes, server.session_absolute_hours, server.fresh_sign_in_minutes);
        [idle, absolute, fresh, server.sign_in_per_minute, server.requests_per_minute]
    };
    assert_eq!(of_server(&set.server), of_server(&usual.server));
    let of_google = |google: &GoogleSettings| {
        let urls = [&google.auth_url, &google.token_url, &google.revoke_url, &google.issuer, &google.drive_url, &google.picker_url];
        (urls.map(Url::to_string), google.scope, google.allow_whole_drive)
    };
    assert_eq!(of_google(&set.google), of_google(&usual.google));
}

/// What a reader asks for.
fn known_settings() -> BTreeSet<String> {
    let mut reader = Reader::new(None, &[]);
    assert!(Settings::read(&mut reader).is_some());
    reader.asked_for()
}
