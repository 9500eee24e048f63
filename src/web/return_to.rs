//! Where a sign-in leads back to: only ever a path of ours. Whatever else is asked for becomes the page of one's reviews.

use url::Url;

/// Where people go who did not say.
pub(super) const USUAL: &str = "/reviews";
const MOST_BYTES: usize = 512;

/// The path and query of `asked`, if they lead to a page of ours that makes sense after signing in; else [`USUAL`].
pub(super) fn checked(asked: &str, public_url: &Url) -> String {
    path_of_ours(asked, public_url).unwrap_or_else(|| USUAL.to_owned())
}

fn path_of_ours(asked: &str, public_url: &Url) -> Option<String> {
    // Browsers read `//host` and `/\host` as another host, and drop tabs and line ends before they look.
    let is_plain = asked.len() <= MOST_BYTES && asked.starts_with('/') && !asked.starts_with("//");
    if !is_plain || asked.chars().any(|c| c == '\\' || c.is_control() || c.is_whitespace()) {
        return None;
    }
    let url = public_url.join(asked).ok()?;
    if url.origin() != public_url.origin() || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let path = url.path();
    // Dots may have been resolved by now. Signing in twice leads nowhere, and a callback works once.
    if path.starts_with("//") || path.starts_with("/sign-") || path.ends_with("/callback") {
        return None;
    }
    Some(url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_followed() {
        let ours: Url = "https://crosswalk.example".parse().unwrap();
        for good in
            ["/", "/reviews", "/reviews/new?standard=iec-62304-2006-a1-2015&clause=5.1", "/account", "/connect?x=%2F%2Fevil.example"]
        {
            assert_eq!(checked(good, &ours), good);
        }
        let long = format!("/{}", "a".repeat(600));
        for bad in [
            "",
            "reviews",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "https:evil.example",
            "//evil.example/%2f..",
            "/\t/evil.example",
            "/\n/evil.example",
            " /reviews",
            "/reviews evil",
            "javascript:alert(1)",
            "/..//evil.example",
            "/./\\evil.example",
            "//user@evil.example",
            "/sign-in?return_to=/",
            "/sign-out",
            "/connect/callback?state=x",
            "/.//evil.example",
            &long,
        ] {
            assert_eq!(checked(bad, &ours), USUAL, "{bad:?}");
        }
    }
}
