//! The same words laid out twice: as plain text in lines of a readable length, and as HTML.

use askama::Template;

use crate::report::letter::words::Words;

/// Longest line of plain text, in characters; links may be longer.
const LINE: usize = 72;

#[derive(Template)]
#[template(path = "letter.html", config = "src/report/askama.toml")]
struct LetterPage<'a> {
    words: &'a Words,
}

/// The page.
pub(super) fn html(words: &Words) -> String {
    match (LetterPage { words }).render() {
        Ok(html) => html,
        // The template calls nothing that can fail, and writing to a string does not.
        Err(error) => unreachable!("a letter cannot fail to render: {error}"),
    }
}

/// The plain text.
pub(super) fn text(words: &Words) -> String {
    let mut pieces: Vec<String> = words.paragraphs.iter().map(|paragraph| wrapped(paragraph, "", "")).collect();
    if !words.facts.is_empty() {
        pieces.push(words.facts.iter().map(|fact| wrapped(fact, "- ", "  ")).collect::<Vec<_>>().join("\n"));
    }
    pieces.push(format!("{}:\n{}", words.next.label, words.next.address));
    pieces.push(wrapped(words.why, "", ""));
    if let Some(stop) = &words.stop {
        pieces.push(format!("{}:\n{}", stop.label, stop.address));
    }
    pieces.push(format!("Crosswalk\n{}", words.home));
    format!("{}\n", pieces.join("\n\n"))
}

/// A paragraph in lines; the first begins with `first`, the others with `others`.
fn wrapped(paragraph: &str, first: &str, others: &str) -> String {
    let mut out = first.to_owned();
    let mut length = first.chars().count();
    let mut is_at_start = true;
    for word in paragraph.split_whitespace() {
        let word_length = word.chars().count();
        if !is_at_start {
            if length + 1 + word_length > LINE {
                out.push('\n');
                out.push_str(others);
                length = others.chars().count();
            } else {
                out.push(' ');
                length += 1;
            }
        }
        out.push_str(word);
        length += word_length;
        is_at_start = false;
    }
    out
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::account::{ChangeCounts, ConnectionId, LockedBecause, Notice, ReviewId};
    use crate::report::{LetterText, letter as worded};

    const ROOT: &str = "https://crosswalk.example.com";

    fn every() -> Vec<Notice> {
        let (review, connection) = (ReviewId::of(1), ConnectionId::of(2));
        let counts = ChangeCounts {
            gained: 3,
            lost: 1,
            no_longer_assessable: 2,
            files_new: 4,
            files_vanished: 1,
            files_changed: 7,
            is_catalog_changed: true,
        };
        vec![
            Notice::ReportUnlocked { review: review.clone() },
            Notice::PaymentFailed { review: review.clone() },
            Notice::ReportLocked { review: review.clone(), because: LockedBecause::Refunded },
            Notice::ReportLocked { review: review.clone(), because: LockedBecause::Disputed },
            Notice::ReviewChanged { review, connection: connection.clone(), counts, is_complete: false },
            Notice::Reconnect { connection },
        ]
    }

    fn letter(notice: &Notice) -> LetterText {
        worded(notice, &Url::parse(ROOT).unwrap())
    }

    /// The words that a reader of the page sees.
    fn seen(html: &str) -> Vec<String> {
        let body = html.split_once("<body").unwrap().1;
        let without_tags: Vec<&str> = body.split('>').map(|piece| piece.split('<').next().unwrap()).skip(1).collect();
        let plain = without_tags.join(" ").replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'").replace("&#38;", "&");
        plain.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_letter_word_for_word() {
        let told = letter(&every()[4]);
        assert_eq!(told.subject, "Crosswalk: 3 clauses have more evidence, 1 less");
        let expected = "\
A scheduled review has ended. This is what differs from the review
before it:

- 3 clauses have more evidence than before.
- 1 clause has less evidence than before.
- 2 clauses could be assessed before and cannot be now.
- Of the files, 4 are new, 1 gone and 7 changed.
- The catalog of requirements changed too, so some of this may come from
  the catalog and not from your documents.
- This review could not look at every file. What it did not find may be
  there all the same.

Open the review:
https://crosswalk.example.com/reviews/00000000000000000000000000000001

You get this letter because you have set a schedule by which this
connection is reviewed again.

Change or end the schedule:
https://crosswalk.example.com/connections/00000000000000000000000000000002/schedule

Crosswalk
https://crosswalk.example.com
";
        assert_eq!(told.text, expected);
    }
    #[test]
    fn text_and_page_say_the_same() {
        for notice in every() {
            let told = letter(&notice);
            let words: Vec<&str> = told.text.split_whitespace().filter(|word| *word != "-").collect();
            assert_eq!(seen(&told.html), words, "{notice:?}");
            assert!(told.html.contains(&format!("<title>{}</title>", told.subject)));
        }
    }

    #[test]
    fn every_letter_says_why_it_came_and_where_to_go() {
        let review = format!("{ROOT}/reviews/{:032x}", 1);
        let schedule = format!("{ROOT}/connections/{:032x}/schedule", 2);
        let disconnect = format!("{ROOT}/connections/{:032x}/disconnect", 2);
        let connect = format!("{ROOT}/connect");
        for (notice, subject, links) in every()
            .into_iter()
            .zip([
                ("your detailed report is unlocked", vec![&review]),
                ("your payment did not arrive", vec![&review]),
                ("a detailed report is locked again", vec![&review]),
                ("a detailed report is locked again", vec![&review]),
                ("3 clauses have more evidence, 1 less", vec![&review, &schedule]),
                ("please connect your Drive again", vec![&connect, &disconnect]),
            ])
            .map(|(notice, (subject, links))| (notice, subject, links))
        {
            let told = letter(&notice);
            assert_eq!(told.subject, format!("Crosswalk: {subject}"));
            let found: Vec<&str> = told.text.lines().filter(|line| line.starts_with("http")).collect();
            let home = ROOT.to_owned();
            assert_eq!(found, links.into_iter().chain([&home]).collect::<Vec<_>>(), "{notice:?}");
            assert!(told.text.contains("You get this letter "), "{notice:?}");
        }
    }

    #[test]
    fn a_letter_fetches_nothing_and_is_readable_in_the_dark_and_on_a_terminal() {
        for notice in every() {
            let LetterText { subject, text, html } = letter(&notice);
            assert!(subject.chars().count() <= 78 && !subject.contains(char::is_control), "{subject}");
            assert!(text.lines().all(|line| line.chars().count() <= LINE || line.starts_with("https://")), "{text}");
            assert!(!text.contains('\r'), "{text}");
            for forbidden in ["src", "<img", "<script", "<link", "<style", "url(", "@import", "color:", "background"] {
                assert!(!html.contains(forbidden), "{forbidden}: {html}");
            }
            assert!(html.contains("color-scheme\" content=\"light dark"));
            let links = html.split("href=\"").skip(1);
            assert!(links.map(|rest| rest.split('"').next().unwrap()).all(|link| link.starts_with(ROOT)), "{html}");
        }
    }

    #[test]
    fn what_waits_to_be_told_is_read_back() {
        for notice in every() {
            let kept = serde_json::to_string(&notice).unwrap();
            assert_eq!(serde_json::from_str::<Notice>(&kept).unwrap(), notice, "{kept}");
        }
        let kept = serde_json::to_string(&every()[2]).unwrap();
        assert_eq!(kept, format!("{{\"is\":\"report-locked\",\"review\":\"{:032x}\",\"because\":\"refunded\"}}", 1));
        assert!(serde_json::from_str::<Notice>("{\"is\":\"report-unlocked\",\"review\":\"../etc\"}").is_err());
    }
}
