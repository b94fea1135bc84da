"""Files made to harm: each is refused in words, at once, and leaves the reader unharmed."""

import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.rulebook import Rulebook, RuleFileErrors, check, load
from chassis.rulebook.directory import (
    LARGEST_REFERENTIEL_BYTES,
    LARGEST_RULE_BYTES,
    read,
)
from chassis.rulebook.document import MOST_VALUES, UnreadableError, parse
from chassis.rulebook.faults import MOST_IN_A_FILE, MOST_IN_ALL
from chassis.rulebook.loading import recall, recheck

Write = Callable[..., Path]
BILLION_LAUGHS = "a: &a [ha, ha]\n" + "".join(
    f"{name}: &{name} [*{above}, *{above}]\n" for above, name in zip("abcdefgh", "bcdefghi", strict=True)
)

SURPRISES = {
    "an alias bomb": (BILLION_LAUGHS, 1, "ancres et les alias"),
    "an alias": ("a: [1]\nb: *x\n", 2, "ancres et les alias"),
    "a Python object": ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "étiquettes YAML"),
    "a tagged key": ("!!python/name:os.system a: 1\n", 1, "clé est un mot"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "un seul document"),
    "a merge key": ("a: 1\n<<: {b: 2}\n", 2, "fusions YAML"),
    "a version directive": ("%YAML 1.1\n---\na: 1\n", 1, "directives YAML"),
    "a tag directive": ("%TAG ! tag:x,2000:\n---\na: 1\n", 1, "directives YAML"),
    "an unknown directive": ("%AUTRE x\n---\na: 1\n", 1, "YAML lisible"),
    "some nesting": ("a: " + "[" * 30 + "]" * 30 + "\n", 1, "niveaux d'imbrication"),
    "deep nesting": ("a: " + "[" * 30_000, 1, "niveaux d'imbrication"),
    "deep nesting in dashes": ("- " * 30_000 + "\n", 1, "niveaux d'imbrication"),
    "deep nesting in braces": ("{a: " * 15_000, 1, "niveaux d'imbrication"),
    "a key twice": ("a: 1\nb: 2\na: 3\n", 3, "« a » est écrite deux fois"),
    "a key twice, once with its accent apart": ("é: 1\ne\u0301: 2\n", 2, "écrite deux fois"),
    "a mapping for a key": ("? {a: b}\n: c\n", 1, "clé est un mot"),
    "a NUL": ("a: 1\nb: \0\n", 2, "U+0000"),
    "a NUL in disguise": ('a: 1\nb: "\\0"\n', 2, "U+0000"),
    "a terminal command": ('a: 1\nb: "\\e[2J"\n', 2, "U+001B"),
    "a reversed reading order": ("a: 1\nb: \u202egnihton\n", 2, "U+202E"),
    "a line end that editors do not show": ("a: 1\nb: c\u2028d\n", 2, "U+2028"),
    "a byte order mark within": ("a: 1\n\ufeffb: 1\n", 2, "U+FEFF"),
    "half a surrogate pair": ('a: "\\ud800"\n', 1, "YAML lisible"),
    "a tabulation": ("a:\n\tb: 1\n", 2, "tabulation"),
    "an open quote": ('a: 1\nb: "c\nd: 1\n', 2, "un guillemet ouvert et jamais fermé"),
    "an open bracket": ("a: [1, 2\nb: 3\n", 2, "un crochet ouvert et jamais fermé"),
    "a colon too many": ("a: b: c\n", 1, "un deux-points de trop"),
    "nothing": ("", 1, "ne contient pas une règle"),
    "comments alone": ("# rien\n", 1, "ne contient pas une règle"),
    "a list": ("- a\n", 1, "ne contient pas une règle"),
    "a word": ("vente\n", 1, "ne contient pas une règle"),
    "a huge word": ("a" * 60_000, 1, "ne contient pas une règle"),
}


@pytest.mark.parametrize("surprise", SURPRISES)
def test_what_yaml_could_hide_is_refused_at_its_line(write: Write, surprise: str) -> None:
    text, line, words = SURPRISES[surprise]
    fault = check(write(text=text))[0]
    assert (fault.path, fault.line) == ("assiette/une-regle.yaml", line)
    assert words in str(fault)
    assert len(str(fault)) < 1_000


AS_TEXT = ["NO", "01004", "1e3", "2026-03-01", "0x1F", "1_000", "12:30:00", ".inf", "yes", "+7"]


@pytest.mark.parametrize("scalar", AS_TEXT)
def test_a_scalar_is_the_text_that_was_written(scalar: str) -> None:
    document = parse("a.yaml", f"bare: {scalar}\nquoted: '{scalar}'\n{scalar}: key\n".encode())
    assert document.value == {"bare": scalar, "quoted": scalar, scalar: "key"}


def test_nothing_and_null_are_none_unless_they_are_quoted() -> None:
    document = parse("a.yaml", b"a:\nb: ~\nc: null\nd: ''\ne: 'null'\nf: \"~\"\n")
    assert document.value == {"a": None, "b": None, "c": None, "d": "", "e": "null", "f": "~"}


def test_a_mark_at_the_start_and_windows_line_ends_are_read(write: Write) -> None:
    directory = write()
    file = directory / "assiette/une-regle.yaml"
    plain = load(directory).digest
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert load(directory).digest == plain


def test_lines_are_counted_alike_whatever_ends_them() -> None:
    for end in ("\n", "\r\n"):
        text = end.join(["# début", "a: |", "  deux", "  lignes", "b:", "  - c", "  - d: 1"]) + end
        document = parse("a.yaml", text.encode())
        lines = [document.line(*where) for where in (("a",), ("b",), ("b", 1), ("b", 1, "d"))]
        assert lines == [2, 5, 7, 7]


def test_bytes_that_are_not_utf8_are_refused_with_their_line(write: Write) -> None:
    directory = write()
    (directory / "assiette" / "une-regle.yaml").write_bytes(b"id: x\ntitle: \xe9t\xe9\n")
    assert str(check(directory)[0]).startswith("assiette/une-regle.yaml:2: Le fichier n'est pas en UTF-8.")


def test_text_in_two_bytes_a_character_is_refused(write: Write) -> None:
    directory = write()
    (directory / "assiette" / "une-regle.yaml").write_bytes("id: x\n".encode("utf-16"))
    assert "UTF-8" in str(check(directory)[0])


@pytest.mark.parametrize("size", [LARGEST_RULE_BYTES + 1, 10 * 1024 * 1024, 1024**4])
def test_an_oversized_file_is_refused_unread(write: Write, size: int) -> None:
    directory = write()
    os.truncate(directory / "assiette/une-regle.yaml", size)  # a hole: a terabyte takes no room on the disk
    (fault,) = check(directory)
    assert "plus de 64 ko" in fault.message


def test_a_list_of_too_many_values_is_refused() -> None:
    with pytest.raises(UnreadableError, match=f"Plus de {MOST_VALUES} valeurs"):
        parse("a.yaml", b"a: [" + b"x," * (LARGEST_REFERENTIEL_BYTES // 2 - 100) + b"]")


def test_a_thousand_faults_in_a_file_are_told_by_the_first(write: Write) -> None:
    directory = write(extra="\n".join(f"cle{number}: 1" for number in range(1_000)))
    faults = check(directory)
    assert len(faults) == MOST_IN_A_FILE + 1
    assert "Clé inconnue. Trouvé : « cle0 »" in str(faults[0])
    assert faults[-1].message.startswith("Encore ")
    assert faults[-1].remedy == "Corrigez d'abord les précédentes."


def test_a_thousand_wrong_tests_in_a_condition_are_told_by_the_first(write: Write) -> None:
    tests = ", ".join(f"{{fact: f{number}, is: 1}}" for number in range(1_000))
    faults = check(write(when=f"{{any: [{tests}]}}"))
    assert MOST_IN_A_FILE < len(faults) <= MOST_IN_A_FILE + 1


def test_the_faults_of_very_many_files_are_told_by_the_first(write: Write) -> None:
    for number in range(MOST_IN_ALL + 2):
        directory = write(f"assiette/r{number}.yaml", text="- a\n")
    faults = check(directory)
    assert len(faults) == MOST_IN_ALL + 1
    assert faults[-1].message == "Encore 2 fautes d'ici à la fin."


def test_what_a_fault_quotes_of_a_file_is_short(write: Write) -> None:
    for parts in (
        {"priority": "9" * 30_000},
        {"extra": "k" * 30_000 + ": 1"},
        {"when": "{fact: " + "f" * 30_000 + ", is: 1}"},
        {"when": "{fact: dwelling.typologie, is: " + "T" * 30_000 + "}"},
        {"when": "[" + "a, " * 10_000 + "]"},
        {"then": "{outside_flux: " + "v" * 30_000 + "}"},
        {"extra": "k" * 900 + ": 1\n" + "k" * 900 + ": 1"},
        {"because": "{" + "b" * 400 + "}"},
    ):
        faults = check(write(**parts))
        assert faults
        assert all(len(str(fault)) < 1_500 for fault in faults), [len(str(fault)) for fault in faults]


RUNAWAYS = [
    "(a+)+b",
    "(a|a)*b",
    "(a*)*b",
    "(.*a){12}",
    "([a-z]+)*1",
    "a*a*a*a*b",
    "(a)\\1+",
    "(?:a?){9}b",
    "a**",
    "a?" * 30 + "a" * 30,
    "(a|a)" * 30 + "b",
    "(|a)" * 30 + "b",
    "((a|aa)(a|aa)(a|aa)|a)((a|aa)(a|aa)(a|aa)|a)b",
    "(a|a)" * 6 + "a*a*a*b",
]


@pytest.mark.parametrize("pattern", RUNAWAYS)
def test_a_pattern_that_could_run_for_ever_is_refused(write: Write, pattern: str) -> None:
    (fault,) = check(write(when=f"{{fact: vacancy.programme_id, matches: '{pattern}'}}"))
    assert fault.line == 8
    assert "Motif refusé" in fault.message


@pytest.mark.parametrize(
    "pattern",
    [
        "a*a*a*b",
        ".*.*.*b",
        "[^b]*[^b]*[^b]*b",
        "(a|b|ab)a*a*a*c",
        "a{0,99}a{0,99}a{0,99}b",
        "(a|a)" * 6 + "a*a*b",
    ],
)
def test_the_worst_pattern_that_is_accepted_gives_up_soon(write: Write, pattern: str) -> None:
    rulebook = load(
        write(
            "criteres/c.yaml",
            when=f"{{fact: vacancy.programme_id, matches: '{pattern}'}}",
            then="{exclude: oui}",
        )
    )
    rule = rulebook.rules[0]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    verdict = rulebook.verdict(
        "criteres", rule.first_day, "75", "999001209", {"vacancy.programme_id": "a" * 256}
    )
    assert not verdict.matched
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 5


def test_a_text_too_long_for_a_pattern_does_not_match(write: Write) -> None:
    rulebook = load(
        write("criteres/c.yaml", when="{fact: vacancy.programme_id, matches: 'a*'}", then="{exclude: oui}")
    )
    on = rulebook.rules[0].first_day
    for length, holds in ((256, True), (257, False)):
        facts = {"vacancy.programme_id": "a" * length}
        assert bool(rulebook.verdict("criteres", on, "75", "999001209", facts).matched) == holds


@pytest.mark.parametrize(
    "bundle",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"format": 1, "rules": [], "referentiels": {}}',
        b'{"format": 1, "rules": {}}',
        b"[" * 100_000 + b"0.5",
        b"[" * 100_000,
    ],
)
def test_bytes_that_are_no_bundle_are_refused(bundle: bytes) -> None:
    with pytest.raises(RuleFileErrors, match="Ce n'est pas un recueil de règles"):
        Rulebook.from_bundle(bundle)


@pytest.mark.parametrize(
    "rule", ['"x"', "null", "[]", "{}", '{"id": 1.5}', '{"when": ' + "[" * 200 + "]" * 200 + "}"]
)
def test_a_bundle_of_what_is_no_rule_is_refused(rule: str) -> None:
    bundle = f'{{"format": 1, "referentiels": {{}}, "rules": {{"assiette/a.yaml": {rule}}}}}'
    with pytest.raises(RuleFileErrors, match=r"assiette/a\.yaml:1"):
        Rulebook.from_bundle(bundle.encode())


def test_rules_at_odds_are_recalled_from_a_bundle_and_refused_from_elsewhere(write: Write) -> None:
    """What was in force when it was allowed must be replayed for ever."""
    write("delais/a.yaml", when="always", then="{attempts: 2}")
    directory = write("delais/b.yaml", when="always", then="{attempts: 3}")
    assert len(check(directory)) == 1
    before = recall(read(directory))
    again = Rulebook.from_bundle(before.bundle())
    assert again.digest == before.digest
    assert [fault.path for fault in recheck(again)] == ["delais/b.yaml"]
