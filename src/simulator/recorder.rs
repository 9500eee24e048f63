//! What was asked of the simulator, for tests. It holds no bodies and no tokens.

use std::sync::{Arc, Mutex, PoisonError};

/// One request and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRequest {
    /// HTTP method.
    pub method: String,
    /// Path without query.
    pub path: String,
    /// Query as sent, undecoded; empty when there is none. Queries of the OAuth pages are left out: they hold codes.
    pub query: String,
    /// The `User-Agent` header, or an empty text.
    pub user_agent: String,
    /// Status of the answer.
    pub status: u16,
    /// Size of its body, in bytes.
    pub size_bytes: usize,
}

/// The list of requests, shared between the running simulator and its owner.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl Recorder {
    /// Everything so far, in order of the answers.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Requests toward the Drive that were not a GET. A read-only client leaves this empty.
    #[must_use]
    pub fn writes_toward_drive(&self) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.path.starts_with("/drive/") && request.method != "GET");
        requests
    }

    pub(super) fn record(&self, request: RecordedRequest) {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    }
}
