//! Somebody at a browser of their own: cookies are kept, redirects are seen, forms are sent as the page shows them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crosswalk::simulator::{Browser, ConsentChoice};
use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use url::Url;

use crate::house::House;

/// Owner of the sample company.
pub const OWNER: &str = "ines.brandl@tannhauer-medical.example";
/// Of another company.
pub const OTHER: &str = "tomasz.wilk@harwick-sensors.example";

/// What came back.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn leads_to(self, start: &str) -> String {
        assert_eq!(self.status, 303, "{}", self.body);
        assert!(self.location().starts_with(start), "leads to {} and not to {start}", self.location());
        self.location().to_owned()
    }

    #[track_caller]
    pub fn says(self, status: u16, words: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.body.contains(words), "does not say {words:?}: {}", self.body);
        self
    }

    /// The token of the first form to that address, or of any form.
    pub fn form_token(&self) -> String {
        let (_, rest) = self.body.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("no form in {}", self.body));
        rest.split('"').next().unwrap().to_owned()
    }
}

/// A browser.
pub struct Person<'h> {
    house: &'h House,
    http: Client,
    jar: Mutex<BTreeMap<String, String>>,
    email: &'static str,
    seen: Mutex<Vec<(String, String)>>,
}

impl<'h> Person<'h> {
    pub fn new(house: &'h House, email: &'static str) -> Self {
        let http = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { house, http, jar: Mutex::default(), email, seen: Mutex::default() }
    }

    /// A person who has signed in already.
    pub async fn signed_in(house: &'h House, email: &'static str) -> Self {
        let person = Self::new(house, email);
        person.sign_in("/reviews").await;
        person
    }

    pub fn address(&self, path: &str) -> Url {
        self.house.root.join(path).unwrap()
    }

    pub async fn send(&self, method: Method, path: &str, form: Option<&[(&str, &str)]>, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.http.request(method, self.address(path));
        let cookies: Vec<String> = self.jar.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(form) = form {
            request = request.form(form);
        }
        let answer = request.send().await.unwrap();
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; Path=/; ") && cookie.contains("Secure; HttpOnly; SameSite=Lax"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            assert!(name.starts_with("__Host-"), "{cookie}");
            let mut jar = self.jar.lock().unwrap();
            if cookie.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.text().await.unwrap();
        self.seen.lock().unwrap().push((path.split('?').next().unwrap().to_owned(), format!("{headers:?}\n\n{body}")));
        Answer { status, headers, body }
    }

    /// Everything that this browser was ever answered: the path, then headers and body with an empty line between.
    pub fn seen(&self) -> Vec<(String, String)> {
        self.seen.lock().unwrap().clone()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    /// A form with exactly these fields.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, Some(form), &[]).await
    }

    /// Opens a page and sends the form on it that goes to `action`.
    pub async fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(page).await.ok();
        assert!(page.body.contains(&format!("action=\"{action}\"")), "no form to {action} on {}", page.body);
        let token = page.form_token();
        let mut form = vec![("csrf", token.as_str())];
        form.extend_from_slice(fields);
        self.post(action, &form).await
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// Goes through Google's pages; the path of ours that Google sends the browser back to.
    pub async fn at_google(&self, address: &str, choice: ConsentChoice) -> String {
        let callback = Browser::new().unwrap().decide_as(address, Some(self.email), choice).await.unwrap();
        assert_eq!(callback.origin(), self.house.root.origin());
        format!("{}?{}", callback.path(), callback.query().unwrap())
    }

    /// Off to Google for signing in: the address there.
    pub async fn leave_to_sign_in(&self, return_to: &str) -> String {
        let answer = self.submit("/sign-in?fresh=1", "/sign-in", &[("return_to", return_to)]).await;
        answer.leads_to(&self.house.google.root_url)
    }

    pub async fn sign_in(&self, return_to: &str) -> String {
        let away = self.leave_to_sign_in(return_to).await;
        let back = self.at_google(&away, ConsentChoice::Allow).await;
        self.get(&back).await.leads_to("/")
    }

    /// Connects by consent; where that leads.
    pub async fn connect(&self, mode: &str) -> String {
        let away = self.submit("/connect", &format!("/connect/{mode}"), &[]).await.leads_to(&self.house.google.root_url);
        let back = self.at_google(&away, ConsentChoice::Allow).await;
        self.get(&back).await.leads_to("/")
    }

    /// Orders a review of everything that a connection opens; the path of its page.
    pub async fn order(&self, connection: &str) -> String {
        let fields = [("connection", connection), ("standard", "iec-81001-5-1-2021"), ("safety_class", "C")];
        self.submit(&format!("/reviews/new?connection={connection}"), "/reviews", &fields).await.leads_to("/reviews/")
    }
}

/// The value of a parameter in an address.
pub fn parameter(address: &str, name: &str) -> String {
    let (_, query) = address.split_once('?').unwrap();
    let found = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
    found.unwrap_or_else(|| panic!("no {name} in {address}")).1.into_owned()
}
