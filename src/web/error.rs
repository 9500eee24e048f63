//! What a person is told when something does not work: what happened, what is safe, what to do next. A handler gives one back instead of
//! a page; `envelope` makes the page of it and writes its cause into the log, once. It never shows the cause to the person.

use std::ops::Deref;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::ports::StoreFailure;

/// A way on: the words and the address of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NextStep {
    pub(super) words: String,
    pub(super) href: String,
}

/// What went wrong. In a box, because every handler may give one back and few do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told(Box<Words>);

/// What went wrong, for the person and for the log. The texts are ours: nothing of a customer or of a request stands in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) status: StatusCode,
    pub(super) title: String,
    pub(super) happened: String,
    pub(super) safe: String,
    pub(super) advice: String,
    pub(super) next: Vec<NextStep>,
    pub(super) retry_after_seconds: Option<u64>,
    /// For the log only.
    pub(super) cause: Option<String>,
}

impl Told {
    pub(super) fn new(status: StatusCode, title: &str, happened: &str) -> Self {
        Self(Box::new(Words {
            status,
            title: title.to_owned(),
            happened: happened.to_owned(),
            safe: String::new(),
            advice: String::new(),
            next: Vec::new(),
            retry_after_seconds: None,
            cause: None,
        }))
    }

    pub(super) fn safe(mut self, words: &str) -> Self {
        words.clone_into(&mut self.0.safe);
        self
    }

    pub(super) fn advice(mut self, words: &str) -> Self {
        words.clone_into(&mut self.0.advice);
        self
    }

    pub(super) fn next(mut self, words: &str, href: &str) -> Self {
        self.0.next.push(NextStep { words: words.to_owned(), href: href.to_owned() });
        self
    }

    pub(super) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    pub(super) fn cause(mut self, cause: &str) -> Self {
        self.0.cause = Some(cause.to_owned());
        self
    }

    /// What is unknown and what belongs to somebody else look the same.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", "There is no such page, or it is not yours.")
            .safe("Nothing was changed.")
            .advice("It may have been deleted. Your reviews and connections are listed on one page.")
            .next("Your reviews", "/reviews")
            .next("Start page", "/")
    }

    /// A mistake of ours.
    pub(super) fn mistake(cause: &str) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side",
            "This page could not be made because of a mistake in this service.",
        )
        .safe("Your documents were not touched, and what was found so far is kept.")
        .advice("Try again. If it stays so, write to us and name the request number below.")
        .next("Your reviews", "/reviews")
        .cause(cause)
    }

    /// A form that did not come from a page of ours, or from one that is too old.
    pub(super) fn form_refused(cause: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This form is no longer valid",
            "The form did not come from a page that this browser opened here, or it was opened before you last signed in or out.",
        )
        .safe("Nothing was changed.")
        .advice("Open the page again and send the form once more.")
        .next("Your reviews", "/reviews")
        .next("Sign in", "/sign-in")
        .cause(cause)
    }

    /// A form with a field that no page of ours sends.
    pub(super) fn bad_form(happened: &str, back: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "This cannot be done as it was sent", happened)
            .safe("Nothing was changed.")
            .advice("Go back and choose again.")
            .next("Back", back)
    }

    pub(super) fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "You are not signed in", "Your session is over, or you never signed in in this browser.")
            .safe("Nothing was changed. Reviews that are running go on.")
            .advice("Sign in, then do it once more.")
            .next("Sign in", "/sign-in")
    }

    pub(super) fn too_many(seconds: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests", "More requests came from your network address than one person needs.")
            .safe("Nothing was lost. Reviews that are running go on.")
            .advice(&format!("Wait {seconds} seconds, then load the page again."))
            .retry_after(seconds)
            .next("Your reviews", "/reviews")
    }

    pub(super) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "That is too much at once", "The form was larger than any form of ours.")
            .safe("Nothing was changed.")
            .next("Your reviews", "/reviews")
    }

    pub(super) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "That is not possible here", "This address does not take requests of that kind.")
            .safe("Nothing was changed.")
            .next("Your reviews", "/reviews")
            .next("Start page", "/")
    }

    pub(super) fn took_too_long() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "This took too long", "An answer did not come in time, so we stopped waiting for it.")
            .safe("Your documents were not touched. Whether the step was done shows on the page of your reviews.")
            .advice("Look there, then try again.")
            .next("Your reviews", "/reviews")
            .cause("a handler ran out of time")
    }
}

impl Deref for Told {
    type Target = Words;

    fn deref(&self) -> &Words {
        &self.0
    }
}

impl From<StoreFailure> for Told {
    fn from(failure: StoreFailure) -> Self {
        let cause = failure.to_string();
        match failure {
            StoreFailure::Unavailable { .. } => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Back in a moment",
                "Our database does not answer right now; it may be restarting.",
            )
            .safe("Nothing was lost. Reviews that are running go on, or are taken up again.")
            .advice("Load the page again in a few seconds.")
            .retry_after(5)
            .cause(&cause),
            StoreFailure::Full { .. } => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "There is no room left to store this",
                "The disk of this service is full, so the step was not done.",
            )
            .safe("Nothing that was stored is lost.")
            .advice("The operator has to make room. Try again later; deleting reviews that you no longer need helps.")
            .retry_after(300)
            .next("Your reviews", "/reviews")
            .cause(&cause),
            StoreFailure::Damaged { .. } | StoreFailure::Refused { .. } => Self::mistake(&cause),
        }
    }
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
