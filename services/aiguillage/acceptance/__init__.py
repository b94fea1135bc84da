"""Acceptance cases: what must be decided, written as YAML that any implementation could run.

A case is a file ``rules/acceptance/<number>-<slug>.yaml``: no anchors, every scalar a text typed by the
contract of the event it stands in, days and instants as in the interface::

    number: 2b-01                 # scenario (2b) and rank; the file name begins with it
    title: "Une phrase qui dit ce que le cas prouve"
    also: [3c, 6b]                # optional: other scenarios it combines
    bailleur: 999001209           # optional (these are the defaults): put in every event that has
    departement: "75"             #   the field and does not give it
    local: oui                    # optional: play it on the rules of départements and bailleurs too; else on the
                                  #   common ones, so that a delivered case holds whatever was agreed locally
    bases:                        # optional: mappings to start from
      vacance: {vacancy_id: "V-{n}", cause: conge, dwelling: {commune: "75114", typologie: T3}}
    rules:                        # optional: rule files laid over the directory for this case only;
      bailleurs/999001209/neuf/ma-regle.yaml: {id: ma-regle, title: …}     # a whole rule
      bailleurs/999001209/neuf/premiere-location-flux.yaml:                # a rule, with keys of its own
        {like: neuf/premiere-location-flux.yaml, active: oui}
      assiette/vente.yaml: null                                            # no such file
    referentiels:                 # optional: entries laid over a referential, by its name
      zones: {est: {label: "Est", communes: "75111 75112"}}
    given:                        # events, in the order they are received
      - {event: convention.signed, at: 2026-01-05T09:00:00Z, data: {…}}
      - {event: vacancy.declared, at: 2026-02-01T08:00:00Z, times: 20, every_hours: 1, data: {like: vacance}}
    until: 2026-12-31             # optional: waits that end before it come to their end
    expect:                       # each is found among what is emitted
      - {event: orientation.decided, vacancy: V-1, data: {outcome: proposed, reservataire: AL},
         rules: [gestion-directe], because: "C'est le tour"}
      - {event: proposal.issued, data: {reservataire: AL}, times: 5}
      - {event: rejected, of: convention-trop, data: {reason: plafond_etat}}
      - {turns: AL ETAT AL BAILLEUR}
    counts:                       # where each line stands at the end, exactly
      - {line: C-AL#1, year: 2026, proposed: 5, units: 5/2, engaged: 5, credit: 4.5, mix: {qpv:hors_qpv: 3}}
    closing:                      # how the year of a convention closes, from what was emitted before an instant
      - {convention: C-AL, year: 2026, at: 2027-01-10T09:00:00Z, data: {causes: {flux: 5}, due: 5}}

`given`. `like` names a base, in any mapping; what stands beside it is laid over the base (mappings are merged,
all else is replaced). `{n}` reads 1, 2… in an event repeated `times` times, `every_hours` apart. `id` names the
event (default: its place, from 1, and its repetition); `source` says who speaks (default: the réservataire for what
only it says, else the bailleur). An event that is refused fails the case unless an expectation of `rejected` says so.

`expect`. `data` matches partly: a mapping by the keys written, a list when each element written matches one
found, null what is absent. `rules` are all cited; `because` (one text or several) is part of some sentence;
`vacancy` is the `vacancy_id`. An expectation holds when at least one emitted fact fits, with `times` exactly so
many. `turns` tells who holds each vacancy after its first decision, in order: a réservataire, ``BAILLEUR``, or
the outcome.

`counts`. `line` is a convention, one of its lines (``C-AL#1``) or ``BAILLEUR``; a counter that never moved is 0;
`units`, `credit`, `engaged`, `carry` and `mix` are dwellings, as a decimal or a fraction.

`closing`. `data` matches partly what `aiguillage cloture --json` says of the convention, the draft of next year's
convention included; dwellings are fractions. `year` is that of the first event unless it is said.
"""
