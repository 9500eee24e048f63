//! The traits by which the core sees the world. None of them can write to a customer's documents: the methods do
//! not exist. Errors are in our words; no adapter's error type comes through.

mod clock;
mod extractor;
mod progress;
mod source;

pub use clock::Clock;
pub use extractor::{ExtractLimits, Extraction, Extractor};
pub use progress::{ProgressSink, ReviewEvent};
pub use source::{ByteLimit, DocumentSource, FetchError, Fetched, SourceError};
