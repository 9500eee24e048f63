//! The frame around the pages of the simulated Stripe: what it is, in large letters, and a policy that lets nothing else in.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use url::Url;

use super::super::answer::{Answer, escape_html};

const STYLE: &str = ":root{color-scheme:light dark;--ground:#f4f5f8;--paper:#fff;--ink:#1b2330;--soft:#515c6b;--line:#d5d9e0;--act:#3b4bb8;\
--on-act:#fff;--note:#fff4d6;--note-ink:#5c4300}\
@media (prefers-color-scheme:dark){:root{--ground:#12161d;--paper:#1b212b;--ink:#e7eaee;--soft:#a8b2bf;--line:#39424f;--act:#a9b4ff;\
--on-act:#12161d;--note:#3a2c10;--note-ink:#f3d592}}\
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}\
.note{margin:0;padding:.7rem 1rem;background:var(--note);color:var(--note-ink);text-align:center;border-bottom:1px solid}\
main{max-width:34rem;margin:2.5rem auto;padding:1.5rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem}\
main.wide{max-width:60rem}h1{font-size:1.35rem;line-height:1.25;margin:0 0 .75rem}h2{font-size:1rem;margin:1.5rem 0 .25rem}\
p{margin:0 0 .75rem}.price{font-size:2rem;font-weight:650;margin:.25rem 0}.soft{color:var(--soft)}\
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:1rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\
form{margin:0}.ways{display:grid;gap:.6rem;margin:1.25rem 0 .9rem}.acts{display:flex;flex-wrap:wrap;gap:.5rem;margin:.5rem 0 0}\
button,.button{display:block;font:inherit;font-weight:600;text-align:center;text-decoration:none;min-height:2.75rem;padding:.55rem 1rem;border-radius:.5rem;\
border:1px solid var(--act);background:transparent;color:var(--act);cursor:pointer}\
button.first{background:var(--act);color:var(--on-act)}:focus-visible{outline:3px solid var(--act);outline-offset:2px}\
a{color:var(--act)}section{border-top:1px solid var(--line);padding:.75rem 0}code{overflow-wrap:anywhere}";

/// The words that stand above every page.
pub(super) const LABEL: &str = "SIMULATED checkout: no money moves, no card is asked for.";

/// A page; its forms may lead to it itself and to `ways_out`.
pub(super) fn page(status: u16, title: &str, class: &str, body: &str, ways_out: &[&str]) -> Answer {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
<title>{title} – Simulated Stripe</title><style>{STYLE}</style></head>\
<body><header class=\"note\"><strong>{LABEL}</strong></header><main{class}>{body}</main></body></html>",
        title = escape_html(title),
        class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") },
    );
    let mut answer = Answer::bytes(status, "text/html; charset=utf-8", page.into_bytes());
    answer.headers.extend([
        ("content-security-policy", policy(ways_out)),
        ("cache-control", "no-store".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("referrer-policy", "same-origin".to_owned()),
    ]);
    answer
}

/// Browsers apply `form-action` to where the answer to a form leads as well.
fn policy(ways_out: &[&str]) -> String {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    let mut forms = "'self'".to_owned();
    for origin in ways_out.iter().filter_map(|way| Url::parse(way).ok()).map(|url| url.origin().ascii_serialization()) {
        // Writing to a text does not fail.
        let _ = write!(forms, " {origin}");
    }
    format!("default-src 'none'; style-src 'sha256-{style}'; form-action {forms}; frame-ancestors 'none'; base-uri 'none'")
}

/// An amount with its currency, such as `EUR 149.00`.
pub(super) fn amount(minor_units: u64, currency: &str) -> String {
    use crate::account::{Currency, Price};
    match Currency::parse(currency) {
        Some(currency) => Price { minor_units, currency }.to_string(),
        None => format!("{minor_units} {}", escape_html(currency)),
    }
}
