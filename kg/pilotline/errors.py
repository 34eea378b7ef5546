"""The one base of what a person can mend."""


class PilotlineError(Exception):
    """Something a person can mend; the message is one line: where, what was found, what would be right."""
