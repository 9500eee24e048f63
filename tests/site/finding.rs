//! Searching, other spellings, and addresses without a page.

use crate::served::{Site, found, unescaped};

/// Titles of what was found, best first, as `standard/number`.
async fn hits(site: &Site, query: &str) -> Vec<String> {
    let page = site.get(&format!("/search?q={query}")).await;
    assert_eq!(page.status, 200, "{query}");
    found(r#"<h3><a href="/clauses/([^"]+)""#, page.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_by_number_subject_and_german_word() {
    let site = Site::start().await;
    for (query, expected, within) in [
        ("SOUP", "iec-62304-2006-a1-2015/8.1.2", 12),
        ("soup", "iec-62304-2006-a1-2015/8.1.2", 12),
        ("identify+SOUP", "iec-62304-2006-a1-2015/8.1.2", 1),
        ("threat+model", "iec-81001-5-1-2021/4.2", 8),
        ("4.2", "iec-81001-5-1-2021/4.2", 6),
        ("IEC+81001-5-1+4.2", "iec-81001-5-1-2021/4.2", 1),
        ("penetration+testing", "iec-81001-5-1-2021/5.7.4", 2),
        ("Penetrationstest", "iec-81001-5-1-2021/5.7.4", 3),
        ("Bedrohungsanalyse", "iec-81001-5-1-2021/4.2", 12),
        ("SM-1", "iec-62443-4-1-2018/SM-1", 1),
        ("PW.1.1", "nist-ssdf-1.1/PW.1.1", 1),
        ("penetr", "iec-81001-5-1-2021/5.7.4", 4),
    ] {
        let found = hits(&site, query).await;
        let place = found.iter().position(|hit| hit == expected);
        assert!(place.is_some_and(|place| place < within), "{query}: {place:?} {found:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_without_an_answer_offers_a_way_out_and_hostile_words_stay_words() {
    let site = Site::start().await;
    let nothing = site.get("/search?q=xylophone+quokka").await;
    assert!(nothing.text().contains("Nothing found for") && nothing.text().contains("href=\"/standards/iec-81001-5-1-2021\""));
    assert!(site.get("/search").await.text().contains("What you can look for"));
    for hostile in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "{{7*7}}",
        "%00\u{202e}",
        "(((((((((((((((((((((((((a+)+)+)+",
    ] {
        for address in [
            format!("/search?q={}", escaped(hostile)),
            format!("/clauses/iec-81001-5-1-2021/{}", escaped(hostile)),
            format!("/{}", escaped(hostile)),
        ] {
            let answer = site.get(&address).await;
            assert!(answer.status == 200 || answer.status == 404, "{address}: {}", answer.status);
            let page = answer.text();
            for live in ["<script>alert", "<img", "onerror=alert(1)>", "' onmouseover='", "\" onmouseover"] {
                assert!(!page.contains(live), "{address}: {live}");
            }
        }
    }
    assert!(unescaped(site.get("/search?q=%3Cscript%3E").await.text()).contains("<script>"), "what was asked is shown as text");
    let long = "a".repeat(5_000);
    let answer = site.get(&format!("/search?q={long}")).await;
    assert!(answer.status == 200 && !answer.text().contains(&"a".repeat(300)));
    for (query, status) in [("q=%FF%FE", 200), ("other=1", 200), ("q=a&q=b", 200), ("q=%zz&&=", 200)] {
        assert_eq!(site.get(&format!("/search?{query}")).await.status, status, "{query}");
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn other_spellings_lead_to_the_canonical_address() {
    let site = Site::start().await;
    for (asked, expected) in [
        ("/clauses/IEC-81001-5-1-2021/4.2", "/clauses/iec-81001-5-1-2021/4.2"),
        ("/clauses/iec-81001-5-1-2021/4.2/", "/clauses/iec-81001-5-1-2021/4.2"),
        ("/clauses/IEC%2062304/8.1.2", "/clauses/iec-62304-2006-a1-2015/8.1.2"),
        ("/clauses/iec62304/8.1.2", "/clauses/iec-62304-2006-a1-2015/8.1.2"),
        ("/clauses/iec-62443-4-1-2018/sm-1", "/clauses/iec-62443-4-1-2018/SM-1"),
        ("/Clauses/iec-81001-5-1-2021/%34.2", "/clauses/iec-81001-5-1-2021/4.2"),
        ("/clauses//iec-81001-5-1-2021//4.2", "/clauses/iec-81001-5-1-2021/4.2"),
        ("/clauses/iec-81001-5-1-2021/4.1", "/standards/iec-81001-5-1-2021#part-4.1"),
        ("/clauses/iec-81001-5-1-2021", "/standards/iec-81001-5-1-2021"),
        ("/clauses", "/standards"),
        ("/standards/", "/standards"),
        ("/standards/IEC%2062304", "/standards/iec-62304-2006-a1-2015"),
        ("/Privacy", "/privacy"),
        ("/pricing/", "/pricing"),
        ("/search/", "/search"),
        ("/example/gap-report.html", "/example/gap-report"),
        ("//evil.example/", ""),
        ("/\\evil.example", ""),
    ] {
        let answer = site.get(asked).await;
        if expected.is_empty() {
            assert_eq!(answer.status, 404, "{asked}");
            continue;
        }
        assert_eq!((answer.status, answer.header("location")), (308, expected), "{asked}");
        let target = expected.split('#').next().unwrap();
        assert_eq!(site.get(target).await.status, 200, "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_a_page_shows_what_is_near() {
    let site = Site::start().await;
    for (asked, near) in [
        ("/clauses/iec-81001-5-1-2021/4.2.9", Some("/clauses/iec-81001-5-1-2021/4.2")),
        ("/clauses/iec-81001-5-1-2021/5.7.9", Some("/clauses/iec-81001-5-1-2021/5.7.4")),
        ("/clauses/iec-62443-4-1-2018/SM-99", Some("/standards/iec-62443-4-1-2018")),
        ("/clauses/iec-81001-5-1-2020/4.2", Some("/standards/iec-81001-5-1-2021")),
        ("/standards/iec-62305", Some("/standards")),
        ("/threat-model", Some("/clauses/")),
        ("/no/such/xyzzy", None),
        (&format!("/threat-model-{}", "x".repeat(60_000)), None),
        (&format!("/clauses/iec-81001-5-1-2021/{}", "4.2.".repeat(15_000)), None),
        (&format!("/standards/{}", "iec-81001-".repeat(6_000)), None),
    ] {
        let answer = site.get(asked).await;
        assert_eq!(answer.status, 404, "{asked}");
        let page = answer.text();
        assert!(page.contains("There is no such page") && page.contains("role=\"search\"") && page.contains("noindex"), "{asked}");
        assert!(!page.contains("rel=\"canonical\""), "{asked}");
        match near {
            Some(near) => assert!(page.contains("Did you mean") && page.contains(&format!("href=\"{near}")), "{asked}: {near}"),
            None => assert!(!page.contains("Did you mean"), "{asked}"),
        }
    }
}
