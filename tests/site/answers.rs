//! Headers, caching, compression, assets and the example report.

use std::io::Read as _;

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use crate::served::{Site, facts, found};

const CLAUSE: &str = "/clauses/iec-81001-5-1-2021/4.2";

#[tokio::test]
async fn a_page_is_cached_and_asked_for_again_costs_nothing() {
    let site = Site::start().await;
    for path in [CLAUSE, "/", "/search?q=SOUP", "/crosswalk?from=iec-81001-5-1-2021&to=iso-14971-2019", "/sitemap.xml", "/example/summary"]
    {
        let first = site.get(path).await;
        assert_eq!(first.status, 200, "{path}");
        assert_eq!(first.header("cache-control"), "public, max-age=300", "{path}");
        assert_eq!(first.header("vary"), "accept-encoding", "{path}");
        assert!(!first.headers.contains_key("set-cookie"), "{path}");
        let tag = first.header("etag").to_owned();
        assert!(tag.len() > 10 && tag.starts_with('"'), "{path}: {tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".into()] {
            let again = site.get_with(path, &[("if-none-match", &known)]).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path}: {known}");
            assert_eq!(again.header("etag"), tag, "{path}");
            assert_eq!(again.header("cache-control"), "public, max-age=300", "{path}");
        }
        assert_eq!(site.get_with(path, &[("if-none-match", "\"other\"")]).await.status, 200, "{path}");
    }
    // What is asked for does not depend on who asks.
    let with_cookie = site.get_with(CLAUSE, &[("cookie", "__Host-crosswalk=abc"), ("host", "evil.example")]).await;
    assert_eq!(with_cookie.body, site.get(CLAUSE).await.body);
}

#[tokio::test]
async fn a_browser_that_takes_gzip_gets_the_same_bytes_in_fewer() {
    let site = Site::start().await;
    let stylesheet = found(r#"<link rel="stylesheet" href="([^"]+)""#, site.get("/").await.text());
    for path in [CLAUSE, &stylesheet[0], "/no/such/page", "/example/gap-report"] {
        let plain = site.get(path).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        let packed = site.get_with(path, &[("accept-encoding", "br, gzip;q=0.9")]).await;
        assert_eq!((packed.status, packed.header("content-encoding")), (plain.status, "gzip"), "{path}");
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&*packed.body).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain.body && packed.body.len() * 2 < plain.body.len(), "{path}");
        assert_ne!(packed.header("etag"), plain.header("etag"), "{path}");
        assert_eq!(site.get_with(path, &[("accept-encoding", "gzip;q=0")]).await.body, plain.body, "{path}");
    }
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_a_name_that_changes_with_them() {
    let site = Site::start().await;
    let page = site.get("/").await;
    let address = &found(r#"<link rel="stylesheet" href="([^"]+)""#, page.text())[0];
    let style = site.get(address).await;
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    let hash: Vec<String> = Sha256::digest(&style.body).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(address, &format!("/assets/{}-site.css", hash.concat()));
    assert!(!style.text().contains("http") && !style.text().contains("@import"), "the stylesheet loads nothing");
    for missing in ["/assets/site.css", "/assets/0000000000000000-site.css", "/assets/..%2Fmod.rs"] {
        assert_eq!(site.get(missing).await.status, 404, "{missing}");
    }
    let icon = site.get("/favicon.svg").await;
    assert_eq!((icon.status, icon.header("content-type")), (200, "image/svg+xml"));
}

#[tokio::test]
async fn the_example_is_the_whole_report_under_a_policy_of_its_own() {
    let site = Site::start().await;
    for path in ["/example/summary", "/example/gap-report"] {
        let page = site.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe") && !page.text().contains("style=\""), "{path}: {policy}");
        let styles = found("(?s)<style>(.*?)</style>", page.text());
        assert!(!styles.is_empty(), "{path}");
        for style in styles {
            let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style));
            assert!(policy.contains(&format!("'sha256-{hash}'")), "{path}: {policy}");
        }
    }
    let without = Site::start_without_example().await;
    let page = without.get("/example/gap-report").await;
    assert_eq!((page.status, page.header("cache-control")), (503, "no-store"));
    assert!(page.text().contains("The example is not there right now") && page.text().contains("href=\"/example\""));
}

#[tokio::test]
async fn whoever_finds_a_weakness_is_told_to_whom_to_write_if_anybody_is_named() {
    const PATH: &str = "/.well-known/security.txt";
    let nobody = Site::start().await;
    assert_eq!(nobody.get(PATH).await.status, 404, "a contact that is not set is not made up");
    let somebody = Site::start_as(&facts(&[("CROSSWALK_SERVER__CONTACT_EMAIL", "security@example.com")], false)).await;
    let file = somebody.get(PATH).await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/plain; charset=utf-8"));
    // Served since the first of January 2027 (`facts`).
    let lines: Vec<&str> = file.text().lines().collect();
    assert_eq!(
        lines,
        [
            "Contact: mailto:security@example.com",
            "Expires: 2027-10-28T12:00:00Z",
            "Preferred-Languages: en",
            "Canonical: https://crosswalk.example.com/.well-known/security.txt",
            "Policy: https://crosswalk.example.com/terms#you",
        ]
    );
    assert!(somebody.get("/terms").await.text().contains("id=\"you\""), "the policy is there");
    assert!(!somebody.sitemap().await.iter().any(|path| path == PATH));
    let here = facts(&[("CROSSWALK_SERVER__CONTACT_EMAIL", "security@example.com")], false);
    let here = Site::start_as(&crosswalk::web::SiteFacts { public_url: "http://127.0.0.1:1/".parse().unwrap(), ..here }).await;
    assert!(!here.get(PATH).await.text().contains("http:"), "an address in it is https or is not in it");
}
