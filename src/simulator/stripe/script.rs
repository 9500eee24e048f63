//! What a test may ask of the simulated Stripe: to answer badly, and to tell what it was asked.

use serde_json::Value;

/// One bad answer of the API.
#[derive(Debug, Clone, PartialEq)]
pub enum StripeFault {
    /// Nothing is done, and an error is given.
    Status {
        /// HTTP status.
        status: u16,
        /// The `Retry-After` header, in seconds.
        retry_after_seconds: Option<u64>,
    },
    /// Nothing is done, and this is answered.
    Body {
        /// HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
    /// It is done, but the answer comes late.
    Slow {
        /// How late.
        milliseconds: u64,
    },
    /// It is done, but one field of the answer is another.
    Field {
        /// Its name, at the top of the answer.
        name: &'static str,
        /// What stands there.
        value: Value,
    },
}

/// One request to the API, with everything that was told in it but the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeRequest {
    /// HTTP method.
    pub method: String,
    /// Path without query.
    pub path: String,
    /// The fields of the form, or of the query of a GET, in their order.
    pub fields: Vec<(String, String)>,
    /// The `Idempotency-Key` header.
    pub idempotency_key: Option<String>,
    /// The `Stripe-Version` header.
    pub version: Option<String>,
    /// Status of the answer.
    pub status: u16,
}

impl StripeRequest {
    /// A field, if it was told.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
