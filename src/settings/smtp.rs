//! How mail leaves: the server that takes it over, how the way there is protected, and whose name stands on it. Whether letters are sent
//! at all is whether a server is named.

use std::net::IpAddr;

use secrecy::SecretString;

use crate::settings::Mailbox;
use crate::settings::reader::Reader;

const SECTION: &str = "smtp";
/// A mail server takes its time over the end of a letter.
const USUAL_TIMEOUT_MS: u64 = 60_000;

/// The section `smtp`.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub tls: SmtpTls,
    /// With what one signs in there; none when the server asks nobody.
    pub login: Option<SmtpLogin>,
    /// The sender of every letter.
    pub from: Mailbox,
    /// The longest that handing over one letter may take in all, in milliseconds.
    pub timeout_ms: u64,
}

/// How the way to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// `implicit`: TLS from the first byte (RFC 8314, 3.3).
    Implicit,
    /// `starttls`: TLS after a greeting in clear, and nothing without it (RFC 3207).
    StartTls,
    /// `none`: in clear; for a server on this machine only.
    None,
}

/// A sign-in at the mail server.
#[derive(Debug, Clone)]
pub struct SmtpLogin {
    /// Who.
    pub username: String,
    /// The password; never shown.
    pub password: SecretString,
}

impl SmtpTls {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "implicit" => Some(Self::Implicit),
            "starttls" => Some(Self::StartTls),
            "none" => Some(Self::None),
            _ => None,
        }
    }

    /// The port that is usual for it.
    fn usual_port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// Reads the section; none when nothing of it is set, or when something is wrong, which is then one of the mistakes.
pub(super) fn read_smtp(reader: &mut Reader) -> Option<SmtpSettings> {
    let host_text = reader.text(SECTION, "host");
    let port = reader.number(SECTION, "port", 1..=65_535).and_then(|port| u16::try_from(port).ok());
    let tls_text = reader.text(SECTION, "tls");
    let (username, password) = (reader.text(SECTION, "username"), reader.secret(SECTION, "password"));
    let from_text = reader.text(SECTION, "from");
    let timeout_ms = reader.number(SECTION, "timeout_ms", 10..=3_600_000);
    let is_anything_set =
        port.is_some() || tls_text.is_some() || username.is_some() || password.is_some() || from_text.is_some() || timeout_ms.is_some();
    if host_text.is_none() && !is_anything_set {
        return None;
    }
    let mut wrong = |key, problem| reader.mistake(SECTION, key, problem);

    let host = host_text.as_deref().map(|text| parse_host(text.trim()));
    match host {
        Some(Some(_)) => {}
        Some(None) => wrong("host", "must be the name or the address of a mail server alone, such as smtp.example.com"),
        None => wrong("host", "must be set when anything else of smtp is set; without it no mail is sent"),
    }
    let tls = tls_text.as_deref().map_or(Some(SmtpTls::Implicit), |text| SmtpTls::parse(text.trim()));
    if tls.is_none() {
        wrong("tls", "must be `implicit`, `starttls` or `none`");
    }
    let host = host.flatten();
    let is_in_clear_over_a_network = tls == Some(SmtpTls::None) && host.as_deref().is_some_and(|host| !is_this_machine(host));
    if is_in_clear_over_a_network {
        wrong("tls", "`none` is accepted only for a server on this machine (127.0.0.1, ::1 or localhost); use `implicit` or `starttls`");
    }
    let is_half_a_login = username.is_some() != password.is_some();
    if is_half_a_login {
        let missing = if username.is_some() { "password" } else { "username" };
        wrong(missing, "must be set, because the other one of smtp.username and smtp.password is; set both or none");
    }
    let from = from_text.as_deref().map(Mailbox::parse);
    match from {
        Some(Some(_)) => {}
        Some(None) => wrong("from", "must be one address, such as reports@example.com or Crosswalk <reports@example.com>"),
        None => wrong("from", "must be set: the address that letters come from, such as Crosswalk <reports@example.com>"),
    }
    if is_in_clear_over_a_network || is_half_a_login {
        return None;
    }
    let tls = tls?;
    Some(SmtpSettings {
        host: host?,
        port: port.unwrap_or(tls.usual_port()),
        tls,
        login: username.zip(password).map(|(username, password)| SmtpLogin { username, password }),
        from: from.flatten()?,
        timeout_ms: timeout_ms.unwrap_or(USUAL_TIMEOUT_MS),
    })
}

/// A host as it is looked up: a name, or an address without brackets.
fn parse_host(text: &str) -> Option<String> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Some(address.to_string());
    }
    match url::Host::parse(text) {
        Ok(url::Host::Domain(name)) => Some(name),
        Ok(url::Host::Ipv4(_) | url::Host::Ipv6(_)) | Err(_) => None,
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::settings::Settings;

    fn read(text: &str) -> Result<Option<SmtpSettings>, Vec<String>> {
        let found = Settings::parse(Some(&format!("[smtp]\n{text}")), &[]);
        found.map(|settings| settings.mail).map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
    }

    fn good(text: &str) -> SmtpSettings {
        read(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}")).unwrap()
    }

    #[test]
    fn a_server_with_what_is_usual() {
        assert!(read("").unwrap().is_none());
        let settings = good("host = \"SMTP.example.com\"\nfrom = \"Crosswalk <r@example.com>\"");
        assert_eq!((settings.host.as_str(), settings.port, settings.tls), ("smtp.example.com", 465, SmtpTls::Implicit));
        assert!(settings.login.is_none() && settings.timeout_ms == 60_000);
        assert_eq!(good("host = \"h.example\"\nfrom = \"r@example.com\"\ntls = \"starttls\"").port, 587);
        for local in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert_eq!(good(&format!("host = \"{local}\"\nfrom = \"r@example.com\"\ntls = \"none\"")).port, 25, "{local}");
        }
        let all = "host = \"h.example\"\nport = 2525\nfrom = \"r@example.com\"\nusername = \"u\"\npassword = \"hush\"\ntimeout_ms = 20";
        let settings = good(all);
        assert_eq!((settings.port, settings.timeout_ms), (2525, 20));
        assert!(settings.login.as_ref().is_some_and(|login| login.password.expose_secret() == "hush"));
        assert!(!format!("{settings:?}").contains("hush"));
    }

    #[test]
    fn every_mistake_of_the_section_at_once() {
        for (text, expected) in [
            ("port = 25", vec!["smtp.host: must be set", "smtp.from: must be set"]),
            ("host = \"h.example\"", vec!["smtp.from: must be set"]),
            (
                "host = \"https://h.example\"\nport = 0\ntls = \"maybe\"\nusername = \"u\"\nfrom = \"nobody\"\ntimeout_ms = 1",
                vec![
                    "smtp.port: must be",
                    "smtp.timeout_ms: must be",
                    "smtp.host: must be",
                    "smtp.tls: must be",
                    "smtp.password: must be",
                    "smtp.from: must be one",
                ],
            ),
            ("host = \"h.example:25\"\nfrom = \"r@example.com\"", vec!["smtp.host: must be the name"]),
            ("host = \"h.example\"\nfrom = \"r@example.com\"\ntls = \"none\"", vec!["smtp.tls: `none` is accepted only"]),
            ("host = \"localhost.example.com\"\nfrom = \"r@example.com\"\ntls = \"none\"", vec!["smtp.tls: `none` is accepted only"]),
            ("host = \"h.example\"\nfrom = \"r@example.com\"\npassword = \"hush\"", vec!["smtp.username: must be set"]),
            ("hots = \"h.example\"", vec!["smtp.hots: there is no such setting; did you mean smtp.host?"]),
        ] {
            let found = read(text).err().unwrap_or_default();
            assert_eq!(found.len(), expected.len(), "{text}: {found:#?}");
            for part in expected {
                assert!(found.iter().any(|mistake| mistake.starts_with(part)), "{part}: {found:#?}");
            }
            assert!(!found.concat().contains("hush"));
        }
    }
}
