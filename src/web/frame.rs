//! What every page has around its content.

use crate::web::assets;

/// The frame of a page; `layout.html` shows it.
pub struct Frame {
    /// Title of the page, without the name of the product.
    pub title: String,
    /// One sentence for search engines; none on private pages, which are never indexed.
    pub description: Option<String>,
    /// The one address of the page, complete; none on private pages.
    pub canonical: Option<String>,
    /// The token that every form of a signed-in person sends along; none on public pages.
    pub csrf: Option<String>,
    /// Whether Google is simulated: every page then says so.
    pub is_simulated: bool,
}

impl Frame {
    /// The address of an asset: `{{ frame.asset("site.css") }}`.
    #[must_use]
    #[expect(clippy::unused_self, reason = "a template reaches it through the frame, which every page has")]
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// Whether the page lies at this path or below it, for marking the place in the navigation. Private pages are nowhere.
    #[must_use]
    pub fn is_under(&self, path: &str) -> bool {
        let own = self.canonical.as_deref().and_then(|address| address.splitn(4, '/').nth(3)).unwrap_or_default();
        let wanted = path.trim_start_matches('/');
        own.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
