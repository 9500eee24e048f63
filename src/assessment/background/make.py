#!/usr/bin/env python3
"""Makes the tables of background term frequencies, en.txt, de.txt and field.txt, in this folder.

  python3 -m pip install wordfreq==3.1.1 PyStemmer==2.2.0.3 && python3 src/assessment/background/make.py

General language: wordfreq 3.1.1 (Robyn Speer; the figures rest on Wikipedia, subtitles, news, books, the web and more, and are
offered under CC BY-SA 4.0), summed per Snowball stem. The field's language: in how many of the clauses and controls of our own
catalog (numbers, titles, paraphrases) a stem occurs. Each line is a figure and the stems that have it.
"""
import collections
import math
import pathlib
import re
import tomllib

import Stemmer
import wordfreq

HERE = pathlib.Path(__file__).resolve().parent
CATALOG = HERE.parents[2] / "clause-catalog" / "standards"
SMALLEST = 30  # tenths of the Zipf scale: one occurrence in a million words
FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def words(text):
    return [w for w in re.split(r"[^a-z0-9]+", text.lower().translate(FOLDED)) if len(w) >= 2 and not w.isdigit()]


KEPT = set("adv advert appra ar bru chast compr comprom conc cru dem desp dev disgu enterpr exc exerc expert franch improv likew merchand no otherw "
           "parad po pra prec prem prom ra rev r superv surpr telev treat w".split())


def american(word):
    """One spelling for both sides of the ocean; the same rule as in `terms.rs`."""
    found = re.fullmatch("([a-z]+)is(e|es|ed|ing|ation|ations)", word)
    if found and found[1] not in KEPT and len(found[1]) > 2:
        return f"{found[1]}iz{found[2]}"
    found = re.fullmatch("(an|cat|par)alys(e|es|ed|ing)", word)
    if found:
        return f"{found[1]}alyz{found[2]}"
    return re.sub("^(behavi|lab|fav|col|hon)our", r"\1or", re.sub("^(li|de)(cenc|fenc)", lambda m: m[0][:-1] + "s", word))


def write(name, head, rows):
    by_figure = collections.defaultdict(list)
    for stem, figure in rows.items():
        by_figure[figure].append(stem)
    lines = [f"# {line}" for line in head]
    for figure in sorted(by_figure, reverse=True):
        lines.append(f"{figure} {' '.join(sorted(by_figure[figure]))}")
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def general(language, algorithm, name):
    stemmer = Stemmer.Stemmer(algorithm)
    sums = collections.Counter()
    for word in wordfreq.iter_wordlist(language, wordlist="large"):
        for part in words(word):
            part = american(part) if language == "en" else part
            sums[stemmer.stemWord(part)] += wordfreq.word_frequency(word, language, wordlist="large")
    rows = {stem: round(10 * math.log10(f * 1e9)) for stem, f in sums.items() if f > 0}
    rows = {stem: figure for stem, figure in rows.items() if figure >= SMALLEST}
    write(name, ["Tenths of the Zipf scale (log10 of occurrences per thousand million words), and the stems that have it.",
                 "Derived from wordfreq 3.1.1 by Robyn Speer, CC BY-SA 4.0; made by make.py."], rows)


def field():
    stemmer = Stemmer.Stemmer("english")
    counts, texts = collections.Counter(), 0
    for path in sorted(CATALOG.glob("*.toml")):
        for clause in tomllib.loads(path.read_text(encoding="utf-8")).get("clause", []):
            if clause.get("kind") == "group":
                continue
            texts += 1
            text = f"{clause.get('title', '')} {clause.get('paraphrase', clause.get('requirement', ''))}"
            counts.update({stemmer.stemWord(american(w)) for w in words(text)})
    write("field.txt", [f"Clauses and controls of our catalog in which a stem occurs, of {texts}; made by make.py."],
          {stem: n for stem, n in counts.items() if n >= 3})
    print(texts, "clauses")


general("en", "english", "en.txt")
general("de", "german", "de.txt")
field()
