"""One small broken file per slip of the keyboard, and the words its author reads: place, what, what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.rulebook import check, load
from chassis.rulebook.faults import did_you_mean, shown

Write = Callable[..., Path]
SURFACE = "{{fact: dwelling.surface_m2, {said}}}"
TYPOLOGIE = "{{fact: dwelling.typologie, {said}}}"

IN_A_TEXT = {
    "a decimal comma between braces": ("a: {b: 1, c: 18,5}\n", 1, "Trouvé : « 18,5 »", "Écrivez 18.5"),
    "a decimal comma, the last of several": ("a: {b: 1,5, c: 2}\n", 1, "Trouvé : « 1,5 »", "Écrivez 1.5"),
    "an apostrophe between apostrophes": (
        "a: 1\ntitle: 'L'accord'\nb: 2\n",
        2,
        "ferme le texte trop tôt",
        "L''",
    ),
    "an apostrophe between apostrophes, in a list": (
        "a:\n  - 'L'accord'\n",
        2,
        "ferme le texte trop tôt",
        "L''",
    ),
    "a quote left open, others follow": (
        'a: 1\ntitle: "Essai\nb:\n  - title: "Accord"\nc: 2\n',
        2,
        "un guillemet ouvert et jamais fermé",
        "sur la même ligne",
    ),
    "an apostrophe left open": ("a: 1\ntitle: 'Essai\nb: 'x'\n", 2, "jamais fermé", "apostrophe '"),
    "a quote within quotes": (
        'a: 1\ntitle: "L\'accord "cadre" de 2026"\n',
        2,
        "au milieu d'un texte",
        "« … »",
    ),
    "a tabulation for an indent": ("a:\n\tb: 1\n", 2, "tabulation en début de ligne", "espaces"),
    "no space after the colon": ("id:essai\ntitle: x\n", 1, "deux-points sans espace", "clé: valeur"),
    "a hard space after the colon": ("a: 1\nb:\u00a0c\nd: 2\n", 2, "espace insécable", "espace simple"),
    "a hard space for an indent": ("a:\n\u00a0\u00a0b: 1\n", 2, "[U+00A0]", "espace simple"),
    "a colon in a sentence": (
        "a: 1\ntitle: Délai : trente jours\nb: 2\n",
        2,
        "deux-points de trop",
        "guillemets",
    ),
    "a # between braces": ("a: {b: accord # 12}\n", 1, "coupe la ligne avant la fin", "entre guillemets"),
    "a sentence cut by a #": ("because: Voir accord # 12 du Rhône\n", 1, "# 12 du Rhône", "entre guillemets"),
    "a sentence that is all behind a #": ("a: 1\ntitle: # 12\n", 2, "Trouvé : « # 12 »", "entre guillemets"),
    "a sentence cut by a # in a list": ("- title: Accord # 12\n", 1, "# 12", "entre guillemets"),
    "curly quotes around a value": ("a: “T3”\n", 1, "Guillemets typographiques", "guillemets droits"),
    "curly quotes around a sentence": (
        "title: “Essai”\n",
        1,
        "Guillemets typographiques",
        "guillemets droits",
    ),
    "a hard space in a value": ('a: "QP075001\u00a0"\n', 1, "QP075001[U+00A0]", "espace simple"),
    "a narrow hard space in a key": ("a\u202f: 1\n", 1, "a[U+202F]", "espace simple"),
    "an ideographic space in a list": ("a: [T1, T2\u3000]\n", 1, "[U+3000]", "espace simple"),
    "a space before the closing quote": ('a: "T3 "\n', 1, "Espace en trop", "Retirez-le"),
    "a zero width in a sentence": ("title: Es\u200bsai\n", 1, "U+200B", "retapez la ligne"),
    "a soft hyphen": ("a: lo\u00adgement\n", 1, "U+00AD", "retapez la ligne"),
    "a joiner by its escape": ('a: "T\\u200d3"\n', 1, "U+200D", "retapez la ligne"),
    "full-width digits": ("a: \uff17\uff14\n", 1, "[U+FF17]", "Retapez-le au clavier : 7."),
    "Arabic digits": ("a: \u0667\n", 1, "[U+0667]", "Retapez-le au clavier : 7."),
    "a Cyrillic letter": ("a: \u0420LUS\n", 1, "Lettre d'un autre alphabet", "lettres latines"),
    "a typographic dash": ("a: mutation\u2011interne\n", 1, "Tiret typographique", "tiret du clavier"),
    "a minus sign that is none": ("a: \u22125\n", 1, "Tiret typographique", "tiret du clavier"),
    "accents spoilt by a conversion": ("title: DÃ©lai\n", 1, "Accents abîmés", "UTF-8"),
    "an at sign": ("a: @x\n", 1, "un signe @", "guillemets"),
}


@pytest.mark.parametrize("slip", IN_A_TEXT)
def test_a_slip_of_the_keyboard_is_told_at_its_line(write: Write, slip: str) -> None:
    text, line, found, remedy = IN_A_TEXT[slip]
    fault, *_ = check(write(text=text))
    assert (fault.path, fault.line) == ("assiette/une-regle.yaml", line)
    assert found in str(fault)
    assert remedy in fault.remedy


IN_A_VALUE = {
    "thousands apart": (
        {"when": '{fact: dwelling.rent_eur, at_most: "1 000"}'},
        "séparateur de milliers",
    ),
    "a unit": ({"when": '{fact: dwelling.surface_m2, at_most: "18,5 m2"}'}, "sans « m2 » : 18.5"),
    "a percent sign": (
        {"path": "criteres/c.yaml", "then": "{target: {dimension: qpv, segment: hors_qpv, percent: 60 %}}"},
        "sans « % » : 60",
    ),
    "a comma in a whole number": ({"priority": "1,5"}, "Remplacez la virgule"),
    "minutes": ({"priority": "12:30"}, "sans heures ni minutes"),
    "a short day": ({"effective": "{from: 2026-1-5}"}, "Écrivez 2026-01-05."),
    "a day the French way": ({"effective": "{from: 05/01/2026}"}, "Écrivez 2026-01-05."),
    "an instant for a day": ({"effective": '{from: "2026-01-05T00:00:00Z"}'}, "Écrivez 2026-01-05."),
    "on": ({"extra": "active: on"}, "Écrivez oui."),
    "off": ({"extra": "active: off"}, "Écrivez non."),
    "one for yes": ({"extra": "active: 1"}, "Écrivez oui."),
    "small letters": ({"when": "{fact: dwelling.typologie, is: t3}"}, "Vouliez-vous dire « T3 »"),
    "small letters of a code": (
        {"when": "{fact: dwelling.financement, in: [plus_cd]}"},
        "Vouliez-vous dire « PLUS_CD »",
    ),
    "capitals": ({"then": "{outside_flux: Travaux lourds}"}, "Écrivez travaux-lourds."),
    "an office with its accents": ({"owner": "Pôle d'attributions"}, "Écrivez pole-d-attributions."),
    "an accent": ({"when": "{fact: vacancy.cause, is: décès}"}, "Vouliez-vous dire « deces »"),
    "a list after « is »": ({"when": "{fact: dwelling.typologie, is: [T3, T4]}"}, "Trouvé : « [T3, T4] »"),
    "a list after « at_least »": ({"when": "{fact: dwelling.floor, at_least: [3]}"}, "« in: [a, b] »"),
    "a word after « in »": ({"when": "{fact: dwelling.typologie, in: T3}"}, "Écrivez [T3]."),
    "a decimal comma in bounds": ({"when": "{fact: dwelling.surface_m2, between: [18,5, 20]}"}, "[18.5, 20]"),
    "nothing after « is »": ({"when": "{fact: dwelling.typologie, is: null}"}, "Trouvé : « rien »"),
    "nothing after « at_least »": ({"when": "{fact: dwelling.floor, at_least: }"}, "Trouvé : « rien »"),
    "a list for yes or no": ({"extra": "active: [non]"}, "Trouvé : « [non] »"),
    "a mapping for a whole number": ({"priority": "{a: [b, null]}"}, "Trouvé : « {a: [b, rien]} »"),
    "a list of conditions without a join": ({"when": "[{fact: attempt, is: 1}]"}, "[{fact: attempt, is: 1}]"),
    "a script for an address": (
        {"references": "[{title: x, href: 'javascript:alert(1)'}]"},
        "une adresse https://…",
    ),
    "data for an address": (
        {"references": "[{title: x, href: 'data:text/html,x'}]"},
        "une adresse https://…",
    ),
    "no page for an address": ({"references": "[{title: x, href: 'https://'}]"}, "une adresse https://…"),
    "an address with a name in it": (
        {"references": "[{title: x, href: 'https://a:b@exemple.fr/'}]"},
        "une adresse https://…",
    ),
    "a costly pattern": (
        {"when": "{fact: dwelling.qpv_code, matches: '(a|b)(a|b)a*a*a*c'}"},
        "motif trop coûteux : 3 répétitions",
    ),
    "a pattern half written": ({"when": "{fact: dwelling.qpv_code, matches: '(a'}"}, "parenthèse ouverte"),
    "a pattern upside down": ({"when": "{fact: dwelling.qpv_code, matches: 'a{3,1}'}"}, "minimum dépasse"),
}
PYTHON = ("None", "['", "{'", "True", "False", "Decimal", "Error", "terminated", "NoneType")


@pytest.mark.parametrize("slip", IN_A_VALUE)
def test_a_value_that_is_nearly_right_is_told_with_the_right_one(write: Write, slip: str) -> None:
    parts, words = IN_A_VALUE[slip]
    faults = check(write(**parts))
    assert any(words in str(fault) for fault in faults), [str(fault) for fault in faults]
    assert not [word for word in PYTHON if any(word in str(fault) for fault in faults)]


PROSE = [
    "Délai de trente jours\u00a0; voir l\u2019accord",
    '"Délai\u00a0: trente jours"',
    "« Louer »\u202f? Non\u2009– jamais",
    "N\u00b0 12, 18 m², 5 €, œuvre, Île",
    '"Voir accord # 12 du Rhône"',
    "Voir l'accord n°12#3",
    "« Cadre » et « local »",
]


@pytest.mark.parametrize("sentence", PROSE)
def test_a_sentence_keeps_its_typography(write: Write, sentence: str) -> None:
    text = (write() / "assiette/une-regle.yaml").read_text(encoding="utf-8")
    directory = write(text=text.replace('"Une règle"', sentence))
    assert load(directory).rules[0].title == sentence.strip('"')


def test_a_remark_after_a_value_that_is_no_sentence_is_one(write: Write) -> None:
    text = (write() / "assiette/une-regle.yaml").read_text(encoding="utf-8")
    assert not check(write(text=text.replace("regulatory: non", "regulatory: non   # accord local")))


def test_bytes_of_windows_are_told_as_such(write: Write) -> None:
    directory = write()
    (directory / "assiette/une-regle.yaml").write_bytes("id: x\ntitle: Été\n".encode("cp1252"))
    fault, *_ = check(directory)
    assert (fault.line, fault.found) == (2, "title: Été")
    assert "Windows" in fault.remedy


def test_a_suggestion_looks_past_case_accents_and_separators() -> None:
    assert "« T3 »" in did_you_mean("t3", ["T1", "T3"])
    assert "« PLUS »" in did_you_mean("plus", ["PLAI", "PLUS"])
    assert "« mutation_interne »" in did_you_mean("Mutation interne", ["vente", "mutation_interne"])
    assert did_you_mean("xyz", ["T1"]) == ""


def test_a_value_is_shown_as_a_file_writes_it() -> None:
    assert shown(None) == "rien"
    assert shown(value=True) == "oui"
    assert shown(["non", None]) == "[non, rien]"
    assert shown({"a": {"b": []}}) == "{a: {b: []}}"
