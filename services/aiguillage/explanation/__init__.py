"""Why a vacancy is decided as it is, fact by fact, and why not for somebody: what `rules explain` says.

Everything is read from the same rulebook and the same core as the services: the decision is the one they would
take, the tests are those their engine evaluates. Pure, but for the scratch file a replay of events needs.

- `question`         the vacancy asked about, from an event or its data
- `situation`        the scope as it stood just before the vacancy
- `hearing`          that vacancy's facts, its table, its decision
- `consultation`     what the rules of one family say, rule by rule and test by test
- `steps`            the families in the order of the decision
- `obstacles`        what keeps a line of a convention from the dwelling
- `answer`           whether it is a réservataire's turn, and what would have to change first
- `criterion_words`  territories and criteria in French
- `recorded`         the scope as it stood when a journalled decision was taken
- `explaining`       all of it as values
- `party_form`       what of it is safe to hand to one party
- `telling`          the same as French text
"""

from aiguillage.explanation.explaining import Explanation, explain
from aiguillage.explanation.party_form import PartyExplanation, explain_to
from aiguillage.explanation.question import Question, read_question
from aiguillage.explanation.situation import Situation, events_in, situation_of

__all__ = [
    "Explanation",
    "PartyExplanation",
    "Question",
    "Situation",
    "events_in",
    "explain",
    "explain_to",
    "read_question",
    "situation_of",
]
