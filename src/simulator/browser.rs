//! A browser just big enough to answer the simulated consent page: it fetches the page, fills in the form, and follows
//! the redirect to the application's loopback callback. It is never used against the real Google.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, header};
use thiserror::Error;
use url::Url;

/// What the person at the browser does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentChoice {
    /// Ticks the Drive box and presses Allow.
    Allow,
    /// Presses Allow but leaves the Drive box empty.
    AllowWithoutDrive,
    /// Presses Deny.
    Deny,
    /// Is told that the administrator of the organisation forbids it.
    AdministratorForbids,
}

/// Where the browser ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landing {
    /// The address of the callback with the code or the error in its query.
    pub callback_url: Url,
    /// Status of the page that the application answered with.
    pub status: u16,
    /// That page.
    pub page: String,
}

/// Why the browser did not get to the application.
#[derive(Debug, Error)]
pub enum BrowserError {
    /// No answer.
    #[error("the built-in browser got no answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    /// The consent page is not one.
    #[error("the consent page could not be used (status {status}): {detail}")]
    Page {
        /// HTTP status.
        status: u16,
        /// What is missing or what it says.
        detail: String,
    },
}

/// The browser.
pub struct Browser {
    client: Client,
}

impl Browser {
    /// A browser that goes to loopback addresses without a proxy.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new() -> Result<Self, BrowserError> {
        let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(Duration::from_secs(30)).build()?;
        Ok(Self { client })
    }

    /// Goes through the consent page at `auth_url` and returns what the application's callback answered.
    ///
    /// # Errors
    /// No answer, or not the expected pages.
    pub async fn consent(&self, auth_url: &str, choice: ConsentChoice) -> Result<Landing, BrowserError> {
        let callback_url = self.decide(auth_url, choice).await?;
        let answer = self.client.get(callback_url.clone()).send().await?;
        Ok(Landing { callback_url, status: answer.status().as_u16(), page: answer.text().await? })
    }

    /// The same without visiting the callback: the address that it would be sent to.
    ///
    /// # Errors
    /// As [`Self::consent`].
    pub async fn decide(&self, auth_url: &str, choice: ConsentChoice) -> Result<Url, BrowserError> {
        self.decide_as(auth_url, None, choice).await
    }

    /// The same as the person with that e-mail address: chosen if the account chooser is shown. Without an address the first one there.
    ///
    /// # Errors
    /// As [`Self::consent`].
    pub async fn decide_as(&self, auth_url: &str, email: Option<&str>, choice: ConsentChoice) -> Result<Url, BrowserError> {
        let mut answer = self.client.get(auth_url).send().await?;
        let mut base = answer.url().clone();
        let mut status = answer.status().as_u16();
        let mut page = answer.text().await?;
        if page.contains("name=\"account\"") {
            let missing = |what: &str| BrowserError::Page { status, detail: format!("{what}; the page says: {}", plain_text(&page)) };
            let target = form_target(&page, &base).ok_or_else(|| missing("there is no form"))?;
            let id = between(&page, "name=\"page\" value=\"", "\"").unwrap_or_default();
            let accounts: Vec<&str> = page.split("name=\"account\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let chosen = accounts.iter().find(|account| email.is_none_or(|email| **account == email));
            let chosen = *chosen.ok_or_else(|| missing("there is no such account"))?;
            answer = self.client.post(target).form(&[("page", id), ("account", chosen)]).send().await?;
            // Signing in alone needs no further page.
            if let Some(location) = location(&answer) {
                return Ok(location);
            }
            base = answer.url().clone();
            status = answer.status().as_u16();
            page = answer.text().await?;
        }
        let missing = |what: &str| BrowserError::Page { status, detail: format!("{what}; the page says: {}", plain_text(&page)) };
        let target = form_target(&page, &base).ok_or_else(|| missing("there is no form"))?;
        let mut form: Vec<(&str, &str)> = Vec::new();
        for input in page.split("<input ").skip(1) {
            let attribute = |name: &str| between(input, &format!("{name}=\""), "\"").unwrap_or_default();
            if attribute("type") == "hidden" || choice == ConsentChoice::Allow {
                form.push((attribute("name"), attribute("value")));
            }
        }
        let decision = match choice {
            ConsentChoice::Allow | ConsentChoice::AllowWithoutDrive => "allow",
            ConsentChoice::Deny => "deny",
            ConsentChoice::AdministratorForbids => "blocked",
        };
        form.push(("decision", decision));
        let redirect: Response = self.client.post(target).form(&form).send().await?;
        location(&redirect).ok_or_else(|| missing("no redirect followed"))
    }
}

fn form_target(page: &str, base: &Url) -> Option<Url> {
    base.join(between(page, "action=\"", "\"")?).ok()
}

fn location(answer: &Response) -> Option<Url> {
    answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).and_then(|text| Url::parse(text).ok())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = &text[text.find(before)? + before.len()..];
    rest.find(after).map(|end| &rest[..end])
}

/// The words of a page without its tags, for an error message.
fn plain_text(page: &str) -> String {
    let body = page.split_once("<body>").map_or(page, |(_, body)| body);
    let mut inside_tag = false;
    let words: String = body
        .chars()
        .filter_map(|c| match c {
            '<' => {
                inside_tag = true;
                Some(' ')
            }
            '>' => {
                inside_tag = false;
                None
            }
            c => (!inside_tag).then_some(c),
        })
        .collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}
