"""The walk-through as a conversation: questions go out through `say` and `ask`, and a case comes back.

It knows no terminal: `ask(prompt)` returns a typed line and raises EOFError when there are no more.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.sar import words
from assistant.sar.files import require_usable, suggestions
from assistant.sar.interview import (
    Case,
    answer,
    assessed,
    back,
    confirm,
    described,
    progress,
    question,
    rules_of,
    what_if,
)
from assistant.sar.masking import masked
from assistant.sar.reply import Reply, read_change, read_reply, read_state, read_what_if
from assistant.sar.result import Result
from assistant.sar.rules import FactRule, State
from assistant.sar.store import Cases, Saved
from assistant.sar.suggest import Suggestion
from ingest.errors import BadRequest, SafeguardError
from ingest.readers.text import clean

Ask = Callable[[str], str]
Say = Callable[[str], None]
Write = Callable[[Case, Result], str]
"""Writes a record of the case and says where; raises SafeguardError."""

END_OF_DESCRIPTION = "."
PROMPT = "> "
RIGHT, WRONG = {"right", "that is right", "correct"}, {"wrong", "that is wrong"}


class WalkStopped(SafeguardError):
    """The answers ended, or the person stopped, before there was a result."""

    exit_code = 1


class _Left(Exception):
    """The person is done."""


class Walk:
    """One conversation about one case, new or resumed."""

    def __init__(
        self, case: Case, *, ask: Ask, say: Say, cases: Cases, reference: str | None = None,
        write: Write | None = None, command: str = "safeguard sar walk",
    ) -> None:  # fmt: skip
        """`reference`: of the saved case that is gone on with. `command`: what a person types to come back."""
        self.case = case
        self.rules = rules_of(case)
        self.reference = reference
        self.failed = False
        """Whether the record could not be written."""
        self._ask, self._say, self._cases, self._write, self._command = ask, say, cases, write, command
        self._kept: Case | None = case if reference else None
        self._past: list[tuple[Case, str]] = []
        self._again: str | None = None
        self._shown: Case | None = None

    def run(self, narrative: str | None = None) -> Result | None:
        """Talk until the person is done; the result they saw, or None. Raises: WalkStopped, BadRequest.

        `narrative`: a description that was written before; where there is none, a new case is asked for one.
        """
        self._say(words.start_text())
        try:
            if self.reference:
                self._say(words.resumed_text(self.case, self.reference))
            elif narrative is None:
                self._describe()
            else:
                self._take(narrative)
            while True:
                self._step()
        except _Left:
            pass
        except (EOFError, KeyboardInterrupt):
            self._say("")
            if self._shown != self.case:
                raise WalkStopped(self._stopped()) from None
            self._say(self._not_kept())
        return assessed(self.case) if self._shown == self.case else None

    def _step(self) -> None:
        """One thing at a time: what is asked again, a suggestion, a question, or the review and the result."""
        if self._again is not None:
            fact_id, self._again = self._again, None
            self._put(fact_id)
        elif waiting := self._waiting():
            self._put(waiting[0].fact)
        elif (fact := question(self.case, self.rules)) is not None:
            self._put(fact.id)
        else:
            self._review()

    # The description

    def _describe(self) -> None:
        self._say(
            "Describe what happened, without names, and end with a line that holds only a full stop. "
            "Or press Enter to answer the questions without describing it."
        )
        while True:
            lines: list[str] = []
            while (line := self._ask("" if lines else PROMPT)).strip() != END_OF_DESCRIPTION:
                if not lines and not line.strip():
                    return
                if not lines and read_reply(line).words == "quit":
                    self._quit()
                    continue
                lines.append(line)
            try:
                self._take("\n".join(lines))
                return
            except BadRequest as error:
                self._say(f"{error}")
            except SafeguardError as error:  # too long
                self._say(f"{error} Write a shorter one, or press Enter to go on without it.")

    def _take(self, narrative: str) -> None:
        """Hide personal details, then see what the words suggest. Raises: BadRequest, NarrativeTooLong."""
        narrative = clean(narrative).strip()
        require_usable(narrative)
        case = self._without_details(described(self.case, narrative, ()), narrative)
        self.case = described(case, case.narrative, suggestions(case.narrative))
        self._say(words.suggested_text(self.case, self.rules))

    def _without_details(self, case: Case, typed: str) -> Case:
        """The case with the personal details of what was typed hidden, except those the person keeps."""
        from assistant.personal import find_details

        known = {detail.text for text in self._texts() for detail in find_details(text)}
        found = {detail.text: detail.kind.value for detail in find_details(typed) if detail.text not in known}
        if not found:
            return case
        self._say(words.details_text(found))
        kept = known | self._keep(list(found))
        hidden = masked(case, kept)
        if hidden.narrative == case.narrative:
            return hidden.model_copy(update={"suggested": case.suggested})
        return hidden

    def _texts(self) -> list[str]:
        """What the case already holds in the person's words; a detail in it was kept on purpose."""
        return [self.case.narrative, *(entry.note for entry in self.case.given), *self.case.details.values()]

    def _keep(self, found: list[str]) -> set[str]:
        while True:
            typed = self._ask("Numbers of those to keep, or Enter to hide them all: ").replace(",", " ").split()
            if all(part.isdecimal() and 1 <= int(part) <= len(found) for part in typed):
                return {found[int(part) - 1] for part in typed}
            self._say(f"Type numbers from 1 to {len(found)}, or press Enter.")

    # Suggestions and questions

    def _waiting(self) -> list[Suggestion]:
        return [entry for entry in self.case.suggested if self.case.answer_to(entry.fact) is None]

    def _put(self, fact_id: str) -> None:
        fact = self.rules.fact(fact_id)
        suggestion = next((entry for entry in self._waiting() if entry.fact == fact_id), None)
        if suggestion is None:
            self._question(fact)
        else:
            self._suggestion(suggestion, fact)

    def _suggestion(self, suggestion: Suggestion, fact: FactRule) -> None:
        """Right or wrong; a plain yes or no only where it cannot be taken for an answer to the question itself."""
        self._say(words.suggestion_text(self.case, suggestion, fact))
        while True:
            reply = self._reply("Right, wrong or d? ", fact)
            plain = suggestion.value is State.YES
            if reply.words in RIGHT or (plain and reply.value is State.YES):
                return self._answer(confirm(self.case, fact.id, suggestion.value, self.rules), fact)
            if reply.words in WRONG or (plain and reply.value is State.NO):
                left = tuple(entry for entry in self.case.suggested if entry.fact != fact.id)
                return self._move(self.case.model_copy(update={"suggested": left}), fact.id)
            if reply.value is State.UNKNOWN:
                return self._answer(answer(self.case, fact.id, State.UNKNOWN, reply.note, self.rules), fact)
            if reply.words == "back":
                return self._back()
            self._say(
                f"Type right if this is so: {fact.name}: {words.ANSWER[suggestion.value]}. Type wrong if it is not, "
                "or d if you do not know. Other words: why, back, save, quit."
            )

    def _question(self, fact: FactRule, changing: bool = False) -> None:
        """An answer, or back: to the question before, or to the review from which the answer is `changing`."""
        self._say(words.question_text(fact, "" if changing else self._place()))
        while True:
            reply = self._reply(PROMPT, fact)
            if reply.value is not None:
                return self._answer(self._answered(fact.id, reply), fact)
            if reply.words == "back":
                return None if changing else self._back()
            self._say(f"That was not understood. {words.COMMANDS}")

    def _place(self) -> str:
        """How far the questions are: 'Question 3, at most 4 more'."""
        left = progress(self.case, self.rules).most_left - 1
        asked = sum(entry.how == "asked" for entry in self.case.given)
        return f"Question {asked + 1}, {f'at most {left} more' if left > 0 else 'and no more after it'}"

    def _answered(self, fact_id: str, reply: Reply) -> Case:
        """The answer with its note; without one, the words of a description that says the same go with it."""
        assert reply.value is not None
        if not reply.note:
            return confirm(self.case, fact_id, reply.value, self.rules)
        return self._without_details(answer(self.case, fact_id, reply.value, reply.note, self.rules), reply.note)

    def _answer(self, case: Case, fact: FactRule) -> None:
        """Take an answer, say it back, and name a contradiction it makes."""
        before = set(assessed(self.case).contradictions)
        self._move(case, fact.id)
        given = case.answer_to(fact.id)
        assert given is not None
        self._say(f"Noted: {fact.name}: {words.ANSWER[given.value]}.")
        for names in assessed(case).contradictions:
            if names not in before:
                self._say(words.contradiction_text(names))

    def _move(self, case: Case, fact_id: str) -> None:
        self._past.append((self.case, fact_id))
        self.case = case

    def _back(self) -> None:
        """Ask again what was answered last, as far back as the first question."""
        if self._past:
            self.case, self._again = self._past.pop()
        else:
            self.case, self._again = back(self.case)
        if self._again is None:
            self._say("This is the first question.")

    # Review and result

    def _review(self) -> None:
        self._say(words.review_text(self.case, self.rules))
        while True:
            reply = self._reply("Type result, or change N, what if N yes, back, save, quit: ", None)
            if reply.words == "result":
                return self._result()
            if reply.words == "back":
                return self._back()
            if (change := read_change(reply.typed)) and (fact := self._numbered(change[0])):
                return self._change(fact, change[1])
            if (asked := read_what_if(reply.typed)) and (fact := self._numbered(asked[0])):
                self._what_if(fact, asked[1])
            else:
                self._say(
                    f"Type result to see the result, change 3 to change the third answer (1 to {len(self.rules.facts)}"
                    "), or what if 3 no to see what another answer would change."
                )

    def _numbered(self, number: int) -> FactRule | None:
        return self.rules.facts[number - 1] if 1 <= number <= len(self.rules.facts) else None

    def _change(self, fact: FactRule, typed: str) -> None:
        """Another answer, and at once what it changes."""
        before, reply = self.case, read_reply(typed)
        if reply.value is None:
            self._question(fact, changing=True)
        else:
            self._answer(self._answered(fact.id, reply), fact)
        if self.case.answer_to(fact.id) != before.answer_to(fact.id):
            self._say(words.changed_text(assessed(before), assessed(self.case)))

    def _what_if(self, fact: FactRule, typed: str) -> None:
        value = read_state(typed)
        if value is None:
            self._say("Say what to try: what if 3 yes, what if 3 no or what if 3 d.")
        else:
            self._say(words.what_if_text(assessed(self.case), what_if(self.case, fact.id, value)))

    def _result(self) -> None:
        found = assessed(self.case)
        self._say(words.result_text(found))
        self._shown = self.case
        if self._write is not None:
            self._record(found, self._write)
        while True:
            reply = self._reply("Type finish, or review to go back to your answers, or save: ", None)
            if reply.words in {"review", "back"}:
                return
            if reply.words == "finish":
                self._say(self._not_kept())
                raise _Left
            self._say("That was not understood.")

    def _record(self, found: Result, write: Write) -> None:
        try:
            self._say(f"Written to {write(self.case, found)}.")
            self.failed = False
        except SafeguardError as error:  # the person can still save the case
            self._say(f"The record was not written: {error}")
            self.failed = True

    # What can be typed anywhere

    def _reply(self, prompt: str, fact: FactRule | None) -> Reply:
        """The next line that is not why, save or quit: those are dealt with here."""
        while True:
            reply = read_reply(self._ask(prompt))
            if reply.words in {"why", "why do you ask"} and fact is not None:
                self._say(words.why_text(fact))
            elif reply.words == "save":
                self._save()
            elif reply.words == "quit":
                self._quit()
            else:
                return reply

    def _save(self) -> bool:
        try:
            saved: Saved = self._cases.save(self.case, self.reference)
        except SafeguardError as error:
            self._say(f"{error}")
            return False
        self.reference, self._kept = saved.reference, self.case
        self._say(
            f"Saved as case {saved.reference}. Keep this reference. It is kept until {words.day(saved.kept_until)}. "
            f"Go on later with: {self._command} --resume {saved.reference}"
        )
        return True

    def _quit(self) -> None:
        """Ask whether to save, then leave; back goes on with the case."""
        while self._kept != self.case and (self.case.given or self.case.narrative):
            reply = read_reply(self._ask("Save this case, so that you can go on with it later? yes, no or back: "))
            if reply.words == "back":
                return
            if reply.value is State.NO:
                break
            if reply.value is State.YES or reply.words == "save":
                self._save()
        self._say(self._not_kept())
        raise _Left

    def _not_kept(self) -> str:
        """What is saved of the case and what is not."""
        if self._kept == self.case:
            return f"The case is saved. Go on with: {self._command} --resume {self.reference}"
        if self._kept is not None:
            return (
                f"What you answered since the last save was not kept. Go on from there with: {self._command} "
                f"--resume {self.reference}"
            )
        return "Nothing was saved."

    def _stopped(self) -> str:
        if self._kept is None:
            return (
                "The walk-through was stopped before its result and nothing was saved; start again, and type save "
                "to keep a case."
            )
        return f"The walk-through was stopped before its result; {self._not_kept()[:1].lower()}{self._not_kept()[1:]}"
