//! Checks of what the service tells by other ways than its pages: letters to customers, and measurements to whoever watches it. Connects to
//! no mail server.

use std::net::SocketAddr;

use crate::app::service::check::{Check, Role, is_for_this_machine};
use crate::settings::{Settings, SmtpSettings, SmtpTls};

/// By which mail server letters leave, if any, and whether they could link to the pages.
pub(super) fn check_mail(settings: &Settings, role: Role) -> Vec<Check> {
    const SUBJECT: &str = "mail";
    let Some(smtp) = &settings.mail else {
        return vec![Check::note(
            SUBJECT,
            "No mail server is set: nobody is told by mail of a payment, or of what a scheduled review found; the pages tell it all the same.",
            "Set smtp.host and smtp.from, and smtp.username with smtp.password if the server asks for them.",
        )];
    };
    let mut checks = vec![Check::good(SUBJECT, in_words(smtp))];
    match role {
        Role::Work if settings.server.public_url.is_none() => checks.push(Check::missing(
            "links in letters",
            "smtp is set, but server.public_url is not: this worker does not know where a letter should link to.",
            "Set server.public_url as for `serve`, or leave the smtp section out for this worker; then others send the letters.",
        )),
        Role::Work | Role::Serve => {
            if is_for_this_machine(settings) {
                checks.push(Check::note(
                    "links in letters",
                    "Letters link to an address that only this machine can reach.",
                    "Set server.public_url to the https address under which people reach the service.",
                ));
            }
        }
    }
    checks
}

fn in_words(smtp: &SmtpSettings) -> String {
    let way = match smtp.tls {
        SmtpTls::Implicit => "TLS from the first byte",
        SmtpTls::StartTls => "STARTTLS",
        SmtpTls::None => "in clear, on this machine",
    };
    let sign_in = if smtp.login.is_some() { "with a sign-in" } else { "without a sign-in" };
    format!("letters leave by {}, port {} ({way}, {sign_in}), from {}", smtp.host, smtp.port, smtp.from)
}

/// Where measurements can be read, if anywhere.
pub(super) fn check_metrics(listen: Option<SocketAddr>) -> Check {
    const SUBJECT: &str = "metrics";
    match listen {
        None => Check::good(SUBJECT, "nothing is measured (metrics.listen is not set)"),
        Some(listen) if listen.ip().is_loopback() => {
            Check::good(SUBJECT, format!("can be read at http://{listen}/metrics, from this machine only"))
        }
        Some(listen) => Check::note(
            SUBJECT,
            format!(
                "metrics.listen is {listen}: whoever reaches that address reads the measurements (counts only, nothing of a customer)."
            ),
            "Let a firewall keep everybody out but the machine that watches the service.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::service::check::{Level, refuse_missing};

    const SMTP: &str =
        "[smtp]\nhost = \"smtp.example.com\"\nfrom = \"Crosswalk <reports@example.com>\"\nusername = \"u\"\npassword = \"hush\"\n";
    const PUBLIC: &str = "[server]\npublic_url = \"https://crosswalk.example.com\"\n";

    fn mail(text: &str, role: Role) -> Vec<Check> {
        let settings = Settings::parse(Some(text), &[]).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let checks = check_mail(&settings, role);
        assert!(!format!("{checks:?}").contains("hush"), "{checks:?}");
        checks
    }

    fn levels(checks: &[Check]) -> Vec<Level> {
        checks.iter().map(|check| check.level).collect()
    }

    #[test]
    fn without_a_mail_server_a_service_starts_and_says_so() {
        for role in [Role::Serve, Role::Work] {
            assert_eq!(levels(&mail("", role)), [Level::Note]);
        }
    }

    #[test]
    fn a_mail_server_is_told_without_its_password() {
        let checks = mail(&format!("{SMTP}{PUBLIC}"), Role::Serve);
        let expected = "letters leave by smtp.example.com, port 465 (TLS from the first byte, with a sign-in), from reports@example.com";
        assert_eq!((levels(&checks), checks[0].found.as_str()), (vec![Level::Good], expected));
        assert_eq!(levels(&mail(&format!("{SMTP}{PUBLIC}"), Role::Work)), [Level::Good]);
    }

    #[test]
    fn letters_that_could_not_link_to_the_pages_are_told_before_any_is_written() {
        assert_eq!(levels(&mail(SMTP, Role::Serve)), [Level::Good, Level::Note]);
        let worker = mail(SMTP, Role::Work);
        assert_eq!(levels(&worker), [Level::Good, Level::Missing]);
        let refusal = refuse_missing(&worker).err().map(|failure| failure.happened).unwrap_or_default();
        assert!(refusal.contains("server.public_url is not"), "{refusal}");
        assert_eq!(
            levels(&mail(&format!("{SMTP}[server]\npublic_url = \"http://127.0.0.1:8080\"\n"), Role::Work)),
            [Level::Good, Level::Note]
        );
    }

    #[test]
    fn measurements_on_a_public_address_are_told() {
        let level = |listen: &str| check_metrics(listen.parse().ok()).level;
        assert_eq!(
            [level("127.0.0.1:9090"), level("[::1]:9090"), level("10.0.0.3:9090"), level("0.0.0.0:9090")],
            [Level::Good, Level::Good, Level::Note, Level::Note]
        );
        assert!(check_metrics(None).found.contains("nothing is measured"));
    }
}
