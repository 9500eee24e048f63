//! What the customer has: files, the inventory of a source, the ledger of what happened to each file, and
//! documents as text with places. Plain values; this module never reads, fetches or judges anything.

mod document;
mod file;
mod ledger;
mod locator;
mod quote;
mod unreadable;

pub use document::{Block, BlockKind, Document, Visibility};
pub use file::{Checksum, ExportFormat, FileContent, Inventory, PassedOver, SourceFile, SourceIdentity, SourceKind, numbered};
pub use ledger::{LedgerEntry, LedgerStatus, TextDigest};
pub use locator::Locator;
pub use quote::{MAX_QUOTE_CHARS, MIN_QUOTE_CHARS, Quote, QuoteRefused, normalise_white_space};
pub use unreadable::Unreadable;
