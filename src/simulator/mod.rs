//! A simulated Google on loopback and the sample company whose documents it holds, and a simulated Stripe beside it: for
//! `crosswalk demo` and for tests.
//!
//! Everything in it is invented. It never talks to the real Google or Stripe, never writes to disk, moves no money, and answers
//! every writing request toward the Drive with a refusal that it records.

mod answer;
mod browser;
mod company;
mod consent;
mod consent_flow;
mod drive_api;
mod drive_download;
mod drive_listing;
mod drive_page;
mod drive_tree;
mod drives;
mod faults;
mod field_mask;
mod grants;
mod misbehaviour;
mod oauth;
mod open_id;
mod people;
mod picker;
mod recorder;
mod render_docx;
mod render_pdf;
mod render_scan;
mod render_xlsx;
mod search_query;
mod server;
mod signing;
mod source_text;
mod stripe;
mod world;

pub use browser::{Browser, BrowserError, ConsentChoice, Landing};
pub use company::{Company, CompanyError, CompanyFile, FileFormat, RenderedFile};
pub use faults::{Fault, FaultAnswer};
pub use misbehaviour::{ForgedToken, Misbehaviour};
pub use recorder::{RecordedRequest, Recorder};
pub use server::{RunningSimulator, SimulatedTime, Simulator, SimulatorError, SimulatorOptions};
pub use stripe::{Debit, Delivered, Refund, RunningStripe, SignedEvent, SimulatedStripe, StripeFault, StripeOptions, StripeRequest};
