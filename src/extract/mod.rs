//! Bytes to documents, under limits, in a child process.
