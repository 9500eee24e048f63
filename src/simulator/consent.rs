//! The pages a person sees at the simulated Google when an application sends them there: the account chooser, the consent
//! screen and its error page. Plain HTML, no script.

use super::answer::{Answer, escape_html};
use super::people::Person;

/// What the consent screen says.
pub(super) struct ConsentPage<'a> {
    pub page_id: &'a str,
    pub owner_name: &'a str,
    pub owner_email: &'a str,
    /// Drive scopes that the application asks for; each gets a box to tick.
    pub scopes: &'a [String],
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#202124}\
.note{background:#fef7e0;border:1px solid #f9ab00;border-radius:.5rem;padding:.75rem 1rem}\
fieldset{border:1px solid #dadce0;border-radius:.5rem;margin:1.5rem 0;padding:1rem}\
label{display:block}input[name=name]{font:inherit;width:100%;box-sizing:border-box;padding:.25rem .5rem}code{font-size:.8em;color:#5f6368;overflow-wrap:anywhere}\
button{font:inherit;padding:.5rem 1.5rem;border-radius:1.5rem;border:1px solid #1a73e8;background:#fff;color:#1a73e8;margin-right:.75rem}\
small{color:#5f6368}button[name=account]{border-radius:.5rem;text-align:left;width:100%}button[value=allow]{background:#1a73e8;color:#fff}";

/// The consent screen.
pub(super) fn consent_page(page: &ConsentPage<'_>) -> Answer {
    let mut boxes = String::new();
    for scope in page.scopes {
        let (scope, meaning) = (escape_html(scope), describe(scope));
        for part in
            ["<label><input type=\"checkbox\" name=\"scope\" value=\"", &scope, "\"> ", meaning, "<br><code>", &scope, "</code></label>"]
        {
            boxes.push_str(part);
        }
    }
    let body = format!(
        "<h1>Crosswalk wants access to your account</h1>\
<p>Signed in as <strong>{} ({})</strong>, an invented person.</p>\
<form method=\"post\" action=\"/o/oauth2/consent\">\
<input type=\"hidden\" name=\"page\" value=\"{}\">\
<fieldset><legend>Choose what Crosswalk may do</legend>{boxes}</fieldset>\
<button type=\"submit\" name=\"decision\" value=\"allow\">Allow</button>\
<button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button>\
<p><button type=\"submit\" name=\"decision\" value=\"blocked\">Behave as if the administrator forbids it</button></p></form>",
        escape_html(page.owner_name),
        escape_html(page.owner_email),
        escape_html(page.page_id),
    );
    Answer::html(200, frame("Sign in – Simulated Google", &body))
}

/// The page that Google shows instead of a redirect when the application itself is set up wrongly.
pub(super) fn error_page(status: u16, error: &str, detail: &str) -> Answer {
    let body = format!(
        "<h1>Access blocked: authorisation error</h1><p><strong>Error {status}: {}</strong></p><p>{}</p>\
<p>The application that sent you here is set up wrongly. Close this page and tell its operator.</p>",
        escape_html(error),
        escape_html(detail),
    );
    Answer::html(status, frame("Error – Simulated Google", &body))
}

/// The account chooser.
pub(super) fn chooser_page(page_id: &str, people: &[Person]) -> Answer {
    let mut choices = String::new();
    for person in people {
        let (name, email, company) = (escape_html(&person.name), escape_html(&person.email), escape_html(&person.company));
        for part in [
            "<p><button type=\"submit\" name=\"account\" value=\"",
            &email,
            "\">",
            &name,
            "<br><small>",
            &email,
            "<br>",
            &company,
            "</small></button></p>",
        ] {
            choices.push_str(part);
        }
    }
    let body = format!(
        "<h1>Choose an account</h1><p>to continue to Crosswalk. All of these people are invented.</p>\
<form method=\"post\" action=\"/o/oauth2/choose\"><input type=\"hidden\" name=\"page\" value=\"{}\">{choices}</form>",
        escape_html(page_id)
    );
    Answer::html(200, frame("Choose an account – Simulated Google", &body))
}

fn describe(scope: &str) -> &'static str {
    match scope.rsplit('/').next() {
        Some("drive.readonly") => "See and download all your Google Drive files",
        Some("drive.file") => "See only the Google Drive files that you choose for this application",
        Some("drive.metadata.readonly") => "See information about your Google Drive files",
        _ => "Use another permission",
    }
}

/// A whole page.
pub(super) fn frame(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>\
<meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\
<p class=\"note\"><strong>Simulated Google – no real account.</strong> Nothing you do here reaches Google.</p>{body}</body></html>",
        escape_html(title)
    )
}
