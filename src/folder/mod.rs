//! A local folder as a source of documents.
