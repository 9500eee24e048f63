//! The pages that speak for the operator: privacy, terms, data processing, subprocessors. What the program does stands here; who runs it
//! comes from the settings, and what is not set stays a visible blank.

use askama::Template;

use crate::web::frame::Frame;
use crate::web::site::{Site, rendered};

/// What the operator has told of itself; a blank where nothing is set.
struct Told<'s> {
    operator: Option<&'s str>,
    contact: Option<&'s str>,
    hosting: Option<&'s str>,
    mail_provider: Option<&'s str>,
    backup_days: Option<String>,
    address: &'s str,
}

impl<'s> Told<'s> {
    fn of(site: &'s Site) -> Self {
        let about = &site.about;
        Self {
            operator: about.operator.as_deref(),
            contact: about.contact_email.as_deref(),
            hosting: about.hosting.as_deref(),
            mail_provider: about.mail_provider.as_deref(),
            backup_days: about.backup_days.map(|days| days.to_string()),
            address: about.public_url.as_str(),
        }
    }

    /// Whether somebody stands behind the page who can be held to it.
    fn is_named(&self) -> bool {
        self.operator.is_some() && self.contact.is_some()
    }

    fn backup_days(&self) -> Option<&str> {
        self.backup_days.as_deref()
    }
}

#[derive(Template)]
#[template(path = "site/privacy.html", config = "src/web/askama.toml")]
struct PrivacyPage<'s> {
    frame: Frame,
    told: Told<'s>,
}

#[derive(Template)]
#[template(path = "site/terms.html", config = "src/web/askama.toml")]
struct TermsPage<'s> {
    frame: Frame,
    told: Told<'s>,
}

#[derive(Template)]
#[template(path = "site/data-processing.html", config = "src/web/askama.toml")]
struct DataProcessingPage<'s> {
    frame: Frame,
    told: Told<'s>,
}

#[derive(Template)]
#[template(path = "site/subprocessors.html", config = "src/web/askama.toml")]
struct SubprocessorsPage<'s> {
    frame: Frame,
    told: Told<'s>,
}

/// `/privacy`.
pub(super) fn privacy(site: &Site) -> String {
    let description = "What Crosswalk reads in your Google Drive, why, what it keeps and for how long, who sees it, and how to delete it; \
                       with Google’s Limited Use statement.";
    rendered(&PrivacyPage { frame: site.frame("Privacy", description, "/privacy"), told: Told::of(site) })
}

/// `/terms`.
pub(super) fn terms(site: &Site) -> String {
    let description = "The terms of using Crosswalk: what the service does, what it does not claim, what you may expect and what is yours.";
    rendered(&TermsPage { frame: site.frame("Terms", description, "/terms"), told: Told::of(site) })
}

/// `/data-processing`.
pub(super) fn data_processing(site: &Site) -> String {
    let description = "The terms under which personal data in your documents is processed on your behalf (Art. 28 GDPR): subject, \
                       instructions, safeguards, helpers, deletion.";
    rendered(&DataProcessingPage { frame: site.frame("Data processing terms", description, "/data-processing"), told: Told::of(site) })
}

/// `/subprocessors`.
pub(super) fn subprocessors(site: &Site) -> String {
    let description = "Who else handles data of this service: hosting, payment, mail. What each of them gets, what none of them gets, and \
                       how changes are told.";
    rendered(&SubprocessorsPage { frame: site.frame("Subprocessors", description, "/subprocessors"), told: Told::of(site) })
}
