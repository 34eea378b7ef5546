"""Turns a dataset of the store into the sheets of a template, row by row."""

from collections.abc import Iterator

from pilotline.iris import LOT_KINDS, state
from pilotline.namespaces import (
    HAS_OUTPUT,
    HAS_PARTICIPANT,
    PL,
    PROV,
)
from pilotline.vocabulary.terms import Step
from pilotline.workbooks import forms
from pilotline.workbooks.data import Data, identity_of
from pilotline.workbooks.filling import Sheets, filled_quantities
from pilotline.workbooks.forms import Filled
from pilotline.workbooks.knowledge import Knowledge

Row = dict[str, str]
_STARTED, _ENDED, _AT = PROV + "startedAtTime", PROV + "endedAtTime", PROV + "generatedAtTime"


def sheets_of(data: Data, knowledge: Knowledge, excluded: frozenset[str]) -> list[Filled]:
    """Return the sheets that hold a dataset; excluded: things and values that no sheet may hold."""
    return Exporter(data, knowledge, excluded).sheets()


class Exporter:
    """Reads the things of a dataset into rows."""

    def __init__(self, data: Data, knowledge: Knowledge, excluded: frozenset[str]) -> None:
        self._data, self._knowledge, self._excluded = data, knowledge, excluded
        self._steps = {step.slug: step for step in knowledge.vocabulary.steps.by_name.values()}
        self._sheets = Sheets()
        self._made: set[str] = set()

    def sheets(self) -> list[Filled]:
        """Return the sheets with their rows."""
        for iri, name in self._data.subjects("run/"):
            step = self._step_of(name)
            if step and step.name in self._data.classes(iri) and iri not in self._excluded:
                self._run(iri, step, name.removeprefix(step.slug + "-"))
        for add in (
            self._lots,
            self._components,
            self._stages,
            self._samples,
            self._maps,
            self._cuts,
            self._dispositions,
        ):
            add()
        filled_quantities(self._sheets, self._data, self._knowledge, self._excluded, self._run_of)
        return self._sheets.filled()

    def _step_of(self, name: str) -> Step | None:
        """Return the step of a run by the last part of its IRI; the longest slug counts."""
        slugs = [slug for slug in self._steps if name.startswith(slug + "-")]
        return self._steps[max(slugs, key=len)] if slugs else None

    def _run_of(self, name: str) -> tuple[str, str]:
        """Return step and identity of a run, by the last part of its IRI."""
        step = self._step_of(name)
        return (step.name, identity_of(name.removeprefix(step.slug + "-"))) if step else ("", "")

    def _run(self, run: str, step: Step, name: str) -> None:
        data, sheet = self._data, self._sheets.of_runs(step, self._knowledge)
        identity = identity_of(name)
        if not identity:
            return
        facts = {"id": identity, **self._facts(run), **data.notes(run)}
        rows = [*self._outputs(run), *self._loose_inputs(run)] or [({}, "")]
        for number, (lots, left) in enumerate(rows):
            row = facts | lots if number == 0 else {"id": identity} | lots
            sheet.add(row, {"run": run} if number == 0 else {}, left)

    def _facts(self, run: str) -> Row:
        data = self._data
        found = {
            "start": data.text(run, _STARTED),
            "end": data.text(run, _ENDED),
            "room": self._only(data.iris(run, PL + "inRoom"), "room"),
            "recipe": self._only(data.iris(run, PL + "followsRecipe"), "recipe"),
            "operator": self._only(data.iris(run, PROV + "wasAssociatedWith"), "operator"),
        }
        for machine in data.iris(run, HAS_PARTICIPANT):
            class_ = next((name for name in data.classes(machine) if name != "Equipment"), "Equipment")
            found.setdefault(f"equipment:{class_}", data.thing(machine, "equipment"))
        return found

    def _only(self, iris: list[str], folder: str) -> str:
        return self._data.thing(iris[0], folder) if len(iris) == 1 else ""

    def _outputs(self, run: str) -> Iterator[tuple[Row, str]]:
        """Yield for each output of a run a row with what it was made from, and its state."""
        data = self._data
        for lot in data.iris(run, PL + "outputLot"):
            node, (kind, identity) = state(lot, run), data.lot(lot)
            if not identity or node not in data.iris(run, HAS_OUTPUT):
                continue
            products = [name for name in data.classes(node) if name in self._products] or ["State"]
            row = {f"output:{kind}:{products[0]}": identity}
            row |= self._several("input", data.iris(node, PL + "madeFromLot"))
            row |= self._several("pool", data.iris(node, PL + "possiblyMadeFromLot"))
            if lot not in self._made:
                row |= {"polarity": data.term(lot, "polarity"), "alias": data.text(lot, PL + "alias")}
            self._made.add(lot)
            yield row, node

    @property
    def _products(self) -> set[str]:
        vocabulary = self._knowledge.vocabulary
        return {*vocabulary.products.by_name, *vocabulary.roles.by_name, *vocabulary.lots.by_name}

    def _several(self, role: str, lots: list[str]) -> Row:
        found: dict[str, list[str]] = {}
        for kind, identity in map(self._data.lot, lots):
            if identity:
                found.setdefault(f"{role}:{kind}", []).append(identity)
        return {key: "; ".join(names) for key, names in found.items()}

    def _loose_inputs(self, run: str) -> Iterator[tuple[Row, str]]:
        """Yield the inputs from which no output is said to be made."""
        data = self._data
        used = {
            lot
            for output in data.iris(run, PL + "outputLot")
            for lot in data.iris(state(output, run), PL + "madeFromLot", PL + "possiblyMadeFromLot")
        }
        loose = [lot for lot in data.iris(run, PL + "inputLot") if lot not in used]
        if loose:
            yield self._several("input", loose), ""

    def _lots(self) -> None:
        data, sheet = self._data, self._sheets.of(forms.LOTS)
        for lot, _ in data.subjects("lot/"):
            kind, identity = data.lot(lot)
            received = state(lot, None)
            node = received if data.iris(received, PL + "stateOf") else ""
            details = {
                "supplier": data.text(lot, PL + "supplier"),
                "lot_number": data.text(lot, PL + "lotNumber"),
                "opened": data.text(lot, PL + "openedOn"),
                "expires": data.text(lot, PL + "expiresOn"),
            }
            known = kind in LOT_KINDS and identity and data.classes(lot)
            if (
                not known
                or lot in self._excluded
                or (lot in self._made and not any((*details.values(), node)))
            ):
                continue
            product = (
                next((name for name in data.classes(node) if name in self._products), "") if node else ""
            )
            own = (
                {}
                if lot in self._made
                else {"polarity": data.term(lot, "polarity"), "alias": data.text(lot, PL + "alias")}
            )
            row = {"kind": kind, "id": identity, "received": "yes" if node else "", "product": product}
            sheet.add(row | details | own | data.notes(node or lot))

    def _components(self) -> None:
        data, sheet = self._data, self._sheets.of(forms.COMPONENTS)
        for iri, whole, name in data.below("/component/"):
            run = whole.removeprefix(data.prefix + "run/")
            step, identity = self._run_of(run) if run != whole else ("", data.thing(whole, "recipe"))
            kind, lot = data.lot(next(iter(data.iris(iri, PL + "lotUsed")), ""))
            if identity and iri not in self._excluded:
                row = {
                    "of": "run" if step else "recipe",
                    "step": step,
                    "id": identity,
                    "number": identity_of(name),
                    "kind": kind,
                    "lot": lot,
                    "role": data.term(iri, "componentRole"),
                }
                sheet.add(row | data.notes(iri), {"": iri})

    def _stages(self) -> None:
        data, sheet = self._data, self._sheets.of(forms.STAGES)
        for kind in ("stage", "zone"):
            for iri, run, name in data.below(f"/{kind}/"):
                step, identity = self._run_of(run.removeprefix(data.prefix + "run/"))
                if identity and iri not in self._excluded and run.startswith(data.prefix + "run/"):
                    row = {
                        "step": step,
                        "run": identity,
                        "as": kind,
                        "number": identity_of(name),
                        "start": data.text(iri, _STARTED),
                        "end": data.text(iri, _ENDED),
                    }
                    sheet.add(row, {kind: f"{run} {kind} {identity_of(name)}"})

    def _samples(self) -> None:
        data, sheet = self._data, self._sheets.of(forms.SAMPLES)
        for iri, name in data.subjects("sample/"):
            kind, lot = data.lot(next(iter(data.iris(iri, PL + "takenFrom")), ""))
            if lot and iri not in self._excluded:
                row = {
                    "id": identity_of(name),
                    "kind": kind,
                    "lot": lot,
                    "side": data.term(iri, "side"),
                    "represents": data.term(iri, "represents"),
                    "taken": data.text(iri, _AT),
                    "position": data.text(iri, PL + "samplePosition"),
                    "lane": data.text(iri, PL + "lane"),
                    "operator": self._only(data.iris(iri, PROV + "wasAssociatedWith"), "operator"),
                }
                sheet.add(row | data.notes(iri))

    def _maps(self) -> None:
        data, sheet = self._data, self._sheets.of(forms.MAPS)
        for iri, run, name in data.below("/map/"):
            step, identity = self._run_of(run.removeprefix(data.prefix + "run/"))
            ends = {end: data.lot(next(iter(data.iris(iri, PL + f"{end}Lot")), "")) for end in ("from", "to")}
            if not identity or iri in self._excluded or not all(lot for _, lot in ends.values()):
                continue
            row = {
                "step": step,
                "run": identity,
                "number": identity_of(name),
                "lane": data.text(iri, PL + "lane"),
                "side_flipped": {"true": "yes", "false": "no"}.get(data.text(iri, PL + "sideFlipped"), ""),
            }
            for end, (kind, lot) in ends.items():
                row |= {f"{end}_kind": kind, end: lot}
                row |= {
                    f"{end}_{at}": data.text(iri, f"{PL}{end}{at.capitalize()}") for at in ("start", "end")
                }
            row |= {f"lane_{at}": data.text(iri, f"{PL}lane{at.capitalize()}") for at in ("start", "end")}
            sheet.add(row)

    def _cuts(self) -> None:
        data, sheet = self._data, self._sheets.of(forms.CUTS)
        for lot, _ in data.subjects("lot/"):
            webs = data.iris(lot, PL + "cutFrom")
            if len(webs) == 1 and lot not in self._excluded:
                (kind, piece), (from_kind, web) = data.lot(lot), data.lot(webs[0])
                row = {
                    "kind": kind,
                    "id": piece,
                    "from_kind": from_kind,
                    "from": web,
                    "start": data.text(lot, PL + "cutStart"),
                    "end": data.text(lot, PL + "cutEnd"),
                    "lane": data.text(lot, PL + "lane"),
                }
                sheet.add(row)

    def _dispositions(self) -> None:
        data, sheet = self._data, self._sheets.of(forms.DISPOSITIONS_FORM)
        for iri, lot, name in data.below("/disposition/"):
            kind, identity = data.lot(lot)
            what = data.term(iri, "dispositionKind")
            if identity and what and iri not in self._excluded:
                row = {
                    "kind": kind,
                    "lot": identity,
                    "disposition": what,
                    "time": data.text(iri, _AT),
                    "id": "" if name == what.lower() else identity_of(name),
                    "reason": data.text(iri, PL + "reason"),
                    "amount": data.text(iri, PL + "amountTyped"),
                }
                sheet.add(row | data.notes(iri))
