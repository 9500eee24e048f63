//! The words of the callback pages. Each is one self-contained page; nothing from the request is ever shown.

/// Consent came back.
pub(super) const ANSWERED: (&str, &str) = (
    "Google has answered",
    "You can close this window. The terminal where you started Crosswalk goes on and says whether the sign-in worked.",
);
/// Consent was refused.
pub(super) const REFUSED: (&str, &str) = (
    "Nothing was connected",
    "Access was not granted, and nothing was stored. You can close this window; the terminal says how to try again.",
);
/// The state does not fit.
pub(super) const NOT_OURS: (&str, &str) = (
    "This is not the answer Crosswalk waits for",
    "It belongs to another or an older sign-in, so it was ignored. Open the address that the terminal printed last.",
);
/// Another path.
pub(super) const NOTHING_HERE: (&str, &str) = ("There is nothing here", "Crosswalk only waits here for the answer of Google's sign-in.");

pub(super) fn html((title, text): (&str, &str)) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} – Crosswalk</title><style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;\
         color:#1b2733;background:#fff}}h1{{font-size:1.5rem}}@media(prefers-color-scheme:dark){{body{{color:#e6edf3;background:#10161c}}}}</style>\
         </head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>\n"
    )
}
