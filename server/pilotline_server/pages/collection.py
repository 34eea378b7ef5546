"""Pages that put the answers to several questions under one heading, such as the gaps of a step."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from pilotline.questions import Answer, Question, QuestionError, find_question
from pilotline.resources import data_folder
from pilotline_server.pages.site import Site


@dataclass(frozen=True)
class Part:
    """One question of a page, with what it is asked; problem: why it has no answer."""

    question: Question
    given: dict[str, str]
    answer: Answer | None
    problem: str = ""


@dataclass(frozen=True)
class Collection:
    """Answers one address with several questions.

    fields: what the form asks for, with an example of each. names: the questions, in the order of the page;
    a question takes those of the fields that it has as parameters, and waits for those that it needs.
    """

    site: Site
    path: str
    title: str
    about: str
    fields: dict[str, str]
    names: tuple[str, ...]

    async def __call__(self, request: Request) -> Response:
        """Answer with the page."""
        self.site.access.client(request, "read")
        given = {name: text for name in self.fields if (text := request.query_params.get(name, "").strip())}
        parts = [await self._part(request, name, given) for name in self.names]
        return self.site.page("collection.html", collection=self, given=given, parts=parts)

    async def _part(self, request: Request, name: str, given: dict[str, str]) -> Part:
        question = find_question(name, data_folder("queries"))
        taken = {field: text for field, text in given.items() if field in question.params}
        if missing := [n for n, param in question.params.items() if not param.optional and n not in taken]:
            return Part(question, taken, None, f"Give a {missing[0]} to have this answered.")
        try:
            return Part(question, taken, await self.site.ask(request, question, taken))
        except QuestionError as error:
            return Part(question, taken, None, str(error))


def gaps(site: Site) -> Collection:
    """Return `/gaps`: needed and not measurable, named by the authors, not known, not recorded."""
    return Collection(
        site,
        "/gaps",
        "Gaps",
        "What a type of model needs and a line can hardly measure, what the authors of the paper name as "
        "missing, what the data of this store do not hold, and which ratings are not known: an unknown "
        "rating is no low one.",
        {"step": "coating", "model": "discrete"},
        ("needed_but_hard_to_measure", "named_gaps", "missing_parameters", "ratings_not_transcribed"),
    )


def readiness(site: Site) -> Collection:
    """Return `/readiness`: what a named model needs, and what of it is recorded."""
    return Collection(
        site,
        "/readiness",
        "Readiness for a model",
        "What a model of the paper needs, how many values of it this store holds, how many different ones, "
        "and over which span: an input that never changes teaches a model nothing.",
        {"model": "ARTISTIC slurry-to-electrode classifier"},
        ("recorded_for_model", "parameters_of_model"),
    )
