//! What every page has around its content.

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
