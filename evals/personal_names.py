"""Make the lists of names and words that personal details are spotted with: corpus/data/names/.

    pip install Faker==40.63.0 english-words==2.0.2
    python -m evals.personal_names --write

Names are those of Faker's person lists (MIT licence) for languages and countries whose people live in England, in
Latin letters, without the accents. Ordinary words are the small-letter words of this project's own texts, and the words
of the embedding model's vocabulary whose stem is in Webster's second edition (public domain). Neither package is needed
to run the assistant: the lists are kept, so that a new edition of a package changes nothing unseen.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from Stemmer import Stemmer

from assistant.personal.words import NAMES_FOLDER, fold, load_data
from ingest.encoder import DEFAULT_MODEL

ROOT = Path(__file__).resolve().parent.parent
LOCALES = (
    "en en_GB en_US en_IE en_NZ en_IN en_PK en_NG en_KE ga_IE pl_PL ro_RO it_IT es_ES pt_PT fr_FR fr_BE de_DE nl_NL "
    "tr_TR sk_SK cs_CZ hu_HU lt_LT lv_LV hr_HR yo_NG ig_NG ha_NG tw_GH sw zu_ZA az_AZ vi_VN fr_DZ"
)
OWN_TEXTS = ("corpus/digests/*.md", "corpus/data/questions/*.yaml", "corpus/data/emergency-examples/*")
_SHORTEST_NAME = 2
_SHORTEST_WORD = 3
_ONE_SEX = 3


def names() -> tuple[set[str], set[str], set[str]]:
    """Women's and men's given names and surnames, folded; names of several words are left out.

    A given name is on both of the first two lists unless it is one sex's three times as often as the other's, counted
    in locales.
    """
    women: Counter[str] = Counter()
    men: Counter[str] = Counter()
    surnames: set[str] = set()
    for locale in LOCALES.split():
        provider = import_module(f"faker.providers.person.{locale}").Provider
        female = _folded(getattr(provider, "first_names_female", ()))
        male = _folded(getattr(provider, "first_names_male", ()))
        other = _folded(provider.first_names) - female - male
        women.update(female | other)
        men.update(male | other)
        for attribute in dir(provider):
            if "last_name" in attribute and not callable(getattr(provider, attribute)):
                surnames |= _folded(getattr(provider, attribute))
    return set(women) - _only(men, women), set(men) - _only(women, men), surnames


def _only(these: Counter[str], those: Counter[str]) -> set[str]:
    """Names that are in `these` lists so many times as often as in `those` that they are taken for no others."""
    return {name for name, count in these.items() if count >= _ONE_SEX * those[name]}


def _folded(values: Iterable[str]) -> set[str]:
    names = {fold(value) for value in values if re.fullmatch(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*", value)}
    return {name for name in names if re.fullmatch(r"[a-z]+", name) and len(name) >= _SHORTEST_NAME}


def ordinary_words(known_names: set[str]) -> set[str]:
    """Words that are ordinary English; a name among them only when personal-data.yaml says so."""
    own: set[str] = set()
    for pattern in OWN_TEXTS:
        for file in ROOT.glob(pattern):
            own.update(re.findall(r"(?<![\w'])[a-z]{3,}(?![\w'])", file.read_text(encoding="utf-8")))
    stem = Stemmer("english").stemWord
    stems = {stem(word) for word in _webster()}
    vocabulary = {word for word in _vocabulary() if len(word) >= _SHORTEST_WORD and stem(word) in stems}
    also = {fold(word) for word in load_data().also_words.words}
    return {word for word in own | vocabulary if word not in known_names} | also


def _webster() -> Iterator[str]:
    words: set[str] = import_module("english_words").get_english_words_set(["web2"], lower=False)
    return (word for word in words if word.isalpha() and word.islower())


def _vocabulary() -> Iterator[str]:
    package = import_module(DEFAULT_MODEL.replace("-", "_"))
    file = next(Path(str(package.__file__)).parent.rglob("vocab.txt"))
    return (line for line in file.read_text(encoding="utf-8").splitlines() if line.isalpha() and line.islower())


def write(name: str, words: set[str], about: str) -> None:
    """One file of folded words in order, with its source at the top."""
    head = f"# {about}\n# Made by evals/personal_names.py on 2026-11-26 and not edited by hand.\n"
    lines, line = [], ""
    for word in sorted(words):
        if line and len(line) + len(word) >= 119:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    (NAMES_FOLDER / name).write_text(head + "\n".join([*lines, line]) + "\n", encoding="utf-8")


def main() -> None:
    """Make the lists, print their sizes, and write them when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write corpus/data/names/")
    arguments = parser.parse_args()
    women, men, surnames = names()
    words = ordinary_words(women | men | surnames)
    print(f"{len(women | men)} given names, {len(surnames)} surnames, {len(words)} ordinary words")
    if arguments.write:
        NAMES_FOLDER.mkdir(exist_ok=True)
        faker = f"Faker {version('faker')}, MIT licence, Copyright (c) 2012 Daniele Faraglia"
        write("women.txt", women, f"Women's given names, folded (small letters, no accents). Source: {faker}.")
        write("men.txt", men, f"Men's given names, folded (small letters, no accents). Source: {faker}.")
        write("surnames.txt", surnames, f"Surnames, folded (small letters, no accents). Source: {faker}.")
        own = "this project's texts; the embedding model's vocabulary, kept where Webster's second edition has the stem"
        write("words.txt", words, f"Ordinary English words. Source: {own}.")


if __name__ == "__main__":
    main()
