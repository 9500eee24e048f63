//! Privacy and terms. What the program does stands here; who runs it comes from the settings, and what is not set stays a visible blank.

use askama::Template;

use crate::web::frame::Frame;
use crate::web::site::{Site, rendered};

#[derive(Template)]
#[template(path = "site/privacy.html", config = "src/web/askama.toml")]
struct PrivacyPage<'s> {
    frame: Frame,
    operator: Option<&'s str>,
    contact: Option<&'s str>,
    address: &'s str,
}

#[derive(Template)]
#[template(path = "site/terms.html", config = "src/web/askama.toml")]
struct TermsPage<'s> {
    frame: Frame,
    operator: Option<&'s str>,
    contact: Option<&'s str>,
    address: &'s str,
}

/// `/privacy`.
pub(super) fn privacy(site: &Site) -> String {
    let description = "What Crosswalk reads in your Google Drive, why, what it keeps and for how long, who sees it, and how to delete it; \
                       with Google’s Limited Use statement.";
    rendered(&PrivacyPage {
        frame: site.frame("Privacy", description, "/privacy"),
        operator: site.about.operator.as_deref(),
        contact: site.about.contact_email.as_deref(),
        address: site.about.public_url.as_str(),
    })
}

/// `/terms`.
pub(super) fn terms(site: &Site) -> String {
    let description = "The terms of using Crosswalk: what the service does, what it does not claim, what you may expect and what is yours.";
    rendered(&TermsPage {
        frame: site.frame("Terms", description, "/terms"),
        operator: site.about.operator.as_deref(),
        contact: site.about.contact_email.as_deref(),
        address: site.about.public_url.as_str(),
    })
}
