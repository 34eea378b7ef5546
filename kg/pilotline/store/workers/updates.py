"""Reads which graphs an update names, and adds the dataset of the protocol to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, QuerySolutions, Store

from pilotline.store.workers.errors import QueryRefusedError, QuerySyntaxError
from pilotline.store.workers.tokens import Token, is_ambiguous, tokens

_FEWER = ("SILENT", "GRAPH", "INTO", "TO")  # words that say nothing of what is written


@dataclass(frozen=True)
class Update:
    """An update cut into its operations. prologues: where each BASE and PREFIX stands in the text."""

    text: str
    operations: list[list[Token]]
    prologues: list[tuple[int, int]]

    @classmethod
    def read(cls, text: str) -> "Update":
        """Cut a text at the semicolons outside brackets."""
        operations, prologues = [], []
        for part in _parts(list(tokens(text))):
            rest = part
            while length := _declaration(rest):
                prologues.append((rest[0].start, rest[length - 1].end))
                rest = rest[length:]
            if rest:
                operations.append(rest)
        return cls(text, operations, prologues)

    def parts(self) -> list[list[Token]]:
        """Return what the engine plans, part by part; of INSERT DATA and DELETE DATA only the brackets.

        A text that only a parser can cut is one part.
        """
        if is_ambiguous(self.text):
            return [list(tokens(self.text))]
        return [_planned(operation) for operation in self.operations]

    def with_dataset(self, default: list[str] | None, named: list[str] | None) -> str:
        """Return the text with the dataset of the request as USING clauses.

        Errors: QuerySyntaxError where the update names a dataset itself.
        """
        if not default and not named:
            return self.text
        self._check_clear()
        clauses = [f"USING <{graph}>" for graph in default or ()]
        clauses += [f"USING NAMED <{graph}>" for graph in named or ()]
        text = self.text
        for place, words in reversed(list(self._insertions(" ".join(clauses)))):
            text = f"{text[:place]} {words} {text[place:]}"
        return text

    def _insertions(self, clauses: str) -> Iterator[tuple[int, str]]:
        for operation in self.operations:
            outer = {n: token for n, (token, depth) in enumerate(_depths(operation)) if depth == 0}
            if conflict := next((token for token in outer.values() if token.is_word("USING", "WITH")), None):
                raise QuerySyntaxError(
                    f"the update says {conflict.text} and the request names graphs too; say it once"
                )
            where = next((n for n, token in outer.items() if token.is_word("WHERE")), 0)
            if where == 1:
                pattern = self.text[operation[where].end : operation[-1].end]
                yield operation[where].start, f"{pattern} {clauses}"
            elif where:
                yield operation[where].start, clauses

    def written(self, base: str) -> list[str]:
        """Return the IRIs of the graphs that the update may change. base: for relative IRIs.

        Errors: QueryRefusedError where it may change the default graph, or a graph that it does not name.
        """
        self._check_clear()
        names = [name for operation in self.operations for name in _written(operation)]
        return sorted({self._resolved(name, base) for name in names})

    def _check_clear(self) -> None:
        if is_ambiguous(self.text):
            raise QueryRefusedError(_UNCLEAR)

    def _resolved(self, name: Token, base: str) -> str:
        """Let the engine itself resolve a prefixed or relative IRI, as it will in the update."""
        declared = " ".join(self.text[start:end] for start, end in self.prologues if start < name.start)
        query = f"{declared} SELECT ({name.text} AS ?iri) {{}}"
        try:
            solutions = Store().query(query, base_iri=base or None)
        except SyntaxError as error:
            raise QuerySyntaxError(f"{name.text} is no IRI of a graph: {error}") from None
        assert isinstance(solutions, QuerySolutions)
        value = next(solutions)["iri"]
        if not isinstance(value, NamedNode):
            raise QuerySyntaxError(f"{name.text} is no IRI of a graph")
        return value.value


def _planned(operation: list[Token]) -> list[Token]:
    if len(operation) > 1 and operation[1].is_word("DATA"):
        return [token for token in operation if token.text in set("{}[]()")]
    return operation


def _parts(found: list[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token, depth in _depths(found):
        if depth == 0 and token.text == ";":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _depths(found: Iterable[Token]) -> Iterator[tuple[Token, int]]:
    """Yield each token with the number of braces around it; a brace counts as inside."""
    depth = 0
    for token in found:
        if token.text == "}" and token.kind == "operator":
            yield token, depth
            depth -= 1
            continue
        if token.text == "{" and token.kind == "operator":
            depth += 1
        yield token, depth


def _declaration(part: list[Token]) -> int:
    """Return how many tokens a BASE or PREFIX at the start of a part has."""
    if not part or not part[0].is_word("BASE", "PREFIX"):
        return 0
    return 2 if part[0].is_word("BASE") else 3


def _written(operation: list[Token]) -> list[Token]:
    first, outer = operation[0], [token for token, depth in _depths(operation) if depth == 0]
    if first.is_word("INSERT", "DELETE", "WITH"):
        return _in_templates(operation)
    targets = [token for token in outer[1:] if not token.is_word(*_FEWER)]
    if first.is_word("LOAD", "ADD", "COPY"):
        targets = targets[1:]
    elif not first.is_word("CLEAR", "DROP", "CREATE", "MOVE"):
        raise QuerySyntaxError(f"{first.text} is no operation of an update")
    if not targets or not all(token.kind in ("iri", "name") for token in targets):
        raise QueryRefusedError(f"{first.text} must name a graph of yours by its IRI; {_MANAGED}")
    return targets


def _in_templates(operation: list[Token]) -> list[Token]:
    """Return the graphs named by the templates of INSERT and DELETE, and by WITH."""
    written, covered = [], False
    if operation[0].is_word("WITH"):
        written, covered = [operation[1]], True
    depths = list(_depths(operation))
    for place, (token, depth) in enumerate(depths):
        before = operation[place - 1] if place else token
        if depth == 0 and token.is_word("USING", "WHERE") and not before.is_word("DELETE"):
            break
        if depth == 1 and token.is_word("GRAPH"):
            written.append(_named(operation[place + 1 : place + 2]))
        elif depth == 1 and not covered and token.text not in "{}." and not before.is_word("GRAPH"):
            raise QueryRefusedError(f"{token.text} would go to the default graph; name a graph: {_MANAGED}")
    return written


def _named(following: list[Token]) -> Token:
    if not following or following[0].kind not in ("iri", "name"):
        raise QueryRefusedError(f"a template must name its graph by an IRI, not a variable; {_MANAGED}")
    return following[0]


_MANAGED = "the default graph and what was ingested are changed by ingest and remove only"
_UNCLEAR = (
    "the update has a < that may begin an IRI or a comparison; "
    "write IRIs with http:// or a prefix, and ' as %27"
)
