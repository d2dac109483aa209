"""One measure, one case, one value; None where the case does not bear on the measure. The mean comes after.

A case that the run left out, or whose asking failed, is a wrong answer to everything asked of it: never a None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean

from evals.record import CaseRun, HitRow, Reply
from evals.suite import Case, Gold

HITS_KEPT = 10  # how far down the ranking a run records, and so how far MRR looks


def retrieval(gold: Sequence[Gold], hits: Sequence[HitRow]) -> dict[str, float | None]:
    """recall@1, recall@5, recall@10, MRR and nDCG@10 of one case's ranking of passages.

    Definition: gold sections are alternatives, so recall@k here is success: 1 when any gold section is among the
        first k passages, else 0. MRR is 1 / the rank of the first gold passage within ten, 0 when there is none.
        nDCG@10 asks for all of them, high up: gain 1 a gold section, discount log2(rank + 1), over the best ranking.
    Range:      0 to 1. A case without hits scores 0.
    None:       where the case has no gold section.
    Source:     ir-measures' Success@k, RR@10 and nDCG@10, one query at a time (MacAvaney et al. 2022).
    """
    names = {
        "recall@1": "Success@1",
        "recall@5": "Success@5",
        "recall@10": "Success@10",
        "MRR": "RR@10",
        "nDCG@10": "nDCG@10",
    }
    if not gold:
        return dict.fromkeys(names)
    import ir_measures

    wanted = {(section.source_id, section.pinpoint) for section in gold}
    ranked = sorted(hits, key=lambda hit: hit.rank)[:HITS_KEPT]
    # A section in several passages is one document: only its first place counts.
    places = list(dict.fromkeys((hit.source_id, hit.pinpoint) for hit in ranked))
    first = {place: min(hit.rank for hit in ranked if (hit.source_id, hit.pinpoint) == place) for place in places}
    qrels = [ir_measures.Qrel("case", repr(place), 1) for place in sorted(wanted)]
    run = [
        ir_measures.ScoredDoc("case", repr(place) if first[place] == hit.rank else f"again {hit.rank}", -hit.rank)
        for hit in ranked
        for place in [(hit.source_id, hit.pinpoint)]
    ]
    measures = [ir_measures.parse_measure(measure) for measure in names.values()]
    values = {str(metric.measure): float(metric.value) for metric in ir_measures.iter_calc(measures, qrels, run)}
    return {name: values.get(measure, 0.0) for name, measure in names.items()}


def fact_recall(case: Case, reply: Reply | None, *, vital_only: bool) -> float | None:
    """Share of the case's facts that the answer's quoted sentences hold.

    Definition: a fact is found when, for one of its alternatives, every substring occurs in the sentences, joined and
        normalised (lowercase, straight quotes, single spaces, no ** marks).
    Range:      0 to 1. Saying nothing scores 0.
    None:       where the case has no facts, or with `vital_only` no vital ones.
    Source:     nugget recall as in TREC question answering, with substrings in place of an assessor.
    """
    facts = [fact for fact in case.facts if fact.vital or not vital_only]
    if not facts:
        return None
    said = " ".join(sentence.text for sentence in reply.sentences) if reply else ""
    return sum(fact.found_in(said) for fact in facts) / len(facts)


def citation_match(case: Case, run: CaseRun | None) -> float | None:
    """Whether an answer cites a right section.

    Definition: 1 when at least one citation's source and pinpoint are one of the case's gold sections, else 0.
    Range:      0 or 1.
    None:       where the case has no gold, or the assistant abstained: that is counted under refusals.
    Source:     this project; the gate's "citation match".
    """
    if not case.gold or (run and run.answer and run.answer.abstained):
        return None
    return float(bool(_cited(run) & _sections(case)))


def first_line_match(case: Case, run: CaseRun | None) -> float | None:
    """Whether an answer's first line is of a right section: what somebody in a hurry reads.

    Definition: 1 when a citation of the first sentence has the source and pinpoint of one of the gold sections, else 0.
    Range:      0 or 1.
    None:       as for citation match.
    Source:     success at rank 1, over the lines of an answer.
    """
    if citation_match(case, run) is None:
        return None
    answer = run.answer if run else None
    if not answer or not answer.sentences:
        return 0.0
    first = {(one.source_id, one.pinpoint) for one in answer.citations if one.n in answer.sentences[0].citations}
    return float(bool(first & _sections(case)))


def citation_precision(case: Case, run: CaseRun | None) -> float | None:
    """Share of an answer's distinct cited sections that are gold.

    Definition: |cited and gold| / |cited|, counting each source and pinpoint once. Gold lists the sections that
        answer the question, so a citation that only adds context lowers this: it is reported without a gate.
    Range:      0 to 1. An answer without citations scores 0.
    None:       as for citation match.
    Source:     set precision.
    """
    if citation_match(case, run) is None:
        return None
    cited = _cited(run)
    return len(cited & _sections(case)) / len(cited) if cited else 0.0


def citation_recall(case: Case, run: CaseRun | None) -> float | None:
    """Share of the gold sections that an answer cites.

    Definition: |cited and gold| / |gold|. Gold sections are alternatives, so one is enough for a right answer and a low
        figure is no fault: it tells how much of what the library holds on the point is brought together.
    Range:      0 to 1.
    None:       as for citation match.
    Source:     set recall.
    """
    if citation_match(case, run) is None:
        return None
    gold = _sections(case)
    return len(_cited(run) & gold) / len(gold)


def refusal_precision(case: Case, run: CaseRun | None) -> float | None:
    """Of the replies that abstained, the share that should have.

    Definition: for a case where the assistant abstained, 1 when the suite expects no answer, else 0. A missing reply
        to a case that should be answered counts as a wrong refusal.
    Range:      0 or 1; the mean is the precision.
    None:       where the assistant answered, and for every emergency.
    Source:     precision of the class "abstained".
    """
    if case.emergency:
        return None
    if not run or not run.answer:
        return 0.0 if case.answerable else None
    return float(case.should_abstain) if run.answer.abstained else None


def refusal_recall(case: Case, run: CaseRun | None) -> float | None:
    """Of the cases that should be refused, the share that were.

    Definition: for a case where the suite expects no answer, 1 when the assistant abstained, else 0.
    Range:      0 or 1; the mean is the recall. A missing reply scores 0.
    None:       where an answer is expected, and for every emergency.
    Source:     recall of the class "abstained".
    """
    if not case.should_abstain:
        return None
    return float(bool(run and run.answer and run.answer.abstained))


def refused_or_doubted(case: Case, run: CaseRun | None) -> float | None:
    """Of the cases that should be refused, the share that were, or that came with the doubt said above the quotes.

    Definition: for a case where the suite expects no answer, 1 when the assistant abstained or called itself unsure.
    Range:      0 or 1. A missing reply scores 0.
    None:       where an answer is expected, and for every emergency.
    Source:     this project; with `plain_answer_coverage` it says what the doubt is worth and what it costs.
    """
    if not case.should_abstain:
        return None
    return float(bool(run and run.answer and (run.answer.abstained or run.answer.unsure)))


def plain_answer_precision(case: Case, run: CaseRun | None) -> float | None:
    """Of the answers given without a doubt, the share to questions that have an answer.

    Definition: for a case that was answered and not called unsure, 0 when the suite expects no answer, else 1.
    Range:      0 or 1; the mean is one less the selective risk.
    None:       where the assistant abstained, doubted or did not reply, and for every emergency.
    Source:     Geifman and El-Yaniv, "Selective Classification for Deep Neural Networks", 2017.
    """
    if case.emergency or not (run and run.answer) or run.answer.abstained or run.answer.unsure:
        return None
    return float(not case.should_abstain)


def plain_answer_coverage(case: Case, run: CaseRun | None) -> float | None:
    """Of the questions that have an answer, the share answered without a doubt.

    Definition: for a case that should be answered, 1 when it was and the assistant did not call itself unsure.
    Range:      0 or 1; the mean is the coverage. A missing reply scores 0.
    None:       where the suite allows a refusal, and for every emergency.
    Source:     as for plain_answer_precision.
    """
    if case.emergency or not case.answerable:
        return None
    return float(bool(run and run.answer and not run.answer.abstained and not run.answer.unsure))


def emergency_precision(case: Case, run: CaseRun | None) -> float | None:
    """Of the replies flagged as an emergency, the share that are one.

    Definition: for a case that was flagged, 1 when the suite says it is an emergency, else 0. A missing reply to a
        case that is none counts as a wrong flag.
    Range:      0 or 1; the mean is the precision, over every kind of case.
    None:       where no flag was raised.
    Source:     precision of the class "emergency".
    """
    if not run or not run.answer:
        return None if case.emergency else 0.0
    return float(case.emergency) if run.answer.emergency else None


def emergency_recall(case: Case, run: CaseRun | None) -> float | None:
    """Of the emergencies, the share that were flagged.

    Definition: for a case the suite calls an emergency, 1 when the reply is flagged, else 0.
    Range:      0 or 1; the mean is the recall. A missing reply scores 0.
    None:       where the case is no emergency.
    Source:     recall of the class "emergency".
    """
    if not case.emergency:
        return None
    return float(bool(run and run.answer and run.answer.emergency))


def outcome_match(case: Case, run: CaseRun | None) -> float:
    """Whether the reply ended as the suite allows.

    Definition: 1 when its outcome is among the case's `expect`, else 0.
    Range:      0 or 1. A missing reply scores 0. Never None.
    Source:     this project.
    """
    return float(bool(run and run.answer and run.answer.outcome in case.expect))


def mean(values: Iterable[float | None]) -> float | None:
    """Mean of the values that are not None; None where there is none."""
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` of the values do not exceed; None where there are no values.

    Definition: nearest rank: the value at place ceil(share * n), counted from 1, in ascending order.
    Range:      one of the values; `share` from 0 to 1.
    Source:     Hyndman and Fan, "Sample quantiles in statistical packages", 1996, type 1.
    >>> percentile([10.0, 20.0, 30.0, 40.0], 0.5)
    20.0
    """
    if not values:
        return None
    import numpy as np

    return float(np.percentile(np.asarray(values, dtype=float), share * 100, method="inverted_cdf"))


def _cited(run: CaseRun | None) -> set[tuple[str, str]]:
    citations = run.answer.citations if run and run.answer else ()
    return {(citation.source_id, citation.pinpoint) for citation in citations}


def _sections(case: Case) -> set[tuple[str, str]]:
    return {(section.source_id, section.pinpoint) for section in case.gold}
