//! The record of every request that went out: method, path, status and byte counts. Never a query, a header, a token
//! or a body, since those can hold names and secrets.

use std::sync::Arc;

use serde::Serialize;

/// One request as it went over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WireRecord<'a> {
    /// `GET`, or `POST` toward the token endpoint.
    pub method: &'a str,
    /// Host of the address.
    pub host: &'a str,
    /// Path of the address, without its query.
    pub path: &'a str,
    /// Status of the answer; none when there was no answer.
    pub status: Option<u16>,
    /// Bytes of the request's body.
    pub bytes_out: u64,
    /// Bytes of the answer's body that were read, after decompression.
    pub bytes_in: u64,
}

type Sink = dyn for<'a> Fn(WireRecord<'a>) + Send + Sync;

/// Where the records go. The default drops them.
#[derive(Clone, Default)]
pub struct WireLog {
    sink: Option<Arc<Sink>>,
}

impl WireLog {
    /// A log that hands every record to `sink`, which is called from several threads.
    pub fn to(sink: impl for<'a> Fn(WireRecord<'a>) + Send + Sync + 'static) -> Self {
        Self { sink: Some(Arc::new(sink)) }
    }

    pub(super) fn record(&self, record: WireRecord<'_>) {
        if let Some(sink) = &self.sink {
            sink(record);
        }
    }
}

impl WireRecord<'_> {
    /// The record as one line of JSON, without a line end.
    #[must_use]
    pub fn to_json_line(&self) -> String {
        // A struct of texts and numbers always serialises.
        serde_json::to_string(self).unwrap_or_default()
    }
}
